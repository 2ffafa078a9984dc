package io.tempo4j.head;

import io.tempo4j.collect.HashSeed;
import io.tempo4j.memory.ByteLease;

/** Numbers distinct trace ids in the order in which they come first. One thread writes. */
final class TraceInterner {

  private static final int ARRAY_HEADER = 16;

  private final HashSeed seed = HashSeed.ofProcess();
  private final ByteLease lease;
  private int[] table = {};
  private final LongPages high;
  private final LongPages low;
  private final IntPages textBytes;
  private int size;

  TraceInterner(ByteLease lease) {
    this.lease = lease;
    this.high = new LongPages(lease);
    this.low = new LongPages(lease);
    this.textBytes = new IntPages(lease);
  }

  int size() {
    return size;
  }

  /** First half of each id; entries below a published size never change. */
  long[][] high() {
    return high.pages();
  }

  /** Second half of each id; entries below a published size never change. */
  long[][] low() {
    return low.pages();
  }

  /**
   * Bytes of the texts that came first with spans of each trace, about; what stands below a
   * published size may still grow.
   */
  int[][] textBytes() {
    return textBytes.pages();
  }

  void addTextBytes(int ordinal, long bytes) {
    long sum = textBytes.get(ordinal) + bytes;
    textBytes.set(ordinal, (int) Math.min(Integer.MAX_VALUE, sum));
  }

  int intern(long idHigh, long idLow) {
    if (size >= table.length >> 1) {
      rehash();
    }
    int mask = table.length - 1;
    int slot = seed.hash(idHigh, idLow) & mask;
    int entry;
    while ((entry = table[slot]) != 0) {
      if (low.get(entry - 1) == idLow && high.get(entry - 1) == idHigh) {
        return entry - 1;
      }
      slot = (slot + 1) & mask;
    }
    int ordinal = size;
    high.reserve(ordinal);
    low.reserve(ordinal);
    textBytes.reserve(ordinal);
    high.set(ordinal, idHigh);
    low.set(ordinal, idLow);
    textBytes.set(ordinal, 0);
    table[slot] = ordinal + 1;
    size = ordinal + 1;
    return ordinal;
  }

  /** Forgets the ids from number {@code count} on, which no reader has seen. */
  void truncate(int count) {
    while (size > count) {
      size--;
      remove(size);
    }
    high.trim(count);
    low.trim(count);
    textBytes.trim(count);
  }

  /** Takes an id out of the table, and moves those up that stood behind it for its sake. */
  private void remove(int ordinal) {
    int mask = table.length - 1;
    int gap = home(ordinal);
    while (table[gap] != ordinal + 1) {
      gap = (gap + 1) & mask;
    }
    int entry;
    for (int slot = (gap + 1) & mask; (entry = table[slot]) != 0; slot = (slot + 1) & mask) {
      if (((slot - home(entry - 1)) & mask) >= ((slot - gap) & mask)) {
        table[gap] = entry;
        gap = slot;
      }
    }
    table[gap] = 0;
  }

  private int home(int ordinal) {
    return seed.hash(high.get(ordinal), low.get(ordinal)) & table.length - 1;
  }

  private void rehash() {
    int capacity = Math.max(16, table.length << 1);
    lease.grow((long) Integer.BYTES * capacity + ARRAY_HEADER);
    lease.shrink(table.length == 0 ? 0 : (long) Integer.BYTES * table.length + ARRAY_HEADER);
    table = new int[capacity];
    int mask = capacity - 1;
    for (int ordinal = 0; ordinal < size; ordinal++) {
      int slot = home(ordinal);
      while (table[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      table[slot] = ordinal + 1;
    }
  }
}
