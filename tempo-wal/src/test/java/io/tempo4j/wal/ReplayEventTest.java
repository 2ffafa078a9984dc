package io.tempo4j.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.engine.HeadId;
import io.tempo4j.model.TenantId;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replay can be seen in the flight recorder. */
final class ReplayEventTest {

  @Test
  void aReplayIsRecorded(@TempDir Path folder) throws Exception {
    CrashingDisk disk = new CrashingDisk();
    try (SegmentedWal wal = SegmentedWal.open(disk.mount(), WalOptions.defaults())) {
      wal.replay((head, buffer, offset, length) -> {});
      wal.append(new HeadId(TenantId.SINGLE, new UUID(1, 2)), new byte[100], 0, 100);
    }
    SegmentName name = disk.names().getFirst();
    disk.overwrite(name, 0, new byte[8]);
    Path file = folder.resolve("replay.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("io.tempo4j.wal.Replay");
      recording.start();
      try (SegmentedWal wal = SegmentedWal.open(disk.mount(), WalOptions.defaults())) {
        wal.replay((head, buffer, offset, length) -> {});
      }
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().equals("io.tempo4j.wal.Replay"))
            .toList();
    assertThat(events).hasSize(1);
    RecordedEvent event = events.getFirst();
    assertThat(event.getString("folder")).isEqualTo("crashing-disk");
    assertThat(event.getLong("segments")).isEqualTo(1);
    assertThat(event.getLong("frames")).isEqualTo(1);
    assertThat(event.getLong("bytes")).isEqualTo(100);
    assertThat(event.getLong("damagedFrames")).isEqualTo(1);
    assertThat(event.getLong("tornBytes")).isZero();
  }
}
