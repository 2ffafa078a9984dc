package io.tempo4j.column;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The distinct entries of a big shared dictionary that one chunk uses.
 *
 * <p>A slot per entry of the shared dictionary holds the generation that last used it and its local
 * code, so that neither hashing nor clearing is needed. The arrays are reused from chunk to chunk.
 * Not thread-safe.
 */
final class LocalDictionary {

  private static final VarHandle LONG_BE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int INSERTION_SORT_BELOW = 12;

  /** Generation in the high half, local code in the low half; one cache miss answers both. */
  private long[] slots = new long[0];

  private int generation;

  /** Shared code of each local entry. */
  int[] entries = new int[0];

  /** Local code of each value. */
  int[] codes = new int[0];

  private long[] keys = new long[0];
  private int[] ranks = new int[0];
  private int size;

  /** Number of local entries. */
  int size() {
    return size;
  }

  /** Numbers the entries that {@code shared[0 .. count)} name, in the order of first use. */
  void collect(int[] shared, int count, Dictionary dictionary) {
    prepare(count, dictionary.size());
    long stamp = (long) generation << 32;
    int found = 0;
    for (int i = 0; i < count; i++) {
      int code = shared[i];
      long slot = slots[code];
      if ((slot ^ stamp) >>> 32 != 0) {
        slot = stamp | found;
        slots[code] = slot;
        entries[found++] = code;
      }
      codes[i] = (int) slot;
    }
    size = found;
  }

  private void prepare(int count, int dictionarySize) {
    if (slots.length < dictionarySize) {
      long length = Math.max(dictionarySize, Math.min(Integer.MAX_VALUE - 16, 2L * slots.length));
      slots = new long[(int) length];
      generation = 0;
    }
    if (++generation == 0) {
      Arrays.fill(slots, 0);
      generation = 1;
    }
    if (codes.length < count) {
      int length = Math.max(count, 2 * codes.length);
      codes = new int[length];
      entries = new int[length];
      keys = new long[length];
      ranks = new int[length];
    }
  }

  /**
   * Renumbers the entries by their bytes, unsigned, and the codes with them. Entries with equal
   * bytes (a shared dictionary need not be distinct) become one.
   */
  void sort(Dictionary dictionary, int count) {
    int[] sorted = Arrays.copyOf(entries, size);
    int[] order = ranks;
    for (int i = 0; i < size; i++) {
      order[i] = i;
      keys[i] = key(dictionary, entries[i], 0);
    }
    sort(dictionary, 0, size, 0);
    int[] rankOf = new int[size];
    int distinct = 0;
    for (int i = 0; i < size; i++) {
      int entry = sorted[order[i]];
      if (i > 0 && compare(dictionary, entries[distinct - 1], entry) == 0) {
        rankOf[order[i]] = distinct - 1;
      } else {
        rankOf[order[i]] = distinct;
        entries[distinct++] = entry;
      }
    }
    size = distinct;
    for (int i = 0; i < count; i++) {
      codes[i] = rankOf[codes[i]];
    }
  }

  /**
   * Multikey quicksort with keys of eight bytes: partitions by the key at {@code depth}, and sorts
   * runs of equal keys by the next eight bytes (Bentley and Sedgewick, 1997).
   */
  private void sort(Dictionary dictionary, int from, int to, int depth) {
    int low = from;
    int high = to;
    while (high - low > INSERTION_SORT_BELOW) {
      long pivot = median(keys[low], keys[(low + high) >>> 1], keys[high - 1]);
      int less = low;
      int more = high;
      int at = low;
      while (at < more) {
        int compared = Long.compareUnsigned(keys[at], pivot);
        if (compared < 0) {
          swap(at++, less++);
        } else if (compared > 0) {
          swap(at, --more);
        } else {
          at++;
        }
      }
      sortEqual(dictionary, less, more, depth);
      // The smaller side by recursion bounds the stack.
      if (less - low < high - more) {
        sort(dictionary, low, less, depth);
        low = more;
      } else {
        sort(dictionary, more, high, depth);
        high = less;
      }
    }
    insertionSort(dictionary, low, high);
  }

