package io.tempo4j.head;

import io.tempo4j.collect.IntSort;
import io.tempo4j.collect.TreeOrder;
import io.tempo4j.model.TraceId;
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

  private final TreeOrder tree = new TreeOrder();

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
    int[][] traceOf = state.traceOf();
    for (int row = 0; row < spans; row++) {
      ends[IntPages.at(traceOf, row) + 1]++;
    }
    for (int trace = 0; trace < traces; trace++) {
      ends[trace + 1] += ends[trace];
    }
    int[] starts = Arrays.copyOf(ends, traces);
    int[] byTrace = new int[spans];
    for (int row = 0; row < spans; row++) {
      byTrace[starts[IntPages.at(traceOf, row)]++] = row;
    }
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
    TraceOrder order = new TraceOrder(state, spans, traces);
    for (int ordinal : ordinals) {
      order.addTrace(ordinal, byTrace, ends[ordinal], ends[ordinal + 1]);
    }
    return order;
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
    TraceOrder order = new TraceOrder(state, count, 1);
    order.addTrace(ordinal, found, 0, count);
    return order;
  }

  /** The id of the trace at {@code index} of the order. */
  TraceId id(int index) {
    int ordinal = traceOrdinals[index];
    return new TraceId(
        LongPages.at(state.traceIdHigh(), ordinal), LongPages.at(state.traceIdLow(), ordinal));
  }

  private void addTrace(int ordinal, int[] traceRows, int from, int to) {
    if (from == to) {
      return; // its only request failed
    }
    tree.clear();
    for (int i = from; i < to; i++) {
      int row = traceRows[i];
      tree.add(
          LongPages.at(state.spanId(), row),
          IntPages.at(state.kind(), row),
          LongPages.at(state.start(), row),
          LongPages.at(state.parentSpanId(), row));
    }
    int spans = tree.order();
    for (int i = 0; i < spans; i++) {
      rows[count] = traceRows[from + tree.position(i)];
      depths[count] = tree.depth(i);
      count++;
    }
    traceOrdinals[traces++] = ordinal;
    traceOffsets[traces] = count;
  }
}
