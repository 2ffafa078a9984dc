package io.tempo4j.head;

import io.tempo4j.collect.Growth;
import io.tempo4j.memory.ByteLease;
import java.util.Arrays;

/**
 * A column of ints that grows page by page: nothing is moved, and the room to grow is a page.
 *
 * <p>One thread writes. The pages of a moment may be given to readers, who look at the entries that
 * were written then: these never change. What is allocated is taken from a lease before.
 */
final class IntPages {

  /** Entries of a page, as a power of two; the first page begins smaller. */
  static final int BITS = 10;

  static final int PAGE = 1 << BITS;
  private static final int MASK = PAGE - 1;
  private static final int FIRST = 16;
  private static final int ARRAY_HEADER = 16;
  private static final int[] NO_PAGE = {};

  private final ByteLease lease;
  private int[][] pages = {};
  private int capacity;

  IntPages(ByteLease lease) {
    this.lease = lease;
  }

  /** The entry at {@code index} of pages that {@link #pages} gave. */
  static int at(int[][] pages, int index) {
    return pages[index >>> BITS][index & MASK];
  }

  /** The pages of this moment. */
  int[][] pages() {
    return pages;
  }

  int get(int index) {
    return at(pages, index);
  }

  /** Makes room for the entry at {@code index}, at most one behind those that there is room for. */
  void reserve(int index) {
    if (index >= capacity) {
      grow(index);
    }
  }

  /** Writes an entry that {@link #reserve} made room for. */
  void set(int index, int value) {
    pages[index >>> BITS][index & MASK] = value;
  }

  /** Gives back the pages that no entry below {@code count} is in. */
  void trim(int count) {
    while (capacity > PAGE && capacity - PAGE >= count) {
      capacity -= PAGE;
      pages[capacity >>> BITS] = NO_PAGE;
      lease.shrink(Integer.BYTES * PAGE + ARRAY_HEADER);
    }
  }

  private void grow(int index) {
    while (index >= capacity) {
      if (capacity < PAGE) {
        int larger = Math.max(FIRST, 4 * capacity);
        lease.grow(Integer.BYTES * larger + ARRAY_HEADER);
        // others may be looking at the list of pages
        pages = new int[][] {capacity == 0 ? new int[larger] : Arrays.copyOf(pages[0], larger)};
        lease.shrink(capacity == 0 ? 0 : Integer.BYTES * capacity + ARRAY_HEADER);
        capacity = larger;
      } else {
        int page = capacity >>> BITS;
        if (page == pages.length) {
          int more = Growth.next(page, page + 1L);
          lease.grow(Long.BYTES * (long) (more - page));
          pages = Arrays.copyOf(pages, more);
        }
        lease.grow(Integer.BYTES * PAGE + ARRAY_HEADER);
        pages[page] = new int[PAGE];
        capacity += PAGE;
      }
    }
  }
}
