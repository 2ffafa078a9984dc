package io.tempo4j.query.scan;

import java.util.Arrays;

/** A set of rows of one table, as bits. */
public final class Selection {

  private final long[] words;
  private final int size;

  private Selection(int size) {
    this.size = size;
    words = new long[(size + 63) >>> 6];
  }

  /** No row of {@code size}. */
  public static Selection none(int size) {
    return new Selection(size);
  }

  /** Every row of {@code size}. */
  public static Selection all(int size) {
    Selection all = new Selection(size);
    all.addRange(0, size);
    return all;
  }

  /** Number of rows of the table. */
  public int size() {
    return size;
  }

  /** The bits, row {@code i} at bit {@code i % 64} of word {@code i / 64}; for scans that fill. */
  public long[] words() {
    return words;
  }

  public void add(int row) {
    words[row >>> 6] |= 1L << row;
  }

  /** Adds rows {@code from .. to - 1}. */
  public void addRange(int from, int to) {
    if (from >= to) {
      return;
    }
    int first = from >>> 6;
    int last = (to - 1) >>> 6;
    long head = -1L << from;
    long tail = -1L >>> -to;
    if (first == last) {
      words[first] |= head & tail;
      return;
    }
    words[first] |= head;
    Arrays.fill(words, first + 1, last, -1L);
    words[last] |= tail;
  }

  public boolean contains(int row) {
    return (words[row >>> 6] & 1L << row) != 0;
  }

  public void retainAll(Selection other) {
    for (int i = 0; i < words.length; i++) {
      words[i] &= other.words[i];
    }
  }

  public void addAll(Selection other) {
    for (int i = 0; i < words.length; i++) {
      words[i] |= other.words[i];
    }
  }

  public void removeAll(Selection other) {
    for (int i = 0; i < words.length; i++) {
      words[i] &= ~other.words[i];
    }
  }

  /** Turns the set into its complement. */
  public void invert() {
    for (int i = 0; i < words.length; i++) {
      words[i] = ~words[i];
    }
    if ((size & 63) != 0) {
      words[words.length - 1] &= -1L >>> -size;
    }
  }

  public boolean isEmpty() {
    for (long word : words) {
      if (word != 0) {
        return false;
      }
    }
    return true;
  }

  public int count() {
    int count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    return count;
  }

  /** The first selected row at or behind {@code from}, or -1. */
  public int next(int from) {
    if (from >= size) {
      return -1;
    }
    int index = from >>> 6;
    long word = words[index] & -1L << from;
    while (word == 0) {
      if (++index == words.length) {
        return -1;
      }
      word = words[index];
    }
    return (index << 6) + Long.numberOfTrailingZeros(word);
  }
}
