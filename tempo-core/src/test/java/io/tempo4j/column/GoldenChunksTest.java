package io.tempo4j.column;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Chunks and filters as they were first written: every later reader must read them.
 *
 * <p>A line of {@code chunks-v1.txt} is a name and the bytes in hex. The lines are never written
 * anew; what a later writer does differently gets lines of its own.
 */
class GoldenChunksTest {

  private static final String OBJECT = "golden";
  private static final int COUNT = 200;

  private final Map<String, byte[]> golden = load();

  @Test
  void everyChunkReadsAsItWasWritten() throws IOException {
    for (ChunkProperties.Shape shape : ChunkProperties.Shape.values()) {
      byte[] longs = golden.get("longs " + shape);
      assertThat(
              ChunkReader.longs(new ByteSource(longs, 0, longs.length, OBJECT, 0), COUNT, null)
                  .values())
          .as(shape.name())
          .isEqualTo(values(shape));
    }
    byte[] ints = golden.get("ints");
    assertThat(
            ChunkReader.ints(new ByteSource(ints, 0, ints.length, OBJECT, 0), COUNT, null).values())
        .isEqualTo(codes(7));
    byte[] decimals = golden.get("doubles decimal");
    assertThat(
            ChunkReader.doubles(
                    new ByteSource(decimals, 0, decimals.length, OBJECT, 0), COUNT, null)
                .values())
        .isEqualTo(doubles(100));
    byte[] bits = golden.get("doubles bits");
    assertThat(
            ChunkReader.doubles(new ByteSource(bits, 0, bits.length, OBJECT, 0), COUNT, null)
                .values())
        .isEqualTo(doubles(3));
    byte[] flags = golden.get("booleans");
    assertThat(
            ChunkReader.booleans(new ByteSource(flags, 0, flags.length, OBJECT, 0), COUNT, null)
                .values())
        .isEqualTo(flags());
    byte[] none = golden.get("longs none");
    assertThat(ChunkReader.longs(new ByteSource(none, 0, none.length, OBJECT, 0), 0, null).size())
        .isZero();
    for (ChunkProperties.Texts texts : ChunkProperties.Texts.values()) {
      for (int cardinality : new int[] {20, 150, COUNT}) {
        assertStrings(texts, cardinality);
      }
    }
  }

  private void assertStrings(ChunkProperties.Texts texts, int cardinality) throws IOException {
    byte[] chunk = golden.get("strings " + texts + " " + cardinality);
    StringColumn column =
        ChunkReader.strings(new ByteSource(chunk, 0, chunk.length, OBJECT, 0), COUNT, null);
    List<byte[]> entries = entries(texts, cardinality);
    int[] codes = codes(cardinality);
    for (int i = 0; i < COUNT; i++) {
      assertThat(column.dictionary().equalTo(column.code(i), entries.get(codes[i])))
          .as(texts + " " + cardinality)
          .isTrue();
    }
  }

  @Test
  void filtersAnswerAsTheyDid() throws IOException {
    for (int count : new int[] {10, 1000}) {
      byte[] directoryBytes = golden.get("filter directory " + count);
      byte[] shards = golden.get("filter shards " + count);
      FilterDirectory directory =
          FilterDirectory.read(directoryBytes, 0, directoryBytes.length, OBJECT, 0);
      FilterShard shard = FilterShard.read(shards, 0, directory.length(0), OBJECT, 0);
      assertThat(directory.totalBytes()).isEqualTo(shards.length);
      for (int i = 0; i < count; i++) {
        long hash = Hash64.ofLong(i, 0);
        assertThat(shard.mayContain(hash)).isTrue();
        assertThat(shard.probe(hash, 50).get(i % 50)).isTrue();
      }
    }
  }

