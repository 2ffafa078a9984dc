package io.tempo4j.column;

import io.tempo4j.model.CorruptBlockException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Runs of integers as they are stored: the codes of their encodings, the decoder of runs of 64-bit
 * and of 32-bit numbers, and what {@link IntegerStreamWriter} shares with it: which encodings suit
 * a range, and how variable bits are packed. Format: docs/format/chunk-v1.md, section 3.
 *
 * <p>Has no state. Bytes that are read are not trusted: what they cannot be is a {@link
 * CorruptBlockException}.
 */
final class IntegerStream {

  // Codes are part of the format.
  static final int CONSTANT = 0;
  static final int PACKED = 1;
  static final int PLANES = 2;
  static final int VARBITS = 3;
  static final int TABLE = 4;
  static final int KIND_MASK = 0x0F;

  /** A table has at most this many entries. */
  static final int MAX_TABLE = 256;

  /** Bit of the encoding byte: the numbers are zigzag differences from the number before. */
  static final int DELTA = 0x10;

  /** Bit that the writer alone uses: try to compress the sections. */
  static final int COMPRESS = 0x100;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private IntegerStream() {}

  /** Size of the packed section of values within the signed bounds. */
  static long packedBytes(int count, long min, long max) {
    return BitPacking.byteCount(count, 64 - Long.numberOfLeadingZeros(max - min));
  }

  /** Whether the candidate is worth a trial. */
  static boolean suits(int candidate, long min, long max) {
    int width = 64 - Long.numberOfLeadingZeros(max - min);
    return switch (candidate & KIND_MASK) {
      case PACKED ->
          (candidate & COMPRESS) == 0 ? (candidate & DELTA) == 0 || width > 4 : width <= 4;
      case PLANES -> width > 2;
      case TABLE -> width > 8;
      default -> width > 8;
    };
  }

  /** Writes the bits behind each number's leading one at the end of {@code out}, uncounted. */
  static void packVarbits(long[] values, int count, long base, ByteSink out) {
    byte[] bytes = out.array();
    int at = out.size();
    long pending = 0;
    int filled = 0;
    for (int i = 0; i < count; i++) {
      long value = values[i] - base;
      int width = 63 - Long.numberOfLeadingZeros(value);
      if (width <= 0) {
        continue;
      }
      value ^= 1L << width;
      pending |= value << filled;
      filled += width;
      if (filled >= 64) {
        LONG.set(bytes, at, pending);
        at += 8;
        filled -= 64;
        pending = filled == 0 ? 0 : value >>> (width - filled);
      }
    }
    LONG.set(bytes, at, pending);
  }

  /**
   * Reads {@code count} codes, at least 1, that must be below {@code bound}, which is at least 1.
   */
  static void readCodes(ByteSource source, int count, int bound, int[] codes)
      throws CorruptBlockException {
    readInts(source, count, codes);
    int wrong = 0;
    for (int i = 0; i < count; i++) {
      // The sign is set if the code is negative or not below the bound.
      wrong |= codes[i] | bound - 1 - codes[i];
    }
    if (wrong < 0) {
      throw source.corrupt("codes of 0 to " + (bound - 1), "another one");
    }
  }

  /** Reads {@code count} numbers, at least 1, of 32 bits into {@code values}. */
  static void readInts(ByteSource source, int count, int[] values) throws CorruptBlockException {
    int start = source.position();
    int encoding = source.readByte();
    if (encoding == PACKED || encoding == PLANES) {
      long base = source.readZigzag();
      int width = source.readCount(64, "width") * (encoding == PLANES ? 8 : 1);
      if (width < 32 && base == (int) base && base + BitPacking.mask(width) <= Integer.MAX_VALUE) {
        if (encoding == PACKED) {
          Sections.Section section =
              Sections.read(source, BitPacking.byteCount(count, width), "packed integers");
          BitPacking.unpack(section.bytes(), section.offset(), count, (int) base, width, values);
        } else {
          readPlanes(source, count, (int) base, width / 8, values);
        }
        return;
      }
    }
    source.rewind(start);
    long[] wide = new long[count];
    read(source, count, wide);
    for (int i = 0; i < count; i++) {
      values[i] = (int) wide[i];
      if (values[i] != wide[i]) {
        throw source.corrupt("32-bit integers", Long.toString(wide[i]));
      }
    }
  }

  private static void readPlanes(ByteSource source, int count, int base, int planes, int[] values)
      throws CorruptBlockException {
    java.util.Arrays.fill(values, 0, count, base);
    for (int p = 0; p < planes; p++) {
      Sections.Section section = Sections.read(source, count, "a byte plane");
      byte[] bytes = section.bytes();
      int at = section.offset();
      int shift = 8 * p;
      for (int i = 0; i < count; i++) {
        values[i] += (bytes[at + i] & 0xFF) << shift;
      }
    }
  }

