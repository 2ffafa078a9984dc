package io.tempo4j.head;

import io.tempo4j.collect.Growth;
import java.util.Arrays;

/** Numbers distinct trace ids in the order in which they come first. One thread writes. */
final class TraceInterner {

  private int[] table = new int[1 << 10];
  private long[] high = new long[1 << 9];
  private long[] low = new long[1 << 9];
  private int size;

  int size() {
    return size;
  }

  /** First half of each id; entries below a published size never change. */
  long[] high() {
    return high;
  }

  /** Second half of each id; entries below a published size never change. */
  long[] low() {
    return low;
  }

  long heapBytes() {
    return 4L * table.length + 16L * high.length;
  }

  int intern(long idHigh, long idLow) {
    int mask = table.length - 1;
    int slot = hash(idHigh, idLow) & mask;
    int entry;
    while ((entry = table[slot]) != 0) {
      if (low[entry - 1] == idLow && high[entry - 1] == idHigh) {
        return entry - 1;
      }
      slot = (slot + 1) & mask;
    }
    int ordinal = size;
    if (ordinal == high.length) {
      int capacity = Growth.next(ordinal, ordinal + 1L);
      high = Arrays.copyOf(high, capacity);
      low = Arrays.copyOf(low, capacity);
    }
    high[ordinal] = idHigh;
    low[ordinal] = idLow;
    table[slot] = ordinal + 1;
    size = ordinal + 1;
    if (size > table.length >> 1) {
      rehash();
    }
    return ordinal;
  }

  private void rehash() {
    int[] larger = new int[table.length << 1];
    int mask = larger.length - 1;
    for (int ordinal = 0; ordinal < size; ordinal++) {
      int slot = hash(high[ordinal], low[ordinal]) & mask;
      while (larger[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      larger[slot] = ordinal + 1;
    }
    table = larger;
  }

  private static int hash(long high, long low) {
    long hash = (high ^ Long.rotateLeft(low, 29)) * 0x9E37_79B9_7F4A_7C15L;
    return (int) (hash ^ hash >>> 32);
  }
}
