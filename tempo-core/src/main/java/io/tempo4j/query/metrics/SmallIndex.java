package io.tempo4j.query.metrics;

import io.tempo4j.collect.Growth;
import java.util.Arrays;

/** Numbers distinct small numbers from 0 in the order in which they come; an array by number. */
final class SmallIndex {

  private int[] keys = new int[16];
  private int[] numbers = new int[16];
  private int size;

  int size() {
    return size;
  }

  /** The key with that number. */
  int key(int number) {
    return keys[number];
  }

  /** The number of {@code key}, at least 0, a new one if it has none. */
  int numberOf(int key) {
    if (key >= numbers.length) {
      numbers = Arrays.copyOf(numbers, Growth.next(numbers.length, key + 1L));
    }
    int known = numbers[key] - 1;
    return known >= 0 ? known : add(key);
  }

  private int add(int key) {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, Growth.next(size, size + 1L));
    }
    keys[size] = key;
    numbers[key] = ++size;
    return size - 1;
  }

  long heapBytes() {
    return 4L * keys.length + 4L * numbers.length;
  }
}
