package io.tempo4j.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.engine.HeadId;
import io.tempo4j.model.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed segment of {@code docs/format/wal-v1.md} is what is written and read. */
final class GoldenSegmentTest {

  private static final String NAME = "0000000000000001-0123456789abcdef.wal";
  private static final HeadId FIRST =
      new HeadId(TenantId.SINGLE, UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));
  private static final HeadId SECOND =
      new HeadId(new TenantId("a"), UUID.fromString("ffffffff-ffff-ffff-ffff-ffffffffffff"));

  @TempDir Path folder;

  @Test
  void theSameAppendsGiveTheSameBytes() throws IOException {
    RandomGenerator marker = () -> 0x0123_4567_89ab_cdefL;
    try (SegmentedWal wal =
        SegmentedWal.open(folder, WalOptions.builder().randomness(marker).build())) {
      wal.replay((head, buffer, offset, length) -> {});
      wal.append(FIRST, "first".getBytes(StandardCharsets.US_ASCII), 0, 5);
      wal.append(SECOND, new byte[0], 0, 0);
      wal.release(SECOND);
      wal.append(FIRST, counting(), 0, 64);
    }
    assertThat(HexFormat.of().formatHex(Files.readAllBytes(folder.resolve(NAME))))
        .isEqualTo(HexFormat.of().formatHex(golden()));
  }

  @Test
  void theGoldenSegmentIsRead() throws IOException {
    Files.write(folder.resolve(NAME), golden());
    List<HeadId> heads = new ArrayList<>();
    List<byte[]> payloads = new ArrayList<>();
    try (SegmentedWal wal = SegmentedWal.open(folder, WalOptions.defaults())) {
      wal.replay((head, buffer, offset, length) -> {
        heads.add(head);
        payloads.add(Arrays.copyOfRange(buffer, offset, offset + length));
      });
    }
    assertThat(heads).containsExactly(FIRST, FIRST);
    assertThat(payloads.get(0)).asString().isEqualTo("first");
    assertThat(payloads.get(1)).isEqualTo(counting());
  }

  private static byte[] counting() {
    byte[] bytes = new byte[64];
    for (int i = 0; i < 64; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  private static byte[] golden() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(GoldenSegmentTest.class.getResourceAsStream("/golden/" + NAME))) {
      return in.readAllBytes();
    }
  }
}
