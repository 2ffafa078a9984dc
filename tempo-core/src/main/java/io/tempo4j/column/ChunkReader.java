package io.tempo4j.column;

import io.tempo4j.model.CorruptBlockException;
import org.jspecify.annotations.Nullable;

/**
 * Decodes chunks that {@link ChunkWriter} wrote.
 *
 * <p>All methods take the same: {@code source} is at the first byte of the chunk and ends behind
 * its last; {@code expectedCount} is the number of values that it must hold, a bound that the
 * caller trusts; {@code rows} becomes {@link Column#rows()} as it is. The checksum is verified
 * first; whatever is wrong is a {@link CorruptBlockException} and nothing else. What is allocated
 * is bounded by {@code expectedCount} and, for strings, by what the chunk's bytes can hold when
 * decompressed.
 *
 * <p>Stateless and thread-safe. The columns do not keep {@code bytes}.
 */
public final class ChunkReader {

  private ChunkReader() {}

  /** Decodes a chunk of 64-bit integers. */
  public static LongColumn longs(ByteSource source, int expectedCount, int @Nullable [] rows)
      throws CorruptBlockException {
    source.verifyCrc32c();
    requireKind(source, ChunkFormat.LONGS, "integers");
    return new LongColumn(readLongs(source, expectedCount), expectedCount, rows);
  }

  /** Decodes a chunk of 32-bit integers. */
  public static IntColumn ints(ByteSource source, int expectedCount, int @Nullable [] rows)
      throws CorruptBlockException {
    source.verifyCrc32c();
    requireKind(source, ChunkFormat.INTS, "small integers");
    requireCount(source, expectedCount);
    int[] values = new int[expectedCount];
    if (expectedCount > 0) {
      IntegerStream.readInts(source, expectedCount, values);
    }
    source.expectEnd();
    return new IntColumn(values, expectedCount, rows);
  }

  /** Decodes a chunk of floating-point numbers. */
  public static DoubleColumn doubles(ByteSource source, int expectedCount, int @Nullable [] rows)
      throws CorruptBlockException {
    source.verifyCrc32c();
    requireKind(source, ChunkFormat.DOUBLES, "floating-point numbers");
    requireCount(source, expectedCount);
    double[] values = new double[expectedCount];
    if (expectedCount > 0) {
      int exponent = readExponent(source);
      long[] numbers = new long[expectedCount];
      IntegerStream.read(source, expectedCount, numbers);
      for (int i = 0; i < expectedCount; i++) {
        values[i] = real(numbers[i], exponent);
      }
    }
    source.expectEnd();
    return new DoubleColumn(values, expectedCount, rows);
  }

  /** Decodes a chunk of truth values. */
  public static BoolColumn booleans(ByteSource source, int expectedCount, int @Nullable [] rows)
      throws CorruptBlockException {
    source.verifyCrc32c();
    requireKind(source, ChunkFormat.BOOLEANS, "truth values");
    long[] numbers = readLongs(source, expectedCount);
    boolean[] values = new boolean[expectedCount];
    for (int i = 0; i < expectedCount; i++) {
      values[i] = truth(source, numbers[i]);
    }
    return new BoolColumn(values, expectedCount, rows);
  }

  /** Decodes a chunk of strings. */
  public static StringColumn strings(ByteSource source, int expectedCount, int @Nullable [] rows)
      throws CorruptBlockException {
    source.verifyCrc32c();
    int kind = readStringKind(source);
    requireCount(source, expectedCount);
    int @Nullable [] codes = null;
    Dictionary dictionary;
    if (kind == ChunkFormat.STRINGS_PLAIN) {
      dictionary =
          expectedCount == 0
              ? new Dictionary(new byte[0], new int[1], 0, Dictionary.Order.NONE)
              : StringBlob.read(source, expectedCount, Dictionary.Order.NONE);
    } else {
      int entries = readEntryCount(source, expectedCount);
      boolean sorted = kind == ChunkFormat.STRINGS_SORTED;
      codes =
          sorted
              ? readCodes(source, expectedCount, entries)
              : readDistances(source, expectedCount, entries);
      dictionary =
          StringBlob.read(
              source, entries, sorted ? Dictionary.Order.SORTED : Dictionary.Order.NONE);
    }
    source.expectEnd();
    return new StringColumn(codes, dictionary, expectedCount, rows);
  }

  static void requireKind(ByteSource source, int kind, String name) throws CorruptBlockException {
    int found = source.readByte();
    if (found != kind) {
      throw source.corrupt("a chunk of " + name + ", kind " + kind, "kind " + found);
    }
  }

  static void requireCount(ByteSource source, int expectedCount) throws CorruptBlockException {
    long count = source.readVarint();
    if (count != expectedCount) {
      throw source.corrupt(expectedCount + " values", Long.toUnsignedString(count));
    }
  }

  /** Reads the kind of a chunk of strings. */
  static int readStringKind(ByteSource source) throws CorruptBlockException {
    int kind = source.readByte();
    if (kind < ChunkFormat.STRINGS_SORTED || kind > ChunkFormat.STRINGS_PLAIN) {
      throw source.corrupt("a chunk of strings", "kind " + kind);
    }
    return kind;
  }

  /** Reads the number of entries that the values of a chunk of strings have. */
  static int readEntryCount(ByteSource source, int expectedCount) throws CorruptBlockException {
    int entries = source.readCount(expectedCount, "number of entries");
    if (entries == 0) {
      throw source.corrupt("at least one entry", "none");
    }
    return entries;
  }

  /** Reads the power of ten that floating-point numbers were multiplied by. */
  static int readExponent(ByteSource source) throws CorruptBlockException {
    int exponent = source.readByte();
    if (exponent > Decimals.MAX_EXPONENT && exponent != Decimals.NONE) {
      throw source.corrupt("a decimal exponent", Integer.toString(exponent));
    }
    return exponent;
  }

  static double real(long number, int exponent) {
    return exponent == Decimals.NONE
        ? Double.longBitsToDouble(number)
        : Decimals.unscale(number, exponent);
  }

  static boolean truth(ByteSource source, long number) throws CorruptBlockException {
    if ((number & ~1L) != 0) {
      throw source.corrupt("truth values 0 and 1", Long.toString(number));
    }
    return number != 0;
  }

  private static long[] readLongs(ByteSource source, int expectedCount)
      throws CorruptBlockException {
    requireCount(source, expectedCount);
    long[] values = new long[expectedCount];
    if (expectedCount > 0) {
      IntegerStream.read(source, expectedCount, values);
    }
    source.expectEnd();
    return values;
  }

  private static int[] readCodes(ByteSource source, int count, int entries)
      throws CorruptBlockException {
    int[] codes = new int[count];
    IntegerStream.readCodes(source, count, entries, codes);
    return codes;
  }

  static int[] readDistances(ByteSource source, int count, int entries)
      throws CorruptBlockException {
    int[] codes = new int[count];
    IntegerStream.readCodes(source, count, entries + 1, codes);
    int seen = 0;
    for (int i = 0; i < count; i++) {
      int distance = codes[i];
      int code = seen - distance;
      if (code < 0 || code >= entries) {
        throw source.corrupt("distances to one of " + entries + " entries", "" + distance);
      }
      codes[i] = code;
      seen += distance == 0 ? 1 : 0;
    }
    if (seen != entries) {
      throw source.corrupt(entries + " entries in use", Integer.toString(seen));
    }
    return codes;
  }
}
