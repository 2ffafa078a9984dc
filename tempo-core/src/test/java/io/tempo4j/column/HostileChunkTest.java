package io.tempo4j.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.tempo4j.model.CorruptBlockException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever bytes come, a chunk decodes or is reported as corrupt, in bounded memory. */
class HostileChunkTest {

  private static final String OBJECT = "tenant/block/data";
  private static final int COUNT = 900;
  private static final long SEED = 20_261_122;

  /** What the format lets strings decode to, twice, and room for the rest. */
  private static final long ALLOWED_BYTES = 160L << 20;

  private interface Decoder {
    Column decode(byte[] bytes, int length, int count) throws CorruptBlockException;
  }

  private static final List<Decoder> DECODERS =
      List.of(
          (bytes, length, count) ->
              ChunkReader.longs(new ByteSource(bytes, 0, length, OBJECT, 1000), count, null),
          (bytes, length, count) ->
              ChunkReader.ints(new ByteSource(bytes, 0, length, OBJECT, 1000), count, null),
          (bytes, length, count) ->
              ChunkReader.doubles(new ByteSource(bytes, 0, length, OBJECT, 1000), count, null),
          (bytes, length, count) ->
              ChunkReader.booleans(new ByteSource(bytes, 0, length, OBJECT, 1000), count, null),
          (bytes, length, count) ->
              ChunkReader.strings(new ByteSource(bytes, 0, length, OBJECT, 1000), count, null),
          (bytes, length, count) ->
              ChunkPicker.longs(
                  new ByteSource(bytes, 0, length, OBJECT, 1000), count, picks(count)),
          (bytes, length, count) ->
              ChunkPicker.doubles(
                  new ByteSource(bytes, 0, length, OBJECT, 1000), count, picks(count)),
          (bytes, length, count) ->
              ChunkPicker.booleans(
                  new ByteSource(bytes, 0, length, OBJECT, 1000), count, picks(count)),
          (bytes, length, count) ->
              ChunkPicker.strings(
                  new ByteSource(bytes, 0, length, OBJECT, 1000), count, picks(count)));

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static ValuePicks picks(int count) {
    int[] some = IntStream.range(0, count).filter(i -> i % 7 == 0 || i == count - 1).toArray();
    return new ValuePicks(some, some, some.length);
  }

  @Test
  void everyBitFlipAndEveryTruncationIsReportedWithItsPlace() {
    Random random = new Random(SEED);
    for (byte[] chunk : chunks()) {
      for (int round = 0; round < 300; round++) {
        byte[] flipped = chunk.clone();
        flipped[random.nextInt(chunk.length)] ^= (byte) (1 << random.nextInt(8));
        assertCorrupt(flipped, flipped.length);
        assertCorrupt(chunk, random.nextInt(chunk.length));
      }
    }
  }

  @Test
  void randomBytesAreReported() {
    Random random = new Random(SEED);
    for (int round = 0; round < 3000; round++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      assertCorrupt(bytes, bytes.length);
    }
  }

  @Test
  void wrongBytesUnderARightChecksumDoNoHarm() throws CorruptBlockException {
    Random random = new Random(SEED);
    int reported = 0;
    int decoded = 0;
    for (byte[] chunk : chunks()) {
      for (int round = 0; round < 1500; round++) {
        ByteSink forged = forge(chunk, random);
        int count = random.nextInt(8) == 0 ? 1 + random.nextInt(2 * COUNT) : COUNT;
        for (Decoder decoder : DECODERS) {
          long before = threads.getCurrentThreadAllocatedBytes();
          try {
            touch(decoder.decode(forged.array(), forged.size(), count));
            decoded++;
          } catch (CorruptBlockException expected) {
            assertThat(expected.object()).isEqualTo(OBJECT);
            assertThat(expected.offset()).isBetween(1000L, 1000L + forged.size());
            reported++;
          }
          assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(ALLOWED_BYTES);
        }
      }
    }
    // Both ways were taken, or this test tests nothing.
    assertThat(reported).isGreaterThan(10_000);
    assertThat(decoded).isGreaterThan(100);
  }

