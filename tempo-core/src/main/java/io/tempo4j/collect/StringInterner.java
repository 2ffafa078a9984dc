package io.tempo4j.collect;

import io.tempo4j.column.Dictionary;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Numbers distinct byte strings in the order in which they come first.
 *
 * <p>The bytes of all entries stand one behind the other in one array that only grows, so that a
 * {@link Dictionary} over a prefix of the entries is made without copying and stays valid for ever:
 * growing replaces the array, it never changes what was written. One thread writes; readers use the
 * dictionaries that the writer made.
 */
public final class StringInterner {

  // open addressing with linear probing; the upper half of a slot is the hash, the lower the entry
  // number plus one, so that one cache line settles most probes without touching the bytes
  private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private long[] table = new long[1 << 10];
  private byte[] bytes = new byte[1 << 14];
  private int[] offsets = new int[1 << 9];
  private int size;
  // where the last unsuccessful find ended, so that the insertion behind it need not probe again
  private int missHash;
  private int missSlot;

  /** Number of entries. */
  public int size() {
    return size;
  }

  /** Bytes of all entries. */
  public int byteCount() {
    return offsets[size];
  }

  /** Heap bytes of everything that is kept. */
  public long heapBytes() {
    return 8L * table.length + bytes.length + 4L * offsets.length;
  }

  /**
   * The number of the entry that equals the range, made if there is none. Bytes that are not UTF-8
   * become replacement characters, since no protobuf client could read them back.
   */
  public int internText(byte[] buffer, int offset, int length) {
    int code = find(buffer, offset, length);
    if (code >= 0) {
      return code;
    }
    if (Utf8.isValid(buffer, offset, length)) {
      return insert(buffer, offset, length);
    }
    byte[] repaired = Utf8.repair(buffer, offset, length);
    return intern(repaired, 0, repaired.length);
  }

  /** The number of the entry that equals the range, made if there is none. */
  public int intern(byte[] buffer, int offset, int length) {
    int code = find(buffer, offset, length);
    return code >= 0 ? code : insert(buffer, offset, length);
  }

  /** The number of the entry that equals the range, or -1. */
  public int find(byte[] buffer, int offset, int length) {
    int hash = hash(buffer, offset, length);
    int mask = table.length - 1;
    int slot = hash & mask;
    long entry;
    while ((entry = table[slot]) != 0) {
      if ((int) (entry >>> 32) == hash) {
        int code = (int) entry - 1;
        int from = offsets[code];
        int to = offsets[code + 1];
        if (to - from == length && ByteRanges.equal(bytes, from, buffer, offset, length)) {
          return code;
        }
      }
      slot = (slot + 1) & mask;
    }
    missHash = hash;
    missSlot = slot;
    return -1;
  }

  /** The entries so far; stays valid and unchanged while more are added. */
  public Dictionary dictionary() {
    return new Dictionary(bytes, offsets, size, Dictionary.Order.DISTINCT);
  }

  /**
   * Forgets all entries from number {@code count} on. Only for a writer that gave away no {@link
   * #dictionary} that holds them: their bytes are written over. Costs a look at every entry that
   * stays.
   */
  public void truncate(int count) {
    if (count == size) {
      return;
    }
    size = count;
    Arrays.fill(table, 0);
    int mask = table.length - 1;
    for (int code = 0; code < count; code++) {
      int hash = hash(bytes, offsets[code], offsets[code + 1] - offsets[code]);
      int slot = hash & mask;
      while (table[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      table[slot] = (long) hash << 32 | (code + 1);
    }
  }

  private int insert(byte[] buffer, int offset, int length) {
    int code = size;
    int start = offsets[code];
    if (length > bytes.length - start) {
      bytes = Arrays.copyOf(bytes, Growth.next(bytes.length, (long) start + length));
    }
    if (code + 2 > offsets.length) {
      offsets = Arrays.copyOf(offsets, Growth.next(offsets.length, code + 2));
    }
    System.arraycopy(buffer, offset, bytes, start, length);
    offsets[code + 1] = start + length;
    table[missSlot] = (long) missHash << 32 | (code + 1);
    size = code + 1;
    if (size > table.length - (table.length >> 2)) {
      rehash();
    }
    return code;
  }

  private void rehash() {
    long[] larger = new long[table.length << 1];
    int mask = larger.length - 1;
    for (long entry : table) {
      if (entry != 0) {
        int slot = (int) (entry >>> 32) & mask;
        while (larger[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        larger[slot] = entry;
      }
    }
    table = larger;
  }

  private static int hash(byte[] buffer, int offset, int length) {
    long hash = length * MULTIPLIER;
    if (length >= Long.BYTES) {
      int last = offset + length - Long.BYTES;
      for (int at = offset; at < last; at += Long.BYTES) {
        hash = mix(hash ^ (long) LONG.get(buffer, at));
      }
      // the last eight bytes may overlap those before them
      hash = mix(hash ^ (long) LONG.get(buffer, last));
    } else {
      long rest = 0;
      for (int i = 0; i < length; i++) {
        rest = rest << 8 | (buffer[offset + i] & 0xff);
      }
      hash = mix(hash ^ rest);
    }
    return (int) (hash ^ hash >>> 32);
  }

  private static long mix(long value) {
    long high = Math.multiplyHigh(value, MULTIPLIER);
    return value * MULTIPLIER ^ high;
  }
}
