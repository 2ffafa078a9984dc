package io.tempo4j.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.engine.HeadId;
import io.tempo4j.engine.WriteAheadLog.ReplayReport;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a replay makes of damaged segments. */
final class DamageTest {

  private static final HeadId HEAD = new HeadId(new TenantId("tenant"), new UUID(3, 4));
  private static final int HEADER = 40;
  private static final int FRAME = 40 + "tenant".length() + "frame-0".length();

  private final CrashingDisk disk = new CrashingDisk();
  private final List<String> delivered = new ArrayList<>();

  /** Five frames in the first segment. */
  @BeforeEach
  void writeFiveFrames() throws IOException {
    try (SegmentedWal wal = open()) {
      wal.replay((head, buffer, offset, length) -> {});
      for (int i = 0; i < 5; i++) {
        append(wal, HEAD, "frame-" + i);
      }
    }
    assertThat(disk.length(segment())).isEqualTo(HEADER + 5 * FRAME);
  }

  @Test
  void anIntactLogReportsNoDamage() throws IOException {
    assertThat(replay()).isEqualTo(new ReplayReport(1, 5, 35, 0, 0));
  }

  @Test
  void aSegmentMayEndAtEveryByte() throws IOException {
    for (int length = HEADER + 5 * FRAME; length >= 0; length--) {
      disk.cut(segment(), length);
      delivered.clear();
      ReplayReport report = replay();
      int whole = Math.max(0, length - HEADER) / FRAME;
      int torn = length < HEADER ? length : (length - HEADER) % FRAME;
      assertThat(report).isEqualTo(new ReplayReport(1, whole, 7L * whole, 0, torn));
      assertThat(delivered).hasSize(whole);
      if (whole == 0) {
        // Nothing in it is needed: it has vanished with the replay.
        assertThat(disk.names()).isEmpty();
        return;
      }
    }
  }

