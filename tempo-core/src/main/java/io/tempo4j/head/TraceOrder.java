package io.tempo4j.head;

import io.tempo4j.collect.IntSort;
import io.tempo4j.collect.SpanOrder;
import io.tempo4j.collect.TreeOrder;
import io.tempo4j.model.TraceId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * The rows of a head in the order of a block: by trace id, then depth-first pre-order within the
 * trace, with duplicates left out.
 *
 * <p>Arrays: {@code rows} and {@code depths} have {@code count} entries, {@code traceOffsets} has
 * {@code traces + 1} and {@code traceOrdinals} {@code traces}.
 */
final class TraceOrder {

  private final HeadState state;
  final int[] rows;
  final int[] depths;
  final int[] traceOffsets;
  final int[] traceOrdinals;
  int count;
  int traces;

  private TraceOrder(HeadState state, int capacity, int traceCapacity) {
    this.state = state;
    this.rows = new int[capacity];
    this.depths = new int[capacity];
    this.traceOffsets = new int[traceCapacity + 1];
    this.traceOrdinals = new int[traceCapacity];
  }

  /** The order of all rows. */
  static TraceOrder of(HeadState state) {
    int traces = state.traces();
    int[] ordinals = new int[traces];
    Arrays.setAll(ordinals, i -> i);
    long[][] high = state.traceIdHigh();
    long[][] low = state.traceIdLow();
    IntSort.sort(
        ordinals,
        0,
        traces,
        (a, b) -> {
          int byHigh = Long.compareUnsigned(LongPages.at(high, a), LongPages.at(high, b));
          return byHigh != 0
              ? byHigh
              : Long.compareUnsigned(LongPages.at(low, a), LongPages.at(low, b));
        });
    int[] places = new int[traces];
    for (int place = 0; place < traces; place++) {
      places[ordinals[place]] = place;
    }
    int spans = state.spans();
    int[][] traceOf = state.traceOf();
    int[] offsets = new int[traces + 1];
    for (int row = 0; row < spans; row++) {
      offsets[places[IntPages.at(traceOf, row)] + 1]++;
    }
    for (int place = 0; place < traces; place++) {
      offsets[place + 1] += offsets[place];
    }
    int[] next = Arrays.copyOf(offsets, traces);
    int[] byTrace = new int[spans];
    for (int row = 0; row < spans; row++) {
      byTrace[next[places[IntPages.at(traceOf, row)]]++] = row;
    }
    return of(state, byTrace, offsets, ordinals);
  }

  /** The order of the rows of one trace. */
  static TraceOrder ofTrace(HeadState state, int ordinal) {
    int[][] traceOf = state.traceOf();
    int[] found = new int[16];
    int count = 0;
    for (int row = 0; row < state.spans(); row++) {
      if (IntPages.at(traceOf, row) == ordinal) {
        if (count == found.length) {
          found = Arrays.copyOf(found, 2 * count);
        }
        found[count++] = row;
      }
    }
    return of(state, found, new int[] {0, count}, new int[] {ordinal});
  }

  /**
   * Orders rows that are grouped by trace.
   *
   * @param byTrace the rows, given away
   * @param offsets where each trace begins, and the end of the last; given away
   * @param ordinals the traces by id
   */
  private static TraceOrder of(HeadState state, int[] byTrace, int[] offsets, int[] ordinals) {
    try {
      SpanOrder.sort(byTrace, offsets, new Keys(state), new HeadContents(state));
    } catch (IOException e) {
      throw new UncheckedIOException("what a head holds needs no reading", e);
    }
    TraceOrder order = new TraceOrder(state, offsets[ordinals.length], ordinals.length);
    TreeOrder tree = new TreeOrder();
    for (int place = 0; place < ordinals.length; place++) {
      order.addTrace(tree, ordinals[place], byTrace, offsets[place], offsets[place + 1]);
    }
    return order;
  }

  /** The id of the trace at {@code index} of the order. */
  TraceId id(int index) {
    int ordinal = traceOrdinals[index];
    return new TraceId(
        LongPages.at(state.traceIdHigh(), ordinal), LongPages.at(state.traceIdLow(), ordinal));
  }

  /** What rows of a head are ordered by. */
  private record Keys(HeadState state) implements SpanOrder.Keys {

    @Override
    public long start(int row) {
      return LongPages.at(state.start(), row);
    }

    @Override
    public long id(int row) {
      return LongPages.at(state.spanId(), row);
    }

    @Override
    public int kind(int row) {
      return IntPages.at(state.kind(), row);
    }

    @Override
    public long duration(int row) {
      return LongPages.at(state.duration(), row);
    }
  }

  private void addTrace(TreeOrder tree, int ordinal, int[] traceRows, int from, int to) {
    if (from == to) {
      return; // its only request failed
    }
    tree.clear();
    for (int i = from; i < to; i++) {
      int row = traceRows[i];
      tree.add(
          LongPages.at(state.spanId(), row),
          IntPages.at(state.kind(), row),
          LongPages.at(state.parentSpanId(), row));
    }
    tree.order();
    for (int i = 0; i < to - from; i++) {
      rows[count] = traceRows[from + tree.position(i)];
      depths[count] = tree.depth(i);
      count++;
    }
    traceOrdinals[traces++] = ordinal;
    traceOffsets[traces] = count;
  }
}
