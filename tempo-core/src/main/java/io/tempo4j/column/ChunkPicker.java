package io.tempo4j.column;

import static io.tempo4j.column.ChunkReader.requireCount;
import static io.tempo4j.column.ChunkReader.requireKind;

import io.tempo4j.model.CorruptBlockException;
import java.util.BitSet;

/**
 * Decodes a few values of chunks that {@link ChunkWriter} wrote.
 *
 * <p>All methods take what those of {@link ChunkReader} do, and in the place of the rows the values
 * that are wanted, whose positions are below {@code expectedCount}. The result has these values
 * alone; its dictionary, if it is one of strings, has no order, and entries that no wanted value
 * uses may be empty.
 *
 * <p>The checksum is verified first. Then only what is wanted is put together, so that damage under
 * a right checksum is found where it changes a wanted value or the place of one; what is found is a
 * {@link CorruptBlockException} and nothing else. Memory is bounded as it is there.
 *
 * <p>Stateless and thread-safe. The columns do not keep {@code bytes}, but keep the rows of {@code
 * picks}.
 */
public final class ChunkPicker {

  private ChunkPicker() {}

  /** Decodes some of a chunk of 64-bit integers. */
  public static LongColumn longs(ByteSource source, int expectedCount, ValuePicks picks)
      throws CorruptBlockException {
    source.verifyCrc32c();
    requireKind(source, ChunkFormat.LONGS, "integers");
    return new LongColumn(numbers(source, expectedCount, picks), picks.count(), picks.rows());
  }

  /** Decodes some of a chunk of floating-point numbers. */
  public static DoubleColumn doubles(ByteSource source, int expectedCount, ValuePicks picks)
      throws CorruptBlockException {
    source.verifyCrc32c();
    requireKind(source, ChunkFormat.DOUBLES, "floating-point numbers");
    requireCount(source, expectedCount);
    int exponent = ChunkReader.readExponent(source);
    long[] numbers = new long[picks.count()];
    IntegerPicker.read(source, expectedCount, picks, numbers);
    source.expectEnd();
    double[] values = new double[numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = ChunkReader.real(numbers[i], exponent);
    }
    return new DoubleColumn(values, values.length, picks.rows());
  }

  /** Decodes some of a chunk of truth values. */
  public static BoolColumn booleans(ByteSource source, int expectedCount, ValuePicks picks)
      throws CorruptBlockException {
    source.verifyCrc32c();
    requireKind(source, ChunkFormat.BOOLEANS, "truth values");
    long[] numbers = numbers(source, expectedCount, picks);
    boolean[] values = new boolean[numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = ChunkReader.truth(source, numbers[i]);
    }
    return new BoolColumn(values, values.length, picks.rows());
  }

  /** Decodes some of a chunk of strings. */
  public static StringColumn strings(ByteSource source, int expectedCount, ValuePicks picks)
      throws CorruptBlockException {
    source.verifyCrc32c();
    int kind = ChunkReader.readStringKind(source);
    requireCount(source, expectedCount);
    int entries = expectedCount;
    int[] codes = picks.positions();
    if (kind != ChunkFormat.STRINGS_PLAIN) {
      entries = ChunkReader.readEntryCount(source, expectedCount);
      codes =
          kind == ChunkFormat.STRINGS_SORTED
              ? codes(source, expectedCount, entries, picks)
              : picked(ChunkReader.readDistances(source, expectedCount, entries), picks);
    }
    BitSet used = new BitSet(entries);
    for (int i = 0; i < picks.count(); i++) {
      used.set(codes[i]);
    }
    Dictionary dictionary = StringBlob.readSome(source, entries, used);
    source.expectEnd();
    return new StringColumn(codes, dictionary, picks.count(), picks.rows());
  }

  private static long[] numbers(ByteSource source, int expectedCount, ValuePicks picks)
      throws CorruptBlockException {
    requireCount(source, expectedCount);
    long[] values = new long[picks.count()];
    IntegerPicker.read(source, expectedCount, picks, values);
    source.expectEnd();
    return values;
  }

  private static int[] codes(ByteSource source, int count, int entries, ValuePicks picks)
      throws CorruptBlockException {
    long[] numbers = new long[picks.count()];
    IntegerPicker.read(source, count, picks, numbers);
    int[] codes = new int[numbers.length];
    for (int i = 0; i < codes.length; i++) {
      if (numbers[i] < 0 || numbers[i] >= entries) {
        throw source.corrupt("codes of 0 to " + (entries - 1), Long.toString(numbers[i]));
      }
      codes[i] = (int) numbers[i];
    }
    return codes;
  }

  private static int[] picked(int[] all, ValuePicks picks) {
    int[] some = new int[picks.count()];
    for (int i = 0; i < some.length; i++) {
      some[i] = all[picks.positions()[i]];
    }
    return some;
  }
}