  @Test
  void aTableInsideATableIsReported() {
    ByteSink sink = new ByteSink();
    sink.putByte(ChunkFormat.LONGS);
    sink.putVarint(10);
    for (int depth = 0; depth < 100_000; depth++) {
      sink.putByte(IntegerStream.TABLE);
      sink.putVarint(1);
      sink.putZigzag(0);
    }
    sink.putCrc32c(0);
    assertThatThrownBy(() -> DECODERS.get(0).decode(sink.array(), sink.size(), 10))
        .isInstanceOf(CorruptBlockException.class)
        .hasMessageContaining("table");
  }

  @Test
  void aSmallChunkCannotClaimMuchMemory() {
    // Twenty bytes that claim a string of a gigabyte.
    ByteSink sink = new ByteSink();
    sink.putByte(ChunkFormat.STRINGS_PLAIN);
    sink.putVarint(1);
    sink.putByte(StringBlob.BYTES);
    sink.putByte(IntegerStream.CONSTANT);
    sink.putZigzag(1 << 30);
    sink.putByte(Sections.ZSTD);
    sink.putVarint(4);
    sink.putIntLE(0);
    sink.putCrc32c(0);
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThatThrownBy(() -> DECODERS.get(4).decode(sink.array(), sink.size(), 1))
        .isInstanceOf(CorruptBlockException.class);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
  }

  private static void assertCorrupt(byte[] bytes, int length) {
    for (Decoder decoder : DECODERS) {
      assertThatThrownBy(() -> decoder.decode(bytes, length, COUNT))
          .isInstanceOf(CorruptBlockException.class);
    }
  }

  private static ByteSink forge(byte[] chunk, Random random) {
    int length = chunk.length - 4;
    byte[] body =
        Arrays.copyOf(chunk, random.nextInt(4) == 0 ? random.nextInt(length + 1) : length);
    for (int i = random.nextInt(4); i >= 0 && body.length > 0; i--) {
      // Headers stand in front, and wrong headers are what hurts.
      int range = random.nextBoolean() ? Math.min(body.length, 24) : body.length;
      body[random.nextInt(range)] = (byte) (random.nextBoolean() ? random.nextInt() : -1);
    }
    ByteSink forged = new ByteSink();
    forged.putBytes(body);
    forged.putCrc32c(0);
    return forged;
  }

  /** Reads every value, as a query would. */
  private static void touch(Column column) {
    if (column instanceof StringColumn strings) {
      for (int i = 0; i < strings.size(); i++) {
        strings.dictionary().equalTo(strings.code(i), new byte[3]);
      }
    }
  }

  /** A valid chunk of every kind and encoding. */
  private static List<byte[]> chunks() {
    Random random = new Random(SEED);
    List<byte[]> chunks = new ArrayList<>();
    try (ChunkContext context = new ChunkContext()) {
      for (ChunkProperties.Shape shape : ChunkProperties.Shape.values()) {
        long[] values = shape.values(random, COUNT);
        ByteSink sink = new ByteSink();
        new ChunkWriter(context).longs(values, COUNT, sink);
        chunks.add(sink.toByteArray());
        sink.reset();
        int[] narrow = Arrays.stream(values).mapToInt(value -> (int) value).toArray();
        new ChunkWriter(context).ints(narrow, COUNT, sink);
        chunks.add(sink.toByteArray());
        sink.reset();
        double[] decimals = Arrays.stream(values).mapToDouble(value -> value / 100.0).toArray();
        new ChunkWriter(context).doubles(decimals, COUNT, sink);
        chunks.add(sink.toByteArray());
      }
      ByteSink sink = new ByteSink();
      boolean[] flags = new boolean[COUNT];
      for (int i = 0; i < COUNT; i++) {
        flags[i] = random.nextInt(5) == 0;
      }
      new ChunkWriter(context).booleans(flags, COUNT, sink);
      chunks.add(sink.toByteArray());
      for (ChunkProperties.Texts texts : ChunkProperties.Texts.values()) {
        for (int cardinality : new int[] {40, COUNT}) {
          List<byte[]> entries = new ArrayList<>();
          for (int i = 0; i < cardinality; i++) {
            entries.add(texts.text(random));
          }
          entries.add("one more".getBytes(StandardCharsets.UTF_8));
          int[] codes = random.ints(COUNT, 0, entries.size()).toArray();
          sink.reset();
          new ChunkWriter(context).strings(codes, COUNT, ChunkProperties.dictionary(entries), sink);
          chunks.add(sink.toByteArray());
        }
      }
    }
    return chunks;
  }
}
