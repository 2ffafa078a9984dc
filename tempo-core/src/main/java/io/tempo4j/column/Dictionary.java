package io.tempo4j.column;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Byte strings numbered from 0.
 *
 * <p>Entry {@code i} is {@link #length} bytes of the array {@link #bytes} from {@link #offset} on.
 * The bytes of all entries may stand in one array, as those of a block's columns do, or in pages,
 * as those of a head do that grows. Immutable; the arrays may be shared and longer than used.
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

  /** Most bytes of a page that several entries share, as a power of two. */
  public static final int PAGE_BITS = 16;

  /** In the place of a length: the entry is a page of its own. */
  public static final char WHOLE_PAGE = 0xffff;

  private static final int PAGE_MASK = (1 << PAGE_BITS) - 1;
  private static final byte[][] NO_PAGES = {};
  private static final char[] NO_LENGTHS = {};

  private final byte @Nullable [] flat;
  private final byte[][] pages;
  private final int[] offsets;
  private final char[] lengths;
  private final int size;
  private final Order order;

  /**
   * Wraps the arrays without copying; the caller must not change them afterwards.
   *
   * @param bytes the bytes of all entries
   * @param offsets entry {@code i} is {@code bytes[offsets[i] .. offsets[i + 1])}; at least {@code
   *     size + 1} entries, ascending
   */
  public Dictionary(byte[] bytes, int[] offsets, int size, Order order) {
    this.flat = bytes;
    this.pages = NO_PAGES;
    this.offsets = offsets;
    this.lengths = NO_LENGTHS;
    this.size = size;
    this.order = order;
  }

  private Dictionary(byte[][] pages, int[] starts, char[] lengths, int size, Order order) {
    this.flat = null;
    this.pages = pages;
    this.offsets = starts;
    this.lengths = lengths;
    this.size = size;
    this.order = order;
  }

  /**
   * Wraps pages without copying; what the entries refer to must not change afterwards.
   *
   * @param pages the pages
   * @param starts for each entry the number of its page, unsigned, above {@link #PAGE_BITS} bits
   *     with its first byte in there
   * @param lengths bytes of each entry, {@link #WHOLE_PAGE} for one that is a whole page
   */
  public static Dictionary paged(
      byte[][] pages, int[] starts, char[] lengths, int size, Order order) {
    return new Dictionary(pages, starts, lengths, size, order);
  }

  /** Number of entries. */
  public int size() {
    return size;
  }

  /** The array that holds entry {@code code}, among others. */
  public byte[] bytes(int code) {
    byte[] bytes = flat;
    return bytes != null ? bytes : pages[offsets[code] >>> PAGE_BITS];
  }

  /** Index in {@link #bytes} of the first byte of entry {@code code}. */
  public int offset(int code) {
    return flat != null ? offsets[code] : offsets[code] & PAGE_MASK;
  }

  /** Length of entry {@code code} in bytes. */
  public int length(int code) {
    if (flat != null) {
      return offsets[code + 1] - offsets[code];
    }
    char length = lengths[code];
    return length != WHOLE_PAGE ? length : bytes(code).length;
  }

  /** What may be assumed of the entries. */
  public Order order() {
    return order;
  }

  /** Entry {@code code} as text; malformed UTF-8 becomes replacement characters. */
  public String string(int code) {
    return new String(bytes(code), offset(code), length(code), StandardCharsets.UTF_8);
  }

  /** True if entry {@code code} equals {@code value}. */
  public boolean equalTo(int code, byte[] value) {
    int length = length(code);
    if (length != value.length) {
      return false;
    }
    if (length == 0) {
      return true;
    }
    byte[] bytes = bytes(code);
    int from = offset(code);
    // Texts of one length differ most often at their end.
    return bytes[from + length - 1] == value[length - 1]
        && Arrays.equals(bytes, from, from + length, value, 0, length);
  }

  /** Compares entry {@code code} with {@code value} by unsigned bytes. */
  public int compare(int code, byte[] value) {
    int from = offset(code);
    return Arrays.compareUnsigned(bytes(code), from, from + length(code), value, 0, value.length);
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

  /**
   * Heap bytes of the entries; those of pages do not count, since the head that made them counts
   * them.
   */
  long heapBytes() {
    byte[] bytes = flat;
    return bytes == null ? 0 : 32L + bytes.length + 4L * offsets.length;
  }
}
