package io.tempo4j.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tempo4j.block.BlockMeta;
import io.tempo4j.column.ByteSink;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.model.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CatalogFormatTest {

  private static final TenantId TENANT = new TenantId("t");

  private static CatalogEntry entry(long number, long seed, int added) {
    Blocks blocks = new Blocks(TENANT, seed);
    Random random = new Random(seed);
    return new CatalogEntry(
        number,
        new UUID(random.nextLong(), random.nextLong()),
        number == 1 ? CatalogEntry.NONE : new UUID(random.nextLong(), random.nextLong()),
        Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
        new CatalogChange(
            java.util.stream.Stream.generate(blocks::next).limit(added).toList(),
            List.of(new UUID(random.nextLong(), 1)),
            List.of(new UUID(random.nextLong(), 2))));
  }

  @Property(tries = 200)
  void whatGoesInComesOut(
      @ForAll long seed, @ForAll @IntRange(max = 20) int added, @ForAll @IntRange(min = 1) int n)
      throws IOException {
    CatalogEntry entry = entry(n, seed, added);

    byte[] bytes = CatalogFormat.write(TENANT, entry);

    assertThat(CatalogFormat.readEntry(bytes, "k", TENANT, n)).isEqualTo(entry);
  }

  @Property(tries = 50)
  void checkpointsSayWhatTheirVersionIs(@ForAll long seed, @ForAll @IntRange(max = 50) int count)
      throws IOException {
    Blocks blocks = new Blocks(TENANT, seed);
    List<CatalogBlock> added =
        java.util.stream.Stream.generate(blocks::next).limit(count + 2).toList();
    UUID first = new UUID(1, seed);
    UUID second = new UUID(2, seed);
    List<UUID> removed = List.of(added.get(0).id(), added.get(1).id());
    CatalogVersion version =
        CatalogVersion.empty(TENANT)
            .apply(
                new CatalogEntry(
                    1, first, CatalogEntry.NONE, Instant.EPOCH, CatalogChange.add(added)))
            .apply(
                new CatalogEntry(
                    2, second, first, Instant.EPOCH.plusNanos(7), CatalogChange.remove(removed)));

    CatalogVersion read =
        CatalogFormat.readCheckpoint(CatalogFormat.write(version), "k", TENANT, 2);

    assertThat(read.blocks()).isEqualTo(version.blocks());
    assertThat(read.removed()).isEqualTo(version.removed());
    assertThat(read.commitId()).isEqualTo(second);
  }

  /** Every byte is covered: what is cut short or changed is an error, never another entry. */
  @Property(tries = 300)
  void damageIsFound(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] sound = CatalogFormat.write(TENANT, entry(3, seed, 2));
    byte[] cut = Arrays.copyOf(sound, random.nextInt(sound.length));
    byte[] changed = sound.clone();
    changed[random.nextInt(sound.length)] ^= (byte) (1 << random.nextInt(8));

    for (byte[] bytes : List.of(cut, changed)) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> CatalogFormat.readEntry(bytes, "k", TENANT, 3))
          .satisfies(e ->
              assertThat(e)
                  .isInstanceOfAny(CorruptBlockException.class, UnsupportedFormatException.class));
    }
  }

  /** Somebody may give rubbish a checksum: it ends in an error, before anything large is made. */
  @Property(tries = 500)
  void rubbishWithAChecksumIsRefused(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] sound = CatalogFormat.write(TENANT, entry(3, seed, 2));
    ByteSink sink = new ByteSink();
    int kept = 7 + random.nextInt(sound.length - 11);
    sink.putBytes(sound, 0, kept);
    byte[] rubbish = new byte[random.nextInt(60)];
    random.nextBytes(rubbish);
    if (random.nextBoolean()) {
      Arrays.fill(rubbish, (byte) 0xff);
    }
    sink.putBytes(rubbish);
    sink.putCrc32c(0);
    try {
      CatalogFormat.readEntry(sink.toByteArray(), "k", TENANT, 3);
    } catch (CorruptBlockException e) {
      assertThat(e).hasMessageContaining("k at byte");
    } catch (IOException e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  /** Written down from the format page, byte by byte. */
  @Test
  void bytesAreThoseOfTheFormatPage() throws IOException {
    BlockMeta meta =
        new BlockMeta(
            2,
            TENANT,
            new UUID(0x0102030405060708L, 9),
            300,
            5,
            1,
            0x1000,
            0x1080,
            128,
            7,
            6,
            1,
            Instant.ofEpochSecond(-1, 2));
    CatalogBlock block = new CatalogBlock(meta, new TraceId(0, 1), new TraceId(-1, -1));
    CatalogEntry entry =
        new CatalogEntry(
            2,
            new UUID(1, 2),
            new UUID(3, 4),
            Instant.ofEpochSecond(3, 200),
            CatalogChange.replace(List.of(new UUID(5, 6)), List.of(block)));
    String expected =
        "54344345" // T4CE
            + "01" // version
            + "0174" // tenant
            + "02" // number
            + "00000000000000010000000000000002" // commit id
            + "00000000000000030000000000000004" // predecessor
            + "06c801" // written at
            + "01" // added
            + "01020304050607080000000000000009" // id
            + "00000000000000000000000000000001" // trace ids
            + "ffffffffffffffffffffffffffffffff"
            + "0010000000000000" // start
            + "8001" // length
            + "0201" // format version, compaction level
            + "ac020501" // spans, traces, row groups
            + "80010706" // bytes
            + "0102" // created at
            + "01" // removed
            + "00000000000000050000000000000006"
            + "00"; // forgotten

    byte[] written = CatalogFormat.write(TENANT, entry);

    byte[] before = Arrays.copyOf(written, written.length - 4);
    assertThat(HexFormat.of().formatHex(before)).isEqualTo(expected);
    CRC32C crc = new CRC32C();
    crc.update(before);
    assertThat(ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN).getInt(before.length))
        .isEqualTo((int) crc.getValue());
    assertThat(CatalogFormat.readEntry(written, "k", TENANT, 2)).isEqualTo(entry);
  }

  @Test
  void laterVersionsAreNamed() {
    byte[] bytes = CatalogFormat.write(TENANT, entry(1, 1, 1));
    bytes[4] = 2;
    assertThatExceptionOfType(UnsupportedFormatException.class)
        .isThrownBy(() -> CatalogFormat.readEntry(bytes, "k", TENANT, 1))
        .withMessageContaining("version 2");
  }
}