  @Test
  void theGoldenChunksShowEveryEncoding() {
    TreeSet<Integer> kinds = new TreeSet<>();
    TreeSet<Integer> integers = new TreeSet<>();
    golden.forEach((name, bytes) -> {
      if (!name.startsWith("filter")) {
        kinds.add((int) bytes[0]);
      }
      if (name.startsWith("longs") && bytes.length > 6) {
        // Behind the kind and the two bytes of the count.
        integers.add((int) bytes[3]);
      }
    });
    assertThat(kinds).containsExactly(1, 2, 3, 4, 5, 6, 7);
    assertThat(integers)
        .contains(
            IntegerStream.CONSTANT,
            IntegerStream.PACKED,
            IntegerStream.PLANES,
            IntegerStream.VARBITS,
            IntegerStream.TABLE,
            IntegerStream.DELTA | IntegerStream.PACKED);
  }

  private static long[] values(ChunkProperties.Shape shape) {
    return shape.values(new Random(shape.ordinal()), COUNT);
  }

  /** Every entry once and in order, if there are as many as values. */
  private static int[] codes(int bound) {
    if (bound == COUNT) {
      return IntStream.range(0, COUNT).toArray();
    }
    return new Random(bound).ints(COUNT, 0, bound).toArray();
  }

  private static double[] doubles(double divisor) {
    return new Random(17).ints(COUNT, 0, 100_000).mapToDouble(i -> i / divisor).toArray();
  }

  private static boolean[] flags() {
    boolean[] flags = new boolean[COUNT];
    Random random = new Random(23);
    for (int i = 0; i < COUNT; i++) {
      flags[i] = random.nextInt(9) == 0;
    }
    return flags;
  }

  private static List<byte[]> entries(ChunkProperties.Texts texts, int cardinality) {
    Random random = new Random(31L * texts.ordinal() + cardinality);
    List<byte[]> entries = new ArrayList<>();
    for (int i = 0; i < cardinality; i++) {
      entries.add(texts.text(random));
    }
    return entries;
  }

  /** Prints the lines of a writer as it is now: how the file came to be. */
  public static void main(String[] arguments) {
    try (ChunkContext context = new ChunkContext()) {
      ByteSink sink = new ByteSink();
      for (ChunkProperties.Shape shape : ChunkProperties.Shape.values()) {
        new ChunkWriter(context).longs(values(shape), COUNT, sink);
        print("longs " + shape, sink);
      }
      new ChunkWriter(context).ints(codes(7), COUNT, sink);
      print("ints", sink);
      new ChunkWriter(context).doubles(doubles(100), COUNT, sink);
      print("doubles decimal", sink);
      new ChunkWriter(context).doubles(doubles(3), COUNT, sink);
      print("doubles bits", sink);
      new ChunkWriter(context).booleans(flags(), COUNT, sink);
      print("booleans", sink);
      new ChunkWriter(context).longs(new long[0], 0, sink);
      print("longs none", sink);
      for (ChunkProperties.Texts texts : ChunkProperties.Texts.values()) {
        for (int cardinality : new int[] {20, 150, COUNT}) {
          Dictionary dictionary = ChunkProperties.dictionary(entries(texts, cardinality));
          new ChunkWriter(context).strings(codes(cardinality), COUNT, dictionary, sink);
          print("strings " + texts + " " + cardinality, sink);
        }
      }
    }
    for (int count : new int[] {10, 1000}) {
      FilterWriter writer = new FilterWriter();
      for (int i = 0; i < count; i++) {
        writer.add(Hash64.ofLong(i, 0));
        writer.add(Hash64.ofLong(i, 0), i % 50);
      }
      ByteSink shards = new ByteSink();
      ByteSink directory = new ByteSink();
      writer.finish(shards, directory);
      print("filter directory " + count, directory);
      print("filter shards " + count, shards);
    }
  }

  private static void print(String name, ByteSink sink) {
    System.out.println(name + "\t" + HexFormat.of().formatHex(sink.array(), 0, sink.size()));
    sink.reset();
  }

  private static Map<String, byte[]> load() {
    Map<String, byte[]> chunks = new LinkedHashMap<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                GoldenChunksTest.class.getResourceAsStream("/golden/chunks-v1.txt"),
                StandardCharsets.UTF_8))) {
      for (String line; (line = reader.readLine()) != null; ) {
        int tab = line.indexOf('\t');
        chunks.put(line.substring(0, tab), HexFormat.of().parseHex(line.substring(tab + 1)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return chunks;
  }
}
