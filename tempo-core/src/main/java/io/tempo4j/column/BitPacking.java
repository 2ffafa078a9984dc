package io.tempo4j.column;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Numbers of {@code width} bits side by side: value {@code i} takes bits {@code i * width} to
 * {@code (i + 1) * width - 1}, where bit {@code b} is bit {@code b % 8} (least significant first)
 * of byte {@code b / 8}.
 */
final class BitPacking {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private BitPacking() {}

  /** Bytes that {@code count} values of {@code width} bits take. */
  static long byteCount(int count, int width) {
    return ((long) count * width + 7) >>> 3;
  }

  /** The low {@code width} bits set. */
  static long mask(int width) {
    return width == 64 ? -1L : (1L << width) - 1;
  }

  /** Appends {@code values[i] - base}, which must fit into {@code width} bits. */
  static void pack(long[] values, int count, long base, int width, ByteSink out) {
    if (width == 0) {
      return;
    }
    int size = Math.toIntExact(byteCount(count, width));
    out.ensure(size + 8);
    byte[] bytes = out.array();
    int at = out.size();
    long pending = 0;
    int filled = 0;
    for (int i = 0; i < count; i++) {
      long value = values[i] - base;
      pending |= value << filled;
      filled += width;
      if (filled >= 64) {
        LONG.set(bytes, at, pending);
        at += 8;
        filled -= 64;
        // What did not fit; a shift by 64 would be a shift by 0.
        pending = filled == 0 ? 0 : value >>> (width - filled);
      }
    }
    LONG.set(bytes, at, pending);
    out.advance(size);
  }

  /**
   * Reads {@code count} values into {@code values} and adds {@code base} to each. The packed bytes
   * stand at {@code offset}; bytes behind them are read only if the array has them.
   */
  static void unpack(byte[] bytes, int offset, int count, long base, int width, long[] values) {
    if (width == 0) {
      java.util.Arrays.fill(values, 0, count, base);
      return;
    }
    if (width == 64) {
      for (int i = 0; i < count; i++) {
        values[i] = base + (long) LONG.get(bytes, offset + 8 * i);
      }
      return;
    }
    long mask = mask(width);
    int fast = width > 56 ? 0 : wholeLoads(bytes, offset, count, width);
    long bit = 0;
    for (int i = 0; i < fast; i++) {
      long word = (long) LONG.get(bytes, offset + (int) (bit >>> 3));
      values[i] = base + ((word >>> (bit & 7)) & mask);
      bit += width;
    }
    for (int i = fast; i < count; i++) {
      values[i] = base + (bits(bytes, offset, bit, width) & mask);
      bit += width;
    }
  }

  /** As {@link #unpack} for values of at most 31 bits. */
  static void unpack(byte[] bytes, int offset, int count, int base, int width, int[] values) {
    if (width == 0) {
      java.util.Arrays.fill(values, 0, count, base);
      return;
    }
    int mask = (int) mask(width);
    int fast = wholeLoads(bytes, offset, count, width);
    long bit = 0;
    for (int i = 0; i < fast; i++) {
      long word = (long) LONG.get(bytes, offset + (int) (bit >>> 3));
      values[i] = base + ((int) (word >>> (bit & 7)) & mask);
      bit += width;
    }
    for (int i = fast; i < count; i++) {
      values[i] = base + ((int) bits(bytes, offset, bit, width) & mask);
      bit += width;
    }
  }

  /** How many leading values can be read by a load of eight bytes that stays in the array. */
  private static int wholeLoads(byte[] bytes, int offset, int count, int width) {
    long lastLoad = (long) bytes.length - 8 - offset;
    if (lastLoad < 0) {
      return 0;
    }
    // Value i is loaded at byte i * width / 8.
    return (int) Math.min(count, (lastLoad * 8 + 7) / width + 1);
  }

  /** Bits from {@code bit} on, {@code width} of them at least meaningful, byte by byte. */
  static long bits(byte[] bytes, int offset, long bit, int width) {
    int at = offset + (int) (bit >>> 3);
    int skipped = (int) (bit & 7);
    int needed = (skipped + width + 7) >>> 3;
    long word = 0;
    for (int i = 0; i < Math.min(needed, 8); i++) {
      word |= (bytes[at + i] & 0xFFL) << (8 * i);
    }
    word >>>= skipped;
    return needed > 8 ? word | (bytes[at + 8] & 0xFFL) << (64 - skipped) : word;
  }
}
