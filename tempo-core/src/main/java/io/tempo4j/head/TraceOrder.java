package io.tempo4j.head;

import io.tempo4j.collect.Growth;
import io.tempo4j.collect.IntSort;
import java.util.Arrays;

/**
 * The rows of a head in the order of a block: by trace id, then depth-first pre-order within the
 * trace, with duplicates left out.
 *
 * <p>Arrays: {@code rows} and {@code depths} have {@code count} entries, {@code traceOffsets} has
 * {@code traces + 1} and {@code traceOrdinals} {@code traces}.
 */
/*
 * The tree of a trace. Two spans with the same id and kind are one span that was sent twice; the
 * first is kept. Where spans of two kinds share an id (Zipkin's client and server halves), children
 * belong to the server. Children stand in the order of their start. On the top level stand first
 * the roots, then the spans whose parent is not here, then, for every cycle of parents, the
 * earliest span of the cycle. Nothing here recurses: a trace may be a chain of 200,000 spans.
 */
final class TraceOrder {

  /** Up to this many spans per trace, parents are looked for one by one instead of by hashing. */
  private static final int LINEAR = 16;

  private static final int SERVER = 2;

  private final HeadState state;
  final int[] rows;
  final int[] depths;
  final int[] traceOffsets;
  final int[] traceOrdinals;
  int count;
  int traces;

  // per trace, indexed by position among the trace's rows in order of start
  private int[] sorted = new int[64];
  private int[] parent = new int[64];
  private int[] firstChild = new int[64];
  private int[] nextSibling = new int[64];
  private int[] depth = new int[64];
  private boolean[] placed = new boolean[64];
  private int[] slots = new int[0];

  private TraceOrder(HeadState state, int capacity, int traceCapacity) {
    this.state = state;
    this.rows = new int[capacity];
    this.depths = new int[capacity];
    this.traceOffsets = new int[traceCapacity + 1];
    this.traceOrdinals = new int[traceCapacity];
  }

  /** The order of all rows. */
  static TraceOrder of(HeadState state) {
    int spans = state.spans();
    int traces = state.traces();
    int[] ends = new int[traces + 1];
    int[] traceOf = state.traceOf();
    for (int row = 0; row < spans; row++) {
      ends[traceOf[row] + 1]++;
    }
    for (int trace = 0; trace < traces; trace++) {
      ends[trace + 1] += ends[trace];
    }
    int[] starts = Arrays.copyOf(ends, traces);
    int[] byTrace = new int[spans];
    for (int row = 0; row < spans; row++) {
      byTrace[starts[traceOf[row]]++] = row;
    }
    int[] ordinals = new int[traces];
    Arrays.setAll(ordinals, i -> i);
    long[] high = state.traceIdHigh();
    long[] low = state.traceIdLow();
    IntSort.sort(
        ordinals,
        0,
        traces,
        (a, b) -> {
          int byHigh = Long.compareUnsigned(high[a], high[b]);
          return byHigh != 0 ? byHigh : Long.compareUnsigned(low[a], low[b]);
        });
    TraceOrder order = new TraceOrder(state, spans, traces);
    for (int ordinal : ordinals) {
      order.addTrace(ordinal, byTrace, ends[ordinal], ends[ordinal + 1]);
    }
    return order;
  }

  /** The order of the rows of one trace. */
  static TraceOrder ofTrace(HeadState state, int ordinal) {
    int[] traceOf = state.traceOf();
    int[] found = new int[16];
    int count = 0;
    for (int row = 0; row < state.spans(); row++) {
      if (traceOf[row] == ordinal) {
        if (count == found.length) {
          found = Arrays.copyOf(found, 2 * count);
        }
        found[count++] = row;
      }
    }
    TraceOrder order = new TraceOrder(state, count, 1);
    order.addTrace(ordinal, found, 0, count);
    return order;
  }

  private void addTrace(int ordinal, int[] traceRows, int from, int to) {
    if (from == to) {
      return; // its only request failed
    }
    int spans = sortByStart(traceRows, from, to);
    linkParents(spans);
    linkChildren(spans);
    place(spans);
    traceOrdinals[traces++] = ordinal;
    traceOffsets[traces] = count;
  }

