package io.tempo4j.column;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.model.CorruptBlockException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChunkWriterTest {

  private static final int COUNT = 20_000;

  private final Random random = new Random(42);

  @Test
  void theSameCallsGiveTheSameBytes() {
    List<byte[]> runs = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      Random same = new Random(5);
      ByteSink sink = new ByteSink();
      try (ChunkContext context = new ChunkContext()) {
        ChunkWriter writer = new ChunkWriter(context);
        for (int chunk = 0; chunk < 40; chunk++) {
          long[] values = ChunkProperties.Shape.values()[chunk / 5].values(same, 2000);
          writer.longs(values, values.length, sink);
        }
      }
      runs.add(sink.toByteArray());
    }
    assertThat(runs.get(0)).isEqualTo(runs.get(1));
  }

  @Test
  void aColumnThatChangesItsNatureIsNotKeptInAnEncodingThatNoLongerSuits() {
    try (ChunkContext context = new ChunkContext()) {
      ChunkWriter writer = new ChunkWriter(context);
      ByteSink sink = new ByteSink();
      long[] ascending = new long[COUNT];
      for (int i = 0; i < COUNT; i++) {
        ascending[i] = 1_700_000_000_000_000_000L + 1000L * i;
      }
      writer.longs(ascending, COUNT, sink);
      assertThat(sink.size()).isLessThan(COUNT / 4);
      sink.reset();
      long[] ids = random.longs(COUNT).toArray();
      writer.longs(ids, COUNT, sink);
      assertThat(sink.size()).isLessThan(8 * COUNT + 100);
    }
  }

  @Test
  void chunksTakeWhatTheirContentTells() {
    // Bytes per value that the encodings reach on what spans are made of, with some air.
    assertThat(longs(random.longs(COUNT).toArray())).isLessThan(8.02);
    assertThat(longs(ChunkProperties.Shape.LOG_NORMAL.values(random, COUNT))).isLessThan(3.15);
    assertThat(longs(pick(8080, 9090, 6379, 5432))).isLessThan(0.3);
    assertThat(longs(pick(257))).isLessThan(0.01);
    assertThat(strings(ChunkProperties.Texts.UUIDS)).isLessThan(16.1);
    assertThat(strings(ChunkProperties.Texts.STATEMENTS)).isLessThan(6.5);
    assertThat(strings(ChunkProperties.Texts.WORDS)).isLessThan(0.75);
  }

  @Test
  void boundsOfManyDistinctStringsLookBeyondACommonBeginning() {
    for (String beginning : List.of("", "session-", "a-longer-beginning-")) {
      List<byte[]> entries = new ArrayList<>();
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        // short ones, too, whose last bytes are told apart by their number alone
        String text = beginning + "x\0".repeat(random.nextInt(3)) + (char) ('!' + i % 90) + i;
        texts.add(text);
        entries.add(text.getBytes(StandardCharsets.UTF_8));
      }
      texts.add(beginning);
      entries.add(beginning.getBytes(StandardCharsets.UTF_8));
      int[] codes = new int[entries.size()];
      Arrays.setAll(codes, i -> i);
      ZoneMap zone;
      try (ChunkContext context = new ChunkContext()) {
        zone =
            new ChunkWriter(context)
                .strings(codes, codes.length, ChunkProperties.dictionary(entries), new ByteSink());
      }

      Collections.sort(texts);
      byte[] least = texts.getFirst().getBytes(StandardCharsets.UTF_8);
      byte[] most = texts.getLast().getBytes(StandardCharsets.UTF_8);
      assertThat(zone.minBytes()).isEqualTo(Arrays.copyOf(least, Math.min(16, least.length)));
      if (most.length <= 16) {
        assertThat(zone.maxBytes()).isEqualTo(most);
      } else {
        assertThat(Arrays.compareUnsigned(zone.maxBytes(), most)).isPositive();
      }
    }
  }

  @Test
  void hugeStringsComeBack() throws CorruptBlockException {
    byte[] huge = "x1y".repeat(350_000).getBytes(StandardCharsets.UTF_8);
    byte[] zeros = new byte[1 << 20];
    byte[] noise = new byte[1 << 20];
    random.nextBytes(noise);
    List<byte[]> entries = List.of(huge, new byte[0], zeros, noise);
    int[] codes = random.ints(200, 0, 4).toArray();
    try (ChunkContext context = new ChunkContext()) {
      ByteSink sink = new ByteSink();
      ZoneMap zone =
          new ChunkWriter(context)
              .strings(codes, codes.length, ChunkProperties.dictionary(entries), sink);
      assertThat(sink.size()).isLessThan(noise.length + 10_000);
      assertThat(zone.minBytes()).isEmpty();
      StringColumn column =
          ChunkReader.strings(
              new ByteSource(sink.array(), 0, sink.size(), "data", 0), codes.length, null);
      for (int i = 0; i < codes.length; i++) {
        assertThat(column.dictionary().equalTo(column.code(i), entries.get(codes[i]))).isTrue();
      }
    }
  }

  @Test
  void moreThanTheFormatLetsInflateIsKeptAsItIs() throws CorruptBlockException {
    List<byte[]> entries = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      byte[] entry = new byte[1 << 20];
      entry[0] = (byte) i;
      entries.add(entry);
    }
    int[] codes = new int[70];
    java.util.Arrays.setAll(codes, i -> i);
    try (ChunkContext context = new ChunkContext()) {
      ByteSink sink = new ByteSink();
      new ChunkWriter(context).strings(codes, 70, ChunkProperties.dictionary(entries), sink);
      StringColumn column =
          ChunkReader.strings(new ByteSource(sink.array(), 0, sink.size(), "data", 0), 70, null);
      for (int i = 0; i < 70; i++) {
        assertThat(column.dictionary().equalTo(column.code(i), entries.get(i))).isTrue();
      }
    }
  }

  @Test
  void stringBoundsAreShortAndStillBounds() {
    ZoneMap zone = zone("aaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbb");
    assertThat(zone.minBytes()).isEqualTo("a".repeat(16).getBytes(StandardCharsets.UTF_8));
    assertThat(zone.maxBytes()).isEqualTo(("b".repeat(15) + "c").getBytes(StandardCharsets.UTF_8));
    byte[] top = new byte[20];
    java.util.Arrays.fill(top, (byte) -1);
    assertThat(zone(List.of(top)).maxBytes()).isNull();
    assertThat(zone("short").maxBytes()).isEqualTo("short".getBytes(StandardCharsets.UTF_8));
  }

  private static ZoneMap zone(String... texts) {
    List<byte[]> entries = new ArrayList<>();
    for (String text : texts) {
      entries.add(text.getBytes(StandardCharsets.UTF_8));
    }
    return zone(entries);
  }

  private static ZoneMap zone(List<byte[]> entries) {
    int[] codes = new int[entries.size()];
    java.util.Arrays.setAll(codes, i -> i);
    try (ChunkContext context = new ChunkContext()) {
      return new ChunkWriter(context)
          .strings(codes, codes.length, ChunkProperties.dictionary(entries), new ByteSink());
    }
  }

  private long[] pick(long... choices) {
    return random.ints(COUNT, 0, choices.length).mapToLong(i -> choices[i]).toArray();
  }

  private static double longs(long[] values) {
    try (ChunkContext context = new ChunkContext()) {
      ByteSink sink = new ByteSink();
      new ChunkWriter(context).longs(values, values.length, sink);
      return (double) sink.size() / values.length;
    }
  }

  private double strings(ChunkProperties.Texts texts) {
    List<byte[]> entries = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      entries.add(texts.text(random));
    }
    Dictionary dictionary = ChunkProperties.dictionary(distinct(entries));
    int[] codes = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      codes[i] = dictionary.size() == COUNT ? i : random.nextInt(dictionary.size());
    }
    try (ChunkContext context = new ChunkContext()) {
      ByteSink sink = new ByteSink();
      new ChunkWriter(context).strings(codes, COUNT, dictionary, sink);
      return (double) sink.size() / COUNT;
    }
  }

  private static List<byte[]> distinct(List<byte[]> entries) {
    java.util.Set<String> seen = new java.util.HashSet<>();
    return entries.stream()
        .filter(entry -> seen.add(new String(entry, StandardCharsets.ISO_8859_1)))
        .toList();
  }
}
