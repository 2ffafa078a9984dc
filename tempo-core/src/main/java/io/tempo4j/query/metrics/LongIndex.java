package io.tempo4j.query.metrics;

import io.tempo4j.collect.HashSeed;
import io.tempo4j.query.QueryMemory;
import java.util.Arrays;

/** Numbers distinct longs from 0 in the order in which they come; open addressing. */
final class LongIndex {

  private final HashSeed seed = HashSeed.ofProcess();
  private final QueryMemory memory;
  private long[] keys = new long[16];
  private int[] slots = new int[64];
  private int size;

  /** Takes what it needs from {@code memory} before it grows. */
  LongIndex(QueryMemory memory) {
    this.memory = memory;
  }

  int size() {
    return size;
  }

  /** The key with that number. */
  long key(int number) {
    return keys[number];
  }

  /** The number of {@code key}, a new one if it has none. */
  int numberOf(long key) {
    int mask = slots.length - 1;
    int slot = slot(key, mask);
    int known;
    while ((known = slots[slot] - 1) >= 0) {
      if (keys[known] == key) {
        return known;
      }
      slot = slot + 1 & mask;
    }
    if (size == keys.length) {
      grow();
      return numberOf(key);
    }
    keys[size] = key;
    slots[slot] = ++size;
    return size - 1;
  }

  private void grow() {
    long before = heapBytes();
    memory.take(2 * before);
    keys = Arrays.copyOf(keys, 2 * size);
    slots = new int[4 * keys.length];
    memory.give(before);
    int mask = slots.length - 1;
    for (int i = 0; i < size; i++) {
      int slot = slot(keys[i], mask);
      while (slots[slot] != 0) {
        slot = slot + 1 & mask;
      }
      slots[slot] = i + 1;
    }
  }

  private int slot(long key, int mask) {
    return seed.hash(key) & mask;
  }

  long heapBytes() {
    return 8L * keys.length + 4L * slots.length;
  }
}