  /** Fills {@code sorted} without duplicates and returns their number. */
  private int sortByStart(int[] traceRows, int from, int to) {
    int spans = to - from;
    if (spans > sorted.length) {
      int capacity = Growth.next(sorted.length, spans);
      sorted = new int[capacity];
      parent = new int[capacity];
      firstChild = new int[capacity];
      nextSibling = new int[capacity];
      depth = new int[capacity];
      placed = new boolean[capacity];
    }
    System.arraycopy(traceRows, from, sorted, 0, spans);
    if (spans > 1) {
      long[] start = state.start();
      IntSort.sort(
          sorted,
          0,
          spans,
          (a, b) -> {
            int byStart = Long.compareUnsigned(start[a], start[b]);
            return byStart != 0 ? byStart : Integer.compare(a, b);
          });
    }
    return spans <= LINEAR ? dedupeLinear(spans) : dedupeHashed(spans);
  }

  private int dedupeLinear(int spans) {
    int kept = 0;
    for (int i = 0; i < spans; i++) {
      int row = sorted[i];
      boolean duplicate = false;
      for (int j = 0; j < kept && !duplicate; j++) {
        duplicate = same(sorted[j], row);
      }
      if (!duplicate) {
        sorted[kept++] = row;
      }
    }
    return kept;
  }

  private int dedupeHashed(int spans) {
    int size = Integer.highestOneBit(spans) << 2;
    if (slots.length != size) {
      slots = new int[size];
    } else {
      Arrays.fill(slots, 0);
    }
    int kept = 0;
    for (int i = 0; i < spans; i++) {
      int row = sorted[i];
      int slot = slot(state.spanId()[row]);
      boolean duplicate = false;
      while (slots[slot] != 0 && !(duplicate = same(sorted[slots[slot] - 1], row))) {
        slot = (slot + 1) & (size - 1);
      }
      if (!duplicate) {
        sorted[kept] = row;
        slots[slot] = ++kept;
      }
    }
    return kept;
  }

  private boolean same(int a, int b) {
    return state.spanId()[a] == state.spanId()[b] && state.kind()[a] == state.kind()[b];
  }

  private int slot(long spanId) {
    long hash = spanId * 0x9E37_79B9_7F4A_7C15L;
    return (int) (hash >>> 32) & (slots.length - 1);
  }

  private void linkParents(int spans) {
    long[] parentIds = state.parentSpanId();
    for (int i = 0; i < spans; i++) {
      long id = parentIds[sorted[i]];
      parent[i] = id == 0 ? -1 : spans <= LINEAR ? findLinear(id, i, spans) : findHashed(id, i);
    }
  }

  private int findLinear(long id, int child, int spans) {
    int found = -1;
    for (int i = 0; i < spans; i++) {
      if (state.spanId()[sorted[i]] == id && i != child && (found < 0 || isServer(i))) {
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
      if (state.spanId()[sorted[i]] == id && i != child && (found < 0 || isServer(i))) {
        found = i;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return found;
  }

  private boolean isServer(int i) {
    return state.kind()[sorted[i]] == SERVER;
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
    int end = count + spans;
    for (int i = 0; i < spans; i++) {
      if (parent[i] < 0 && state.parentSpanId()[sorted[i]] == 0) {
        placeTree(i);
      }
    }
    for (int i = 0; i < spans && count < end; i++) {
      if (parent[i] < 0 && !placed[i]) {
        placeTree(i);
      }
    }
    for (int i = 0; i < spans && count < end; i++) {
      if (!placed[i]) {
        placeTree(i); // the earliest span of a cycle
      }
    }
  }

  private void placeTree(int top) {
    int at = top;
    depth[at] = 0;
    emit(at);
    while (true) {
      int next = unplaced(firstChild[at]);
      if (next >= 0) {
        depth[next] = depth[at] + 1;
      } else {
        while (at != top && (next = unplaced(nextSibling[at])) < 0) {
          at = parent[at];
        }
        if (at == top) {
          return;
        }
        depth[next] = depth[at];
      }
      emit(next);
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

  private void emit(int i) {
    placed[i] = true;
    rows[count] = sorted[i];
    depths[count] = depth[i];
    count++;
  }
}
