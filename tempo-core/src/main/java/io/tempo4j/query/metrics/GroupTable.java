package io.tempo4j.query.metrics;

/*
 * A trie, one level per field: the number of a prefix and the number of the next value give the
 * number of the longer prefix. All lookups are of one long, whatever the number of fields.
 */
/** Numbers groups, which are tuples of value numbers. */
final class GroupTable {

  private final LongIndex[] levels;

  GroupTable(int arity) {
    levels = new LongIndex[arity];
    for (int i = 0; i < arity; i++) {
      levels[i] = new LongIndex();
    }
  }

  int arity() {
    return levels.length;
  }

  /** Number of groups; without fields there is the one. */
  int size() {
    return levels.length == 0 ? 1 : levels[levels.length - 1].size();
  }

  /** The number of a prefix of {@code level + 1} values. */
  int child(int level, int prefix, int value) {
    return levels[level].numberOf((long) prefix << 32 | value);
  }

  /** Replaces the prefixes of a batch by those that are longer by one value. */
  void descend(int level, int[] prefixes, int[] values, int count) {
    LongIndex index = levels[level];
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
    for (int level = 0; level < levels.length; level++) {
      number = child(level, number, tuple[level]);
    }
    return number;
  }

  /** Writes the values of a group to {@code into}, one per field. */
  void tuple(int group, int[] into) {
    int number = group;
    for (int level = levels.length - 1; level >= 0; level--) {
      long key = levels[level].key(number);
      into[level] = (int) key;
      number = (int) (key >>> 32);
    }
  }

  long heapBytes() {
    long bytes = 0;
    for (LongIndex level : levels) {
      bytes += level.heapBytes();
    }
    return bytes;
  }
}
