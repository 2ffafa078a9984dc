package io.tempo4j.query.metrics;

import io.tempo4j.query.QueryMemory;

/*
 * A trie, one level per field: the number of a prefix and the number of the next value give the
 * number of the longer prefix. Values of the first level are few and numbered densely, so an array
 * finds them; all other lookups are of one long, whatever the number of fields.
 */
/** Numbers groups, which are tuples of value numbers. */
final class GroupTable {

  private final int arity;
  private final SmallIndex first = new SmallIndex();

  /** The levels behind the first. */
  private final LongIndex[] levels;

  GroupTable(int arity, QueryMemory memory) {
    this.arity = arity;
    levels = new LongIndex[Math.max(0, arity - 1)];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = new LongIndex(memory);
    }
  }

  int arity() {
    return arity;
  }

  /** Number of groups; without fields there is the one. */
  int size() {
    return switch (arity) {
      case 0 -> 1;
      case 1 -> first.size();
      default -> levels[levels.length - 1].size();
    };
  }

  /**
   * The number of a prefix of {@code level + 1} values.
   *
   * @param prefix the number of the prefix of {@code level} values; 0 at level 0
   */
  int child(int level, int prefix, int value) {
    return level == 0
        ? first.numberOf(value)
        : levels[level - 1].numberOf((long) prefix << 32 | value);
  }

  /** Replaces the prefixes of a batch by those that are longer by one value. */
  void descend(int level, int[] prefixes, int[] values, int count) {
    if (level == 0) {
      int lastValue = -1;
      int lastPrefix = -1;
      for (int i = 0; i < count; i++) {
        if (values[i] != lastValue) {
          lastValue = values[i];
          lastPrefix = first.numberOf(lastValue);
        }
        prefixes[i] = lastPrefix;
      }
      return;
    }
    LongIndex index = levels[level - 1];
    long last = -1;
    int lastNumber = -1;
    for (int i = 0; i < count; i++) {
      long key = (long) prefixes[i] << 32 | values[i];
      if (key != last) {
        last = key;
        lastNumber = index.numberOf(key);
      }
      prefixes[i] = lastNumber;
    }
  }

  /** The number of a group. */
  int numberOf(int[] tuple) {
    int number = 0;
    for (int level = 0; level < arity; level++) {
      number = child(level, number, tuple[level]);
    }
    return number;
  }

  /** Writes the values of a group to {@code into}, one per field. */
  void tuple(int group, int[] into) {
    int number = group;
    for (int level = arity - 1; level > 0; level--) {
      long key = levels[level - 1].key(number);
      into[level] = (int) key;
      number = (int) (key >>> 32);
    }
    if (arity > 0) {
      into[0] = first.key(number);
    }
  }

  long heapBytes() {
    long bytes = first.heapBytes();
    for (LongIndex level : levels) {
      bytes += level.heapBytes();
    }
    return bytes;
  }
}
