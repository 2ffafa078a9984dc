package io.tempo4j.column;

import java.util.Arrays;

/** Finds the distinct numbers among many, as long as they are few. Not thread-safe. */
final class ValueTable {

  private static final int SLOTS = 1024;

  private final long[] keys = new long[SLOTS];
  private final int[] codes = new int[SLOTS];
  private final long[] sorted = new long[IntegerStream.MAX_TABLE];
  private int size;

  /** Number of distinct numbers. */
  int size() {
    return size;
  }

  /** The distinct numbers, ascending. */
  long value(int code) {
    return sorted[code];
  }

  /**
   * Replaces each number by its rank among the distinct ones.
   *
   * @return false if there are more than {@link IntegerStream#MAX_TABLE}
   */
  boolean collect(long[] values, int count, long[] ranks) {
    Arrays.fill(codes, -1);
    size = 0;
    for (int i = 0; i < count; i++) {
      int slot = slot(values[i]);
      if (codes[slot] < 0) {
        if (size == IntegerStream.MAX_TABLE) {
          return false;
        }
        keys[slot] = values[i];
        codes[slot] = size;
        sorted[size++] = values[i];
      }
    }
    Arrays.sort(sorted, 0, size);
    for (int code = 0; code < size; code++) {
      codes[slot(sorted[code])] = code;
    }
    for (int i = 0; i < count; i++) {
      ranks[i] = codes[slot(values[i])];
    }
    return true;
  }

  private int slot(long value) {
    int slot = (int) ((value * 0x9E3779B97F4A7C15L) >>> 54);
    while (codes[slot] >= 0 && keys[slot] != value) {
      slot = slot + 1 & SLOTS - 1;
    }
    return slot;
  }
}
