package io.tempo4j.collect;

import java.util.Arrays;

/**
 * Puts the spans of one trace in the order of a block: depth-first pre-order, duplicates left out.
 *
 * <p>Spans are added, then ordered, then {@link #position} and {@link #depth} say which span stands
 * where. One object orders one trace after the other. Not thread-safe.
 */
/*
 * Two spans with the same id and kind are one span that was sent twice; the first by start is kept,
 * of equal starts the one added first. Where spans of two kinds share an id (Zipkin's client and
 * server halves), children belong to the server. Children stand in the order of their start,
 * of equal ones by id and kind. On the top level stand first the roots, then the spans whose parent is not here, then, for every cycle of
 * parents, the earliest span that hangs on it. Nothing here recurses: a trace may be a chain of
 * 200,000 spans.
 */
public final class TreeOrder {

  /** Up to this many spans per trace, parents are looked for one by one instead of by hashing. */
  private static final int LINEAR = 16;

  private static final int SERVER = 2;

  private int added;

  // per span, by the order of adding
  private long[] ids = new long[64];
  private long[] parentIds = new long[64];
  private long[] starts = new long[64];
  private int[] kinds = new int[64];

  // per span that is kept, by start
  private int[] sorted = new int[64];
  private int[] parent = new int[64];
  private int[] firstChild = new int[64];
  private int[] nextSibling = new int[64];
  private boolean[] placed = new boolean[64];
  private int[] slots = new int[0];

  // the result
  private int count;
  private int[] positions = new int[64];
  private int[] depths = new int[64];

  /** Makes room for the spans of another trace. */
  public void clear() {
    added = 0;
    count = 0;
  }

  /**
   * Adds a span.
   *
   * @param start Unix nanoseconds, unsigned
   * @param parentId 0 for a root
   */
  public void add(long id, int kind, long start, long parentId) {
    if (added == ids.length) {
      grow();
    }
    ids[added] = id;
    kinds[added] = kind;
    starts[added] = start;
    parentIds[added] = parentId;
    added++;
  }

  private void grow() {
    int capacity = Growth.next(added, added + 1);
    ids = Arrays.copyOf(ids, capacity);
    kinds = Arrays.copyOf(kinds, capacity);
    starts = Arrays.copyOf(starts, capacity);
    parentIds = Arrays.copyOf(parentIds, capacity);
    sorted = new int[capacity];
    parent = new int[capacity];
    firstChild = new int[capacity];
    nextSibling = new int[capacity];
    placed = new boolean[capacity];
    positions = new int[capacity];
    depths = new int[capacity];
  }

  /**
   * Orders the spans that were added.
   *
   * @return how many are left without duplicates
   */
  public int order() {
    count = 0;
    int spans = sortByStart();
    linkParents(spans);
    linkChildren(spans);
    place(spans);
    return spans;
  }

  /** Which span stands at {@code index} of the order, counted in the order of adding. */
  public int position(int index) {
    return positions[index];
  }

  /** The depth of the span at {@code index} of the order, 0 on the top level. */
  public int depth(int index) {
    return depths[index];
  }

  /** Fills {@code sorted} without duplicates and returns their number. */
  private int sortByStart() {
    for (int i = 0; i < added; i++) {
      sorted[i] = i;
    }
    if (added > 1) {
      IntSort.sort(sorted, 0, added, this::compare);
    }
    return added <= LINEAR ? dedupeLinear() : dedupeHashed();
  }

  /** By start; of equal ones by what a span has in every part and every order that it came in. */
  private int compare(int a, int b) {
    int order = Long.compareUnsigned(starts[a], starts[b]);
    if (order == 0) {
      order = Long.compareUnsigned(ids[a], ids[b]);
    }
    if (order == 0) {
      order = Integer.compare(kinds[a], kinds[b]);
    }
    return order != 0 ? order : Integer.compare(a, b);
  }

