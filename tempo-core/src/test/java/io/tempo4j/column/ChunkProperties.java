package io.tempo4j.column;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.model.CorruptBlockException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class ChunkProperties {

  private static final String OBJECT = "tenant/block/data";

  /** Distributions that favour different encodings, and the ones that suit none. */
  enum Shape {
    CONSTANT,
    BITS,
    BYTES,
    SKEWED,
    ASCENDING,
    NEARLY_ASCENDING,
    LOG_NORMAL,
    RANDOM,
    EXTREMES,
    RUNS;

    long[] values(Random random, int count) {
      long[] values = new long[count];
      long base = random.nextLong() >> random.nextInt(64);
      long current = base;
      int width = 1 + random.nextInt(63);
      for (int i = 0; i < count; i++) {
        current =
            switch (this) {
              case CONSTANT -> base;
              case BITS -> base + (random.nextLong() >>> width);
              case BYTES -> base + random.nextInt(256);
              case SKEWED -> random.nextInt(20) == 0 ? random.nextInt(100) : 3;
              case ASCENDING -> current + 1 + random.nextInt(1000);
              case NEARLY_ASCENDING -> current + random.nextInt(100_000) - 10_000;
              case LOG_NORMAL -> (long) (5e6 * Math.exp(random.nextGaussian() * 1.1));
              case RANDOM -> random.nextLong();
              case EXTREMES ->
                  switch (random.nextInt(6)) {
                    case 0 -> Long.MIN_VALUE;
                    case 1 -> Long.MAX_VALUE;
                    case 2 -> -1;
                    case 3 -> 0;
                    case 4 -> 1L << random.nextInt(64);
                    default -> random.nextLong();
                  };
              case RUNS -> random.nextInt(30) == 0 ? random.nextLong() : current;
            };
        values[i] = current;
      }
      return values;
    }
  }

  @Provide
  Arbitrary<Integer> counts() {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(0, 3),
        Arbitraries.integers().between(4, 200),
        Arbitraries.integers().between(201, 5000));
  }

  @Property(tries = 400)
  void longsComeBack(@ForAll Shape shape, @ForAll("counts") int count, @ForAll long seed)
      throws CorruptBlockException {
    Random random = new Random(seed);
    try (ChunkContext context = new ChunkContext()) {
      ChunkWriter writer = new ChunkWriter(context);
      // Another shape follows the remembered one.
      for (Shape next : List.of(shape, shape, Shape.values()[random.nextInt(10)])) {
        long[] values = next.values(random, count);
        ByteSink sink = prefixed(random);
        int from = sink.size();
        ZoneMap zone = writer.longs(values, count, sink);
        LongColumn column =
            ChunkReader.longs(
                new ByteSource(sink.array(), from, sink.size() - from, OBJECT, 0), count, null);
        assertThat(column.size()).isEqualTo(count);
        assertThat(Arrays.copyOf(column.values(), count)).isEqualTo(values);
        assertThat(zone.valueCount()).isEqualTo(count);
        if (count > 0) {
          assertThat(zone.min()).isEqualTo(Arrays.stream(values).min().getAsLong());
          assertThat(zone.max()).isEqualTo(Arrays.stream(values).max().getAsLong());
        }
      }
    }
  }

  @Property(tries = 200)
  void intsComeBack(@ForAll Shape shape, @ForAll("counts") int count, @ForAll long seed)
      throws CorruptBlockException {
    try (ChunkContext context = new ChunkContext()) {
      ChunkWriter writer = new ChunkWriter(context);
      Random random = new Random(seed);
      int[] values =
          Arrays.stream(shape.values(random, count)).mapToInt(value -> (int) value).toArray();
      int[] rows = new int[count];
      ByteSink sink = prefixed(random);
      int from = sink.size();
      writer.ints(values, count, sink);
      IntColumn column =
          ChunkReader.ints(
              new ByteSource(sink.array(), from, sink.size() - from, OBJECT, 0), count, rows);
      assertThat(Arrays.copyOf(column.values(), count)).isEqualTo(values);
      assertThat(column.rows()).isSameAs(rows);
    }
  }

  @Property(tries = 200)
  void doublesComeBackBitForBit(
      @ForAll @IntRange(max = 5) int kind, @ForAll("counts") int count, @ForAll long seed)
      throws CorruptBlockException {
    Random random = new Random(seed);
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (kind) {
            case 0 -> Math.round(random.nextDouble() * 50_000) / 100.0;
            case 1 -> random.nextGaussian();
            case 2 -> Double.longBitsToDouble(random.nextLong());
            case 3 -> random.nextInt(1000);
            case 4 -> Double.NaN;
            default ->
                new double[] {
                      0.0,
                      -0.0,
                      Double.NaN,
                      Double.MIN_VALUE,
                      Double.MAX_VALUE,
                      1e300,
                      Double.NEGATIVE_INFINITY,
                      Double.POSITIVE_INFINITY,
                      Double.longBitsToDouble(0x7FF8_0000_0000_0001L)
                    }
                    [random.nextInt(9)];
          };
    }
    try (ChunkContext context = new ChunkContext()) {
      ByteSink sink = prefixed(random);
      int from = sink.size();
      ZoneMap zone = new ChunkWriter(context).doubles(values, count, sink);
      DoubleColumn column =
          ChunkReader.doubles(
              new ByteSource(sink.array(), from, sink.size() - from, OBJECT, 0), count, null);
      assertThat(bits(column.values(), count)).isEqualTo(bits(values, count));
      double[] numbers = Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
      assertThat(zone.hasBounds()).isEqualTo(numbers.length > 0);
      for (double value : numbers) {
        assertThat(value)
            .isBetween(Double.longBitsToDouble(zone.min()), Double.longBitsToDouble(zone.max()));
      }
    }
  }

  @Property(tries = 100)
  void booleansComeBack(@ForAll("counts") int count, @ForAll long seed)
      throws CorruptBlockException {
    Random random = new Random(seed);
    int bias = 1 + random.nextInt(40);
    boolean[] values = new boolean[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(bias) == 0;
    }
    try (ChunkContext context = new ChunkContext()) {
      ByteSink sink = prefixed(random);
      int from = sink.size();
      new ChunkWriter(context).booleans(values, count, sink);
      BoolColumn column =
          ChunkReader.booleans(
              new ByteSource(sink.array(), from, sink.size() - from, OBJECT, 0), count, null);
      assertThat(Arrays.copyOf(column.values(), count)).isEqualTo(values);
    }
  }

  /** Texts that favour different encodings, and bytes that are no text. */
  enum Texts {
    WORDS,
    UUIDS,
    HEX,
    STATEMENTS,
    NUMBERS,
    ALMOST_UUIDS,
    BYTES,
    LONG_COMMON_PREFIX,
    ZEROS;

    byte[] text(Random random) {
      String text =
          switch (this) {
            case WORDS -> "word-" + (char) ('a' + random.nextInt(26));
            case UUIDS -> uuid(random);
            case HEX -> Long.toHexString(random.nextLong());
            case STATEMENTS ->
                "SELECT * FROM t"
                    + random.nextInt(5)
                    + " WHERE id = "
                    + random.nextInt(100_000)
                    + " AND x = '"
                    + Integer.toHexString(random.nextInt(65536))
                    + "' LIMIT "
                    + random.nextInt(50);
            case NUMBERS ->
                random.nextInt(50) == 0
                    ? "0" + random.nextInt(100)
                    : Long.toString(random.nextLong() >> random.nextInt(64));
            case ALMOST_UUIDS ->
                random.nextInt(40) == 0 ? uuid(random).toUpperCase() : uuid(random);
            case LONG_COMMON_PREFIX -> "com.example.".repeat(3) + random.nextInt(3000);
            case ZEROS -> "ab" + "\0".repeat(random.nextInt(24));
            case BYTES -> "";
          };
      byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      if (this == BYTES) {
        bytes = new byte[random.nextInt(30)];
        random.nextBytes(bytes);
      }
      return bytes;
    }

    private static String uuid(Random random) {
      return new java.util.UUID(random.nextLong(), random.nextLong()).toString();
    }
  }

  @Property(tries = 500)
  void stringsComeBack(
      @ForAll Texts texts,
      @ForAll("counts") int count,
      @ForAll @IntRange(min = 1, max = 6000) int cardinality,
      @ForAll long seed)
      throws CorruptBlockException {
    Random random = new Random(seed);
    List<byte[]> entries = new ArrayList<>();
    for (int i = 0; i < cardinality; i++) {
      entries.add(texts.text(random));
    }
    Dictionary shared = dictionary(entries);
    try (ChunkContext context = new ChunkContext()) {
      ChunkWriter writer = new ChunkWriter(context);
      for (int chunk = 0; chunk < 3; chunk++) {
        int used = 1 + random.nextInt(cardinality);
        int[] codes = new int[count];
        for (int i = 0; i < count; i++) {
          codes[i] =
              chunk == 2
                  ? Math.min(i, cardinality - 1)
                  : i > 0 && random.nextBoolean() ? codes[i - 1] : random.nextInt(used);
        }
        ByteSink sink = prefixed(random);
        int from = sink.size();
        ZoneMap zone = writer.strings(codes, count, shared, sink);
        StringColumn column =
            ChunkReader.strings(
                new ByteSource(sink.array(), from, sink.size() - from, OBJECT, 0), count, null);
        assertThat(column.size()).isEqualTo(count);
        for (int i = 0; i < count; i++) {
          byte[] expected = entries.get(codes[i]);
          assertThat(column.dictionary().equalTo(column.code(i), expected)).isTrue();
          assertThat(Arrays.compareUnsigned(zone.minBytes(), expected)).isLessThanOrEqualTo(0);
          if (zone.maxBytes() != null) {
            assertThat(Arrays.compareUnsigned(zone.maxBytes(), expected)).isGreaterThanOrEqualTo(0);
          }
        }
      }
    }
  }

  static Dictionary dictionary(List<byte[]> entries) {
    ByteSink bytes = new ByteSink();
    int[] offsets = new int[entries.size() + 1];
    for (int i = 0; i < entries.size(); i++) {
      bytes.putBytes(entries.get(i));
      offsets[i + 1] = bytes.size();
    }
    return new Dictionary(bytes.toByteArray(), offsets, entries.size(), Dictionary.Order.NONE);
  }

  private static long[] bits(double[] values, int count) {
    return Arrays.stream(values, 0, count).mapToLong(Double::doubleToRawLongBits).toArray();
  }

  /** Chunks rarely stand at the start of an array, and never at its end with room to spare. */
  private static ByteSink prefixed(Random random) {
    ByteSink sink = new ByteSink();
    sink.putBytes(new byte[random.nextInt(20)]);
    return sink;
  }
}
