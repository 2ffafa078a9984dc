package io.tempo4j.collect;

import io.tempo4j.column.Dictionary;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.memory.NoRoomException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Numbers distinct byte strings in the order in which they come first.
 *
 * <p>The bytes of entries stand in pages that are filled and never moved, a long entry in a page of
 * its own. So growing copies no bytes, and a {@link Dictionary} over a prefix of the entries is
 * made without copying and stays valid for ever. One thread writes; readers use the dictionaries
 * that the writer made.
 *
 * <p>What is allocated is taken from a lease before; when it has no room, {@link NoRoomException}
 * comes out, and the entries are as they were.
 */
public final class StringInterner {

  // open addressing with linear probing; the upper half of a slot is the hash, the lower the entry
  // number plus one, so that one cache line settles most probes without touching the bytes
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Entries from this size on get a page of their own. */
  private static final int OWN_PAGE = 1 << 12;

  private static final int PAGE_BYTES = 1 << Dictionary.PAGE_BITS;
  private static final int FIRST_PAGE_BYTES = 1 << 8;
  private static final int MAX_PAGES = 1 << (32 - Dictionary.PAGE_BITS);
  private static final int ARRAY_HEADER = 16;
  private static final byte[] NO_PAGE = {};
  private static final int BYTES_PER_ENTRY = Integer.BYTES + Character.BYTES;

  private final HashSeed seed;
  private final ByteLease lease;
  private long[] table = {};
  private byte[][] pages = {};
  private int pageCount;
  private int filling = -1;
  private int filled;
  private int[] starts = {};
  private char[] lengths = {};
  private int size;
  private long byteCount;
  private long heapBytes;
  // where the last unsuccessful find ended, so that the insertion behind it need not probe again
  private int missHash;
  private int missSlot;

  /** An empty interner without a bound. */
  public StringInterner() {
    this(ByteBudget.unbounded("texts").lease());
  }

  /** An empty interner that takes what it allocates from {@code lease}. */
  public StringInterner(ByteLease lease) {
    this(lease, HashSeed.ofProcess());
  }

  StringInterner(ByteLease lease, HashSeed seed) {
    this.lease = lease;
    this.seed = seed;
  }

  /** Number of entries. */
  public int size() {
    return size;
  }

  /** Bytes of all entries. */
  public long byteCount() {
    return byteCount;
  }

  /** Heap bytes of everything that is kept, room to grow included. */
  public long heapBytes() {
    return heapBytes;
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
    missHash = hash;
    long[] table = this.table;
    if (table.length == 0) {
      return -1;
    }
    int mask = table.length - 1;
    int slot = hash & mask;
    long entry;
    while ((entry = table[slot]) != 0) {
      if ((int) (entry >>> 32) == hash) {
        int code = (int) entry - 1;
        char known = lengths[code];
        int start = starts[code];
        byte[] page = pages[start >>> Dictionary.PAGE_BITS];
        if ((known == Dictionary.WHOLE_PAGE ? page.length : known) == length
            && ByteRanges.equal(page, start & PAGE_BYTES - 1, buffer, offset, length)) {
          return code;
        }
      }
      slot = (slot + 1) & mask;
    }
    missSlot = slot;
    return -1;
  }

  /** The entries so far; stays valid and unchanged while more are added. */
  public Dictionary dictionary() {
    return Dictionary.paged(pages, starts, lengths, size, Dictionary.Order.DISTINCT);
  }

  /**
   * Forgets all entries from number {@code count} on, and gives back the pages that they alone were
   * in. Only for a writer that gave away no {@link #dictionary} that holds them: their bytes are
   * written over.
   */
  public void truncate(int count) {
    while (size > count) {
      int code = size - 1;
      int start = starts[code];
      int page = start >>> Dictionary.PAGE_BITS;
      boolean own = lengths[code] == Dictionary.WHOLE_PAGE;
      int from = start & PAGE_BYTES - 1;
      int length = own ? pages[page].length : lengths[code];
      remove(code, hash(pages[page], from, length));
      size = code;
      byteCount -= length;
      if (own) {
        drop(page);
      } else {
        if (page != filling) {
          drop(filling);
          filling = page;
        }
        filled = from;
      }
    }
    while (pageCount > 0 && pages[pageCount - 1] == NO_PAGE) {
      pageCount--;
    }
  }

  private int insert(byte[] buffer, int offset, int length) {
    int code = size;
    makeRoom();
    if (length >= OWN_PAGE) {
      starts[code] = addPage(length) << Dictionary.PAGE_BITS;
      lengths[code] = Dictionary.WHOLE_PAGE;
    } else {
      fillPage(length);
      starts[code] = filling << Dictionary.PAGE_BITS | filled;
      lengths[code] = (char) length;
      filled += length;
    }
    int start = starts[code];
    System.arraycopy(
        buffer, offset, pages[start >>> Dictionary.PAGE_BITS], start & PAGE_BYTES - 1, length);
    table[missSlot] = (long) missHash << 32 | (code + 1);
    byteCount += length;
    size = code + 1;
    return code;
  }

