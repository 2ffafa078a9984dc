package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.testkit.Spans;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A flush can be seen in the flight recorder. */
class FlushEventTest {

  @Test
  void aFlushIsRecorded(@TempDir Path folder) throws Exception {
    UUID block = new UUID(3, 4);
    Path file = folder.resolve("flush.jfr");
    try (Recording recording = new Recording();
        TraceStore store =
            TraceStore.builder()
                .blocks(new InMemoryObjectStore())
                .withoutWal()
                .blockIds(() -> block)
                .open()) {
      recording.enable("io.tempo4j.Flush");
      recording.start();
      store.append(TenantId.SINGLE, Spans.request(Spans.span(new TraceId(1, 2), 1, 0)));
      store.flush();
      recording.stop();
      recording.dump(file);
    }

    List<RecordedEvent> events =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getString("blockId").equals(block.toString()))
            .toList();
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().getLong("spans")).isEqualTo(1);
    assertThat(events.getFirst().getLong("bytes")).isPositive();
    assertThat(events.getFirst().getDuration()).isPositive();
  }
}