  @Test
  void everyFlippedBitCostsAtMostItsFrame() throws IOException {
    SegmentName name = segment();
    for (int offset = 0; offset < HEADER + 5 * FRAME; offset++) {
      disk.flip(name, offset, offset % 8);
      delivered.clear();
      ReplayReport report = replay();
      int hit = (offset - HEADER) / FRAME;
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        if (offset < HEADER || i != hit) {
          expected.add("frame-" + i);
        }
      }
      assertThat(delivered).as("bit flipped at " + offset).isEqualTo(expected);
      assertThat(report.damagedFrames() + (report.tornBytes() > 0 ? 1 : 0)).isEqualTo(1);
      disk.flip(name, offset, offset % 8);
    }
  }

  @Test
  void readingGoesOnBehindALostStretch() throws IOException {
    disk.overwrite(segment(), HEADER + FRAME + 5, new byte[2 * FRAME]);
    assertThat(replay()).isEqualTo(new ReplayReport(1, 2, 14, 1, 0));
    assertThat(delivered).containsExactly("frame-0", "frame-4");
  }

  @Test
  void zerosBehindTheLastFrameAreATornTail() throws IOException {
    disk.overwrite(segment(), HEADER + 3 * FRAME, new byte[2 * FRAME]);
    assertThat(replay()).isEqualTo(new ReplayReport(1, 3, 21, 0, 2 * FRAME));
  }

  @Test
  void aLengthBeyondTheFileIsNotBelieved() throws IOException {
    byte[] huge = WalFormat.frameHeader(segment().marker(), 1, HEAD, new byte[0], 0, 0);
    ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putInt(8, Integer.MAX_VALUE);
    CRC32C crc = new CRC32C();
    crc.update(huge, 0, 36);
    crc.update(huge, 40, huge.length - 40);
    ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putInt(36, (int) crc.getValue());
    disk.overwrite(segment(), HEADER + 4 * FRAME, huge);
    assertThat(replay()).isEqualTo(new ReplayReport(1, 4, 28, 0, FRAME));
  }

  @Test
  void garbageIsSurvived() throws IOException {
    for (int seed = 0; seed < 200; seed++) {
      SegmentName name = segment();
      byte[] before = disk.bytes(name);
      Random random = new Random(seed);
      byte[] garbage = new byte[random.nextInt(before.length)];
      random.nextBytes(garbage);
      disk.overwrite(name, random.nextInt(before.length - garbage.length + 1), garbage);
      delivered.clear();
      ReplayReport report = replay();
      assertThat(report.frames()).as("seed " + seed).isEqualTo(delivered.size());
      assertThat(List.of("frame-0", "frame-1", "frame-2", "frame-3", "frame-4"))
          .containsAll(delivered);
      if (disk.names().isEmpty()) {
        writeFiveFrames();
      } else {
        disk.overwrite(name, 0, before);
      }
    }
  }

  @Test
  void aPayloadCannotForgeAFrame() throws IOException {
    HeadId forged = new HeadId(new TenantId("victim"), new UUID(5, 6));
    byte[] inner = "forged".getBytes(StandardCharsets.UTF_8);
    byte[] header = WalFormat.frameHeader(0x1234_5678_9abc_def0L, 1, forged, inner, 0, 6);
    byte[] payload = Arrays.copyOf(header, header.length + inner.length);
    System.arraycopy(inner, 0, payload, header.length, inner.length);
    try (SegmentedWal wal = open()) {
      wal.replay((head, buffer, offset, length) -> {});
      wal.append(HEAD, payload, 0, payload.length);
      append(wal, HEAD, "behind");
    }
    // The frame around the payload loses its header, so the payload's bytes are searched.
    disk.flip(disk.names().getLast(), HEADER, 0);
    ReplayReport report = replay();
    assertThat(report.damagedFrames()).isEqualTo(1);
    assertThat(delivered).hasSize(6).endsWith("behind").doesNotContain("forged");
  }

  @Test
  void aDamagedSegmentHeaderCostsNoFrame() throws IOException {
    disk.overwrite(segment(), 0, new byte[HEADER]);
    assertThat(replay()).isEqualTo(new ReplayReport(1, 5, 35, 1, 0));
  }

  @Test
  void aSegmentOfALaterFormatIsRefused() throws IOException {
    byte[] header = disk.bytes(segment());
    ByteBuffer view = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    view.putInt(8, 2);
    CRC32C crc = new CRC32C();
    crc.update(header, 0, 36);
    view.putInt(36, (int) crc.getValue());
    disk.overwrite(segment(), 0, Arrays.copyOf(header, HEADER));
    assertThatThrownBy(this::replay)
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining(segment().fileName())
        .hasMessageContaining("version 2");
    assertThat(disk.length(segment())).isEqualTo(HEADER + 5 * FRAME);
  }

  @Test
  void aDamagedReleaseLetsTheFramesComeBack() throws IOException {
    HeadId other = new HeadId(TenantId.SINGLE, new UUID(7, 8));
    try (SegmentedWal wal = open()) {
      wal.replay((head, buffer, offset, length) -> {});
      append(wal, HEAD, "same segment");
      append(wal, other, "other");
      wal.release(other);
    }
    assertThat(replay().frames()).isEqualTo(6);
    SegmentName last = disk.names().getLast();
    disk.flip(last, disk.length(last) - 1, 0);
    delivered.clear();
    assertThat(replay().frames()).isEqualTo(7);
    assertThat(delivered).endsWith("other");
  }

  private SegmentName segment() {
    return disk.names().getFirst();
  }

  private SegmentedWal open() throws IOException {
    return SegmentedWal.open(disk.mount(), WalOptions.defaults());
  }

  private ReplayReport replay() throws IOException {
    try (SegmentedWal wal = open()) {
      return wal.replay((head, buffer, offset, length) ->
          delivered.add(new String(buffer, offset, length, StandardCharsets.UTF_8)));
    }
  }

  private static void append(SegmentedWal wal, HeadId head, String payload) throws IOException {
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    wal.append(head, bytes, 0, bytes.length);
  }
}
