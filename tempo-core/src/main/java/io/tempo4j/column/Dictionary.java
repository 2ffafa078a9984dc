package io.tempo4j.column;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Byte strings numbered from 0.
 *
 * <p>Entry {@code i} is {@code bytes[offsets[i] .. offsets[i + 1])}; {@code offsets} has at least
 * {@code size + 1} entries, ascending. Immutable; the arrays may be shared and longer than used.
 *
 * <p>{@code distinct}: no two entries are equal. {@code sorted}: entries ascend strictly by
 * unsigned bytes (implies distinct), so order comparisons and {@link #find} are binary searches.
 */
public final class Dictionary {

  /** What may be assumed of the entries of a dictionary. */
  public enum Order {
    /** Entries may repeat, in no order. */
    NONE,
    /** Entries are distinct, in no order. */
    DISTINCT,
    /** Entries are distinct and ascend by unsigned bytes. */
    SORTED
  }

  private final byte[] bytes;
  private final int[] offsets;
  private final int size;
  private final Order order;

  /** Wraps the arrays without copying; the caller must not change them afterwards. */
  public Dictionary(byte[] bytes, int[] offsets, int size, Order order) {
    this.bytes = bytes;
    this.offsets = offsets;
    this.size = size;
    this.order = order;
  }

  /** Number of entries. */
  public int size() {
    return size;
  }

  /** The bytes of all entries. */
  public byte[] bytes() {
    return bytes;
  }

  /** Index in {@link #bytes()} of the first byte of entry {@code code}. */
  public int offset(int code) {
    return offsets[code];
  }

  /** Length of entry {@code code} in bytes. */
  public int length(int code) {
    return offsets[code + 1] - offsets[code];
  }

  /** What may be assumed of the entries. */
  public Order order() {
    return order;
  }

  /** Entry {@code code} as text; malformed UTF-8 becomes replacement characters. */
  public String string(int code) {
    return new String(bytes, offsets[code], length(code), StandardCharsets.UTF_8);
  }

  /** True if entry {@code code} equals {@code value}. */
  public boolean equalTo(int code, byte[] value) {
    int from = offsets[code];
    int to = offsets[code + 1];
    // Texts of one length differ most often at their end.
    return to - from == value.length
        && (to == from || bytes[to - 1] == value[value.length - 1])
        && Arrays.equals(bytes, from, to, value, 0, value.length);
  }

  /** Compares entry {@code code} with {@code value} by unsigned bytes. */
  public int compare(int code, byte[] value) {
    return Arrays.compareUnsigned(bytes, offsets[code], offsets[code + 1], value, 0, value.length);
  }

  /**
   * The first entry that equals {@code value}, or a negative number; a binary search if entries are
   * sorted, else a look at all of them.
   */
  public int find(byte[] value) {
    if (order == Order.SORTED) {
      return findSorted(value);
    }
    for (int code = 0; code < size; code++) {
      if (equalTo(code, value)) {
        return code;
      }
    }
    return -1;
  }

  private int findSorted(byte[] value) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int compared = compare(middle, value);
      if (compared < 0) {
        low = middle + 1;
      } else if (compared > 0) {
        high = middle - 1;
      } else {
        return middle;
      }
    }
    return -1;
  }

  long heapBytes() {
    return 32L + bytes.length + 4L * offsets.length;
  }
}