  /** Makes room for one more entry in the table and the list of entries. */
  private void makeRoom() {
    if (size == starts.length) {
      int capacity = Growth.next(size, size + 1L);
      allocate((long) BYTES_PER_ENTRY * capacity + 2 * ARRAY_HEADER);
      long old = starts.length == 0 ? 0 : (long) BYTES_PER_ENTRY * size + 2 * ARRAY_HEADER;
      starts = Arrays.copyOf(starts, capacity);
      lengths = Arrays.copyOf(lengths, capacity);
      release(old);
    }
    if (size >= table.length - (table.length >> 2)) {
      rehash();
    }
  }

  /** Makes the page that is being filled have room for {@code length} bytes. */
  private void fillPage(int length) {
    if (filling >= 0 && length <= pages[filling].length - filled) {
      return;
    }
    int needed = filled + length;
    if (pageCount == 0 || filling == 0 && pages[0].length < PAGE_BYTES && needed <= PAGE_BYTES) {
      int grown = pageCount == 0 ? FIRST_PAGE_BYTES : 4 * pages[0].length;
      int capacity = Math.min(PAGE_BYTES, Math.max(grown, needed));
      allocate(capacity + ARRAY_HEADER);
      if (pageCount == 0) {
        filling = newPage(new byte[capacity]);
      } else {
        // others may be looking at the list of pages
        release(pages[0].length + ARRAY_HEADER);
        byte[] larger = Arrays.copyOf(pages[0], capacity);
        pages = pages.clone();
        pages[0] = larger;
      }
    } else {
      filling = addPage(PAGE_BYTES);
      filled = 0;
    }
  }

  private int addPage(int length) {
    allocate(length + ARRAY_HEADER);
    return newPage(new byte[length]);
  }

  private int newPage(byte[] page) {
    if (pageCount == pages.length) {
      if (pageCount == MAX_PAGES) {
        release(page.length + ARRAY_HEADER);
        throw new NoRoomException("the pages of a head", page.length);
      }
      int capacity = Math.min(MAX_PAGES, Growth.next(pageCount, pageCount + 1L));
      allocate(Long.BYTES * (capacity - pages.length));
      pages = Arrays.copyOf(pages, capacity);
    }
    pages[pageCount] = page;
    return pageCount++;
  }

  private void drop(int page) {
    release(pages[page].length + ARRAY_HEADER);
    pages[page] = NO_PAGE;
  }

  private void allocate(long bytes) {
    lease.grow(bytes);
    heapBytes += bytes;
  }

  private void release(long bytes) {
    lease.shrink(bytes);
    heapBytes -= bytes;
  }

  private void rehash() {
    int capacity = Math.max(16, table.length << 1);
    allocate((long) Long.BYTES * capacity + ARRAY_HEADER);
    long[] larger = new long[capacity];
    for (long entry : table) {
      if (entry != 0) {
        larger[free(larger, (int) (entry >>> 32))] = entry;
      }
    }
    release(table.length == 0 ? 0 : (long) Long.BYTES * table.length + ARRAY_HEADER);
    table = larger;
    missSlot = free(larger, missHash);
  }

  private static int free(long[] table, int hash) {
    int mask = table.length - 1;
    int slot = hash & mask;
    while (table[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Takes an entry out of the table, and moves those up that stood behind it for its sake. */
  private void remove(int code, int hash) {
    int mask = table.length - 1;
    int gap = hash & mask;
    while ((int) table[gap] != code + 1) {
      gap = (gap + 1) & mask;
    }
    int slot = gap;
    while (true) {
      slot = (slot + 1) & mask;
      long entry = table[slot];
      if (entry == 0) {
        break;
      }
      int home = (int) (entry >>> 32) & mask;
      if (((slot - home) & mask) >= ((slot - gap) & mask)) {
        table[gap] = entry;
        gap = slot;
      }
    }
    table[gap] = 0;
  }

  private int hash(byte[] buffer, int offset, int length) {
    HashSeed seed = this.seed;
    long hash = length;
    if (length >= Long.BYTES) {
      int last = offset + length - Long.BYTES;
      for (int at = offset; at < last; at += Long.BYTES) {
        hash = seed.mix(hash ^ (long) LONG.get(buffer, at));
      }
      // the last eight bytes may overlap those before them
      hash = seed.mix(hash ^ (long) LONG.get(buffer, last));
    } else {
      long rest = 0;
      for (int i = 0; i < length; i++) {
        rest = rest << 8 | (buffer[offset + i] & 0xff);
      }
      // the length beside the bytes, or short texts could be chosen that differ in both
      hash = seed.mix(Long.rotateRight(hash, 8) ^ rest);
    }
    return HashSeed.fold(hash);
  }
}
