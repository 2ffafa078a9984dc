package io.tempo4j.column;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.model.CorruptBlockException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Picked values are those that decoding the whole chunk gives at the same places. */
class ChunkPickerProperties {

  private static final String OBJECT = "tenant/block/data";

  @Property(tries = 300)
  void pickedNumbersAreThoseOfTheWholeChunk(
      @ForAll ChunkProperties.Shape shape,
      @ForAll @IntRange(min = 1, max = 3000) int count,
      @ForAll long seed)
      throws CorruptBlockException {
    Random random = new Random(seed);
    long[] values = shape.values(random, count);
    ValuePicks picks = picks(random, count);
    try (ChunkContext context = new ChunkContext()) {
      ByteSink sink = new ByteSink();
      new ChunkWriter(context).longs(values, count, sink);
      LongColumn some =
          ChunkPicker.longs(new ByteSource(sink.array(), 0, sink.size(), OBJECT, 0), count, picks);
      assertThat(some.rows()).isSameAs(picks.rows());
      for (int i = 0; i < picks.count(); i++) {
        assertThat(some.values()[i]).isEqualTo(values[picks.positions()[i]]);
      }
    }
  }

  @Property(tries = 200)
  void pickedDecimalsAndTruthValuesAreThoseOfTheWholeChunk(
      @ForAll @IntRange(min = 1, max = 3000) int count, @ForAll boolean scaled, @ForAll long seed)
      throws CorruptBlockException {
    Random random = new Random(seed);
    double[] values = new double[count];
    boolean[] truths = new boolean[count];
    for (int i = 0; i < count; i++) {
      values[i] = scaled ? random.nextInt(5000) / 100.0 : random.nextGaussian();
      truths[i] = random.nextInt(5) == 0;
    }
    ValuePicks picks = picks(random, count);
    try (ChunkContext context = new ChunkContext()) {
      ByteSink sink = new ByteSink();
      new ChunkWriter(context).doubles(values, count, sink);
      DoubleColumn some =
          ChunkPicker.doubles(
              new ByteSource(sink.array(), 0, sink.size(), OBJECT, 0), count, picks);
      sink.reset();
      new ChunkWriter(context).booleans(truths, count, sink);
      BoolColumn bools =
          ChunkPicker.booleans(
              new ByteSource(sink.array(), 0, sink.size(), OBJECT, 0), count, picks);
      for (int i = 0; i < picks.count(); i++) {
        assertThat(some.values()[i]).isEqualTo(values[picks.positions()[i]]);
        assertThat(bools.values()[i]).isEqualTo(truths[picks.positions()[i]]);
      }
    }
  }

  @Property(tries = 400)
  void pickedStringsAreThoseOfTheWholeChunk(
      @ForAll ChunkProperties.Texts texts,
      @ForAll @IntRange(min = 1, max = 3000) int count,
      @ForAll @IntRange(min = 1, max = 4000) int cardinality,
      @ForAll long seed)
      throws CorruptBlockException {
    Random random = new Random(seed);
    List<byte[]> entries = new ArrayList<>();
    for (int i = 0; i < cardinality; i++) {
      entries.add(texts.text(random));
    }
    int[] codes = IntStream.range(0, count).map(i -> random.nextInt(cardinality)).toArray();
    ValuePicks picks = picks(random, count);
    try (ChunkContext context = new ChunkContext()) {
      ByteSink sink = new ByteSink();
      new ChunkWriter(context).strings(codes, count, ChunkProperties.dictionary(entries), sink);
      StringColumn some =
          ChunkPicker.strings(
              new ByteSource(sink.array(), 0, sink.size(), OBJECT, 0), count, picks);
      assertThat(some.size()).isEqualTo(picks.count());
      for (int i = 0; i < picks.count(); i++) {
        byte[] expected = entries.get(codes[picks.positions()[i]]);
        assertThat(some.dictionary().equalTo(some.code(i), expected)).isTrue();
      }
    }
  }

  /** One value at least, seldom many; rows are told from positions. */
  private static ValuePicks picks(Random random, int count) {
    int every = 1 + random.nextInt(200);
    int[] positions =
        IntStream.range(0, count).filter(i -> i == count / 2 || i % every == 0).toArray();
    int[] rows = Arrays.stream(positions).map(position -> 2 * position + 1).toArray();
    return new ValuePicks(positions, rows, positions.length);
  }
}
