package io.tempo4j.collect;

/** Distinct numbers; open addressing, no objects per number. Not thread-safe. */
public final class LongSet {

  private final HashSeed seed;
  private long[] numbers = new long[16]; // 0 is an empty slot
  private boolean hasZero;
  private int size;

  /** An empty set. */
  public LongSet() {
    this(HashSeed.ofProcess());
  }

  LongSet(HashSeed seed) {
    this.seed = seed;
  }

  /** Adds a number; false if it was there. */
  public boolean add(long number) {
    if (number == 0) {
      boolean isNew = !hasZero;
      hasZero = true;
      return isNew;
    }
    int slot = slot(number);
    if (numbers[slot] == number) {
      return false;
    }
    numbers[slot] = number;
    if (2 * ++size > numbers.length) {
      grow();
    }
    return true;
  }

  private int slot(long number) {
    int mask = numbers.length - 1;
    int slot = seed.hash(number) & mask;
    while (numbers[slot] != 0 && numbers[slot] != number) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] smaller = numbers;
    numbers = new long[2 * smaller.length];
    for (long number : smaller) {
      if (number != 0) {
        numbers[slot(number)] = number;
      }
    }
  }
}