  private int dedupeLinear() {
    int kept = 0;
    for (int i = 0; i < added; i++) {
      int span = sorted[i];
      boolean duplicate = false;
      for (int j = 0; j < kept && !duplicate; j++) {
        duplicate = same(sorted[j], span);
      }
      if (!duplicate) {
        sorted[kept++] = span;
      }
    }
    return kept;
  }

  private int dedupeHashed() {
    int size = Integer.highestOneBit(added) << 2;
    if (slots.length != size) {
      slots = new int[size];
    } else {
      Arrays.fill(slots, 0);
    }
    int kept = 0;
    for (int i = 0; i < added; i++) {
      int span = sorted[i];
      int slot = slot(ids[span]);
      boolean duplicate = false;
      while (slots[slot] != 0 && !(duplicate = same(sorted[slots[slot] - 1], span))) {
        slot = (slot + 1) & (size - 1);
      }
      if (!duplicate) {
        sorted[kept] = span;
        slots[slot] = ++kept;
      }
    }
    return kept;
  }

  private boolean same(int a, int b) {
    return ids[a] == ids[b] && kinds[a] == kinds[b];
  }

  private int slot(long spanId) {
    long hash = spanId * 0x9E37_79B9_7F4A_7C15L;
    return (int) (hash >>> 32) & (slots.length - 1);
  }

  private void linkParents(int spans) {
    boolean isLinear = added <= LINEAR;
    for (int i = 0; i < spans; i++) {
      long id = parentIds[sorted[i]];
      parent[i] = id == 0 ? -1 : isLinear ? findLinear(id, i, spans) : findHashed(id, i);
    }
  }

  private int findLinear(long id, int child, int spans) {
    int found = -1;
    for (int i = 0; i < spans; i++) {
      if (ids[sorted[i]] == id && i != child && (found < 0 || isServer(i))) {
        found = i;
      }
    }
    return found;
  }

  private int findHashed(long id, int child) {
    int found = -1;
    int slot = slot(id);
    while (slots[slot] != 0) {
      int i = slots[slot] - 1;
      if (ids[sorted[i]] == id && i != child && (found < 0 || isServer(i))) {
        found = i;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return found;
  }

  private boolean isServer(int i) {
    return kinds[sorted[i]] == SERVER;
  }

  private void linkChildren(int spans) {
    Arrays.fill(firstChild, 0, spans, -1);
    Arrays.fill(placed, 0, spans, false);
    for (int i = spans - 1; i >= 0; i--) {
      int above = parent[i];
      if (above >= 0) {
        nextSibling[i] = firstChild[above];
        firstChild[above] = i;
      } else {
        nextSibling[i] = -1;
      }
    }
  }

  private void place(int spans) {
    for (int i = 0; i < spans; i++) {
      if (parent[i] < 0 && parentIds[sorted[i]] == 0) {
        placeTree(i);
      }
    }
    for (int i = 0; i < spans && count < spans; i++) {
      if (parent[i] < 0 && !placed[i]) {
        placeTree(i);
      }
    }
    for (int i = 0; i < spans && count < spans; i++) {
      if (!placed[i]) {
        placeTree(i);
      }
    }
  }

  private void placeTree(int top) {
    int at = top;
    int depth = 0;
    emit(at, depth);
    while (true) {
      int next = unplaced(firstChild[at]);
      if (next >= 0) {
        depth++;
      } else {
        while (at != top && (next = unplaced(nextSibling[at])) < 0) {
          at = parent[at];
          depth--;
        }
        if (at == top) {
          return;
        }
      }
      emit(next, depth);
      at = next;
    }
  }

  private int unplaced(int sibling) {
    int at = sibling;
    while (at >= 0 && placed[at]) {
      at = nextSibling[at];
    }
    return at;
  }

  private void emit(int i, int depth) {
    placed[i] = true;
    positions[count] = sorted[i];
    depths[count] = depth;
    count++;
  }
}