  /** Reads {@code count} numbers, at least 1, into {@code values}. */
  static void read(ByteSource source, int count, long[] values) throws CorruptBlockException {
    int encoding = source.readByte();
    if (encoding == CONSTANT) {
      java.util.Arrays.fill(values, 0, count, source.readZigzag());
      return;
    }
    if (encoding == TABLE) {
      readTable(source, count, values);
      return;
    }
    boolean delta = (encoding & DELTA) != 0;
    long first = delta ? source.readZigzag() : 0;
    long base = source.readZigzag();
    switch (encoding & ~DELTA) {
      case PACKED -> readPacked(source, count, base, values);
      case PLANES -> readPlanes(source, count, base, values);
      case VARBITS -> readVarbits(source, count, base, values);
      default -> throw source.corrupt("an integer encoding", Integer.toString(encoding));
    }
    if (delta) {
      values[0] = first;
      long previous = first;
      for (int i = 1; i < count; i++) {
        long zigzag = values[i];
        previous += (zigzag >>> 1) ^ -(zigzag & 1);
        values[i] = previous;
      }
    }
  }

  /** Reads the numbers that the codes behind them stand for. */
  static long[] readTableEntries(ByteSource source) throws CorruptBlockException {
    int size = source.readCount(MAX_TABLE, "table size");
    if (size == 0) {
      throw source.corrupt("a table", "an empty one");
    }
    long[] table = new long[size];
    table[0] = source.readZigzag();
    for (int i = 1; i < size; i++) {
      table[i] = table[i - 1] + source.readVarint();
    }
    if (source.remaining() > 0 && source.array()[source.position()] == TABLE) {
      throw source.corrupt("another encoding of the codes of a table", "a table");
    }
    return table;
  }

  private static void readTable(ByteSource source, int count, long[] values)
      throws CorruptBlockException {
    long[] table = readTableEntries(source);
    int[] codes = new int[count];
    readCodes(source, count, table.length, codes);
    for (int i = 0; i < count; i++) {
      values[i] = table[codes[i]];
    }
  }

  private static void readPacked(ByteSource source, int count, long base, long[] values)
      throws CorruptBlockException {
    int width = source.readCount(64, "bit width");
    Sections.Section section =
        Sections.read(source, BitPacking.byteCount(count, width), "packed integers");
    BitPacking.unpack(section.bytes(), section.offset(), count, base, width, values);
  }

  private static void readPlanes(ByteSource source, int count, long base, long[] values)
      throws CorruptBlockException {
    int planes = source.readCount(8, "number of byte planes");
    java.util.Arrays.fill(values, 0, count, base);
    int p = 0;
    for (; p + 2 <= planes; p += 2) {
      // Two at a time: half the passes over the values.
      Sections.Section low = Sections.read(source, count, "a byte plane");
      Sections.Section high = Sections.read(source, count, "a byte plane");
      byte[] lowBytes = low.bytes();
      byte[] highBytes = high.bytes();
      int lowAt = low.offset();
      int highAt = high.offset();
      int shift = 8 * p;
      for (int i = 0; i < count; i++) {
        int pair = lowBytes[lowAt + i] & 0xFF | (highBytes[highAt + i] & 0xFF) << 8;
        values[i] += (long) pair << shift;
      }
    }
    if (p < planes) {
      Sections.Section section = Sections.read(source, count, "a byte plane");
      byte[] bytes = section.bytes();
      int at = section.offset();
      int shift = 8 * p;
      for (int i = 0; i < count; i++) {
        values[i] += (bytes[at + i] & 0xFFL) << shift;
      }
    }
  }

  private static void readVarbits(ByteSource source, int count, long base, long[] values)
      throws CorruptBlockException {
    Sections.Section lengths = Sections.read(source, count, "bit lengths");
    byte[] lengthBytes = lengths.bytes();
    int lengthAt = lengths.offset();
    long bits = 0;
    int widest = 0;
    int wrong = 0;
    for (int i = 0; i < count; i++) {
      int length = lengthBytes[lengthAt + i];
      wrong |= length | 64 - length;
      widest = Math.max(widest, length);
      bits += bitsBelowTop(length);
    }
    if (wrong < 0) {
      throw source.corrupt("bit lengths of 0 to 64", "another one");
    }
    int size = source.readCount(source.remaining(), "length of varbits");
    if (size != (bits + 7) >>> 3) {
      throw source.corrupt(((bits + 7) >>> 3) + " bytes of varbits", size + " bytes");
    }
    byte[] bytes = source.array();
    int at = source.skip(size, "varbits");
    // A load of eight bytes holds 57 bits from any bit on, and must stay in the array.
    long lastLoad = widest > 57 ? -1 : 8L * (bytes.length - 8 - at) + 7;
    long bit = 0;
    int i = 0;
    for (; i < count && bit <= lastLoad; i++) {
      int length = lengthBytes[lengthAt + i];
      long word = (long) LONG.get(bytes, at + (int) (bit >>> 3)) >>> (bit & 7);
      // The top bit and those below it, 0 for a length of 0, without a branch.
      long below = (1L << length) - 1 >>> 1;
      values[i] = base + (word & below | (1L << length) >>> 1);
      bit += bitsBelowTop(length);
    }
    for (; i < count; i++) {
      int width = lengthBytes[lengthAt + i] - 1;
      if (width <= 0) {
        values[i] = base + width + 1;
        continue;
      }
      long word = BitPacking.bits(bytes, at, bit, width);
      values[i] = base + (word & BitPacking.mask(width) | 1L << width);
      bit += width;
    }
  }

  /** One less than a length of 1 to 64, and 0 for 0. */
  private static int bitsBelowTop(int length) {
    return length - (length + 63 >>> 6);
  }
}