  /** Sorts entries whose first {@code depth + 8} bytes are alike. */
  private void sortEqual(Dictionary dictionary, int from, int to, int depth) {
    if (to - from < 2) {
      return;
    }
    int next = depth + 8;
    boolean longer = false;
    for (int i = from; i < to; i++) {
      int entry = entries[ranks[i]];
      longer |= dictionary.length(entry) > next;
    }
    if (!longer || to - from <= INSERTION_SORT_BELOW || next > 1024) {
      comparisonSort(dictionary, from, to);
      return;
    }
    for (int i = from; i < to; i++) {
      keys[i] = key(dictionary, entries[ranks[i]], next);
    }
    sort(dictionary, from, to, next);
  }

  /** Keys pad with zeros, so equal keys may hide different lengths: the whole entries decide. */
  private void comparisonSort(Dictionary dictionary, int from, int to) {
    if (to - from > 64) {
      Integer[] boxed = new Integer[to - from];
      for (int i = from; i < to; i++) {
        boxed[i - from] = ranks[i];
      }
      Arrays.sort(boxed, (a, b) -> compare(dictionary, entries[a], entries[b]));
      for (int i = from; i < to; i++) {
        ranks[i] = boxed[i - from];
      }
      return;
    }
    for (int i = from + 1; i < to; i++) {
      int rank = ranks[i];
      int at = i;
      while (at > from && compare(dictionary, entries[ranks[at - 1]], entries[rank]) > 0) {
        ranks[at] = ranks[at - 1];
        at--;
      }
      ranks[at] = rank;
    }
  }

  private void insertionSort(Dictionary dictionary, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      long key = keys[i];
      int rank = ranks[i];
      int at = i;
      while (at > from && after(dictionary, at - 1, key, rank)) {
        keys[at] = keys[at - 1];
        ranks[at] = ranks[at - 1];
        at--;
      }
      keys[at] = key;
      ranks[at] = rank;
    }
  }

  private boolean after(Dictionary dictionary, int at, long key, int rank) {
    int compared = Long.compareUnsigned(keys[at], key);
    return compared > 0
        || (compared == 0 && compare(dictionary, entries[ranks[at]], entries[rank]) > 0);
  }

  private void swap(int a, int b) {
    long key = keys[a];
    keys[a] = keys[b];
    keys[b] = key;
    int rank = ranks[a];
    ranks[a] = ranks[b];
    ranks[b] = rank;
  }

  private static long median(long a, long b, long c) {
    if (Long.compareUnsigned(a, b) > 0) {
      long swap = a;
      a = b;
      b = swap;
    }
    return Long.compareUnsigned(c, a) <= 0 ? a : Long.compareUnsigned(c, b) >= 0 ? b : c;
  }

  static int compare(Dictionary dictionary, int a, int b) {
    int aAt = dictionary.offset(a);
    int bAt = dictionary.offset(b);
    return Arrays.compareUnsigned(
        dictionary.bytes(a),
        aAt,
        aAt + dictionary.length(a),
        dictionary.bytes(b),
        bAt,
        bAt + dictionary.length(b));
  }

  /** Eight bytes of an entry from {@code depth} on, big-endian, padded with zeros. */
  static long key(Dictionary dictionary, int entry, int depth) {
    int length = dictionary.length(entry) - depth;
    if (length <= 0) {
      return 0;
    }
    byte[] bytes = dictionary.bytes(entry);
    int at = dictionary.offset(entry) + depth;
    if (at + 8 <= bytes.length) {
      long key = (long) LONG_BE.get(bytes, at);
      return length >= 8 ? key : key & -1L << (64 - 8 * length);
    }
    long key = 0;
    for (int i = 0; i < Math.min(8, length); i++) {
      key |= (bytes[at + i] & 0xFFL) << (56 - 8 * i);
    }
    return key;
  }
}
