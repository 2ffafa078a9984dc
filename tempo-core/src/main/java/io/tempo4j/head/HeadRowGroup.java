package io.tempo4j.head;

import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.Fields;
import io.tempo4j.column.IntColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanTree;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A run of traces of a head, in the order of a block. */
final class HeadRowGroup implements RowGroup {

  private final HeadState state;
  private final ViewHoldings holdings;
  private final int[] rows;
  private final int[] depths;
  private final int[] traceOffsets;
  private final int[] traceOrdinals;
  private final int[] eventOffsets;
  private final int[] linkOffsets;
  private final TupleView traceTable;
  private final TupleView spanTable;
  private final TupleView eventTable;
  private final TupleView linkTable;
  private int @Nullable [] parentRows;

  /** The traces {@code fromTrace .. toTrace} of {@code order}. */
  HeadRowGroup(
      HeadState state, TraceOrder order, int fromTrace, int toTrace, ViewHoldings holdings) {
    this(
        state,
        holdings,
        Arrays.copyOfRange(order.rows, order.traceOffsets[fromTrace], order.traceOffsets[toTrace]),
        Arrays.copyOfRange(
            order.depths, order.traceOffsets[fromTrace], order.traceOffsets[toTrace]),
        Arrays.copyOfRange(order.traceOrdinals, fromTrace, toTrace),
        Arrays.copyOfRange(order.traceOffsets, fromTrace, toTrace + 1));
    int first = traceOffsets[0];
    for (int i = 0; i < traceOffsets.length; i++) {
      traceOffsets[i] -= first;
    }
  }

  /** Rows of any traces, each as if it had no parent here: for reading what they contain. */
  static HeadRowGroup loose(HeadState state, int[] rows) {
    return new HeadRowGroup(
        state, ViewHoldings.uncounted(), rows, new int[rows.length], new int[0], new int[] {0});
  }

  private HeadRowGroup(
      HeadState state,
      ViewHoldings holdings,
      int[] rows,
      int[] depths,
      int[] traceOrdinals,
      int[] traceOffsets) {
    this.state = state;
    this.holdings = holdings;
    this.rows = rows;
    this.depths = depths;
    this.traceOrdinals = traceOrdinals;
    this.traceOffsets = traceOffsets;
    this.eventOffsets = childOffsets(state.eventStart());
    this.linkOffsets = childOffsets(state.linkStart());
    int[] eventRows = childRows(state.eventStart(), eventOffsets);
    int[] linkRows = childRows(state.linkStart(), linkOffsets);
    this.traceTable = traceTable();
    this.spanTable = spanTable();
    this.eventTable = eventTable(eventRows);
    this.linkTable = linkTable(linkRows);
  }

  @Override
  public ColumnSet table(Table table) {
    return switch (table) {
      case TRACE -> traceTable;
      case SPAN -> spanTable;
      case EVENT -> eventTable;
      case LINK -> linkTable;
      case RESOURCE, SCOPE ->
          throw new IllegalArgumentException(table + " belongs to the source, not to a row group");
    };
  }

  @Override
  public int[] traceOffsets() {
    return traceOffsets;
  }

  @Override
  public int[] eventOffsets() {
    return eventOffsets;
  }

  @Override
  public int[] linkOffsets() {
    return linkOffsets;
  }

  @Override
  public synchronized int[] parentRows() {
    if (parentRows == null) {
      parentRows = SpanTree.parentRows(depths, depths.length);
    }
    return parentRows;
  }

  private int[] childOffsets(int[][] childStart) {
    int[] offsets = new int[rows.length + 1];
    for (int i = 0; i < rows.length; i++) {
      int row = rows[i];
      offsets[i + 1] = offsets[i] + IntPages.at(childStart, row + 1) - IntPages.at(childStart, row);
    }
    return offsets;
  }

  private int[] childRows(int[][] childStart, int[] offsets) {
    int[] children = new int[offsets[rows.length]];
    for (int i = 0; i < rows.length; i++) {
      int child = IntPages.at(childStart, rows[i]);
      for (int at = offsets[i]; at < offsets[i + 1]; at++) {
        children[at] = child++;
      }
    }
    return children;
  }

  private TupleView traceTable() {
    int traces = traceOrdinals.length;
    return new TupleView(NO_TUPLES, state.dictionary(), new int[traces], traces, holdings)
        .with(Fields.TRACE_ID_HIGH, () -> longs(state.traceIdHigh(), traceOrdinals))
        .with(Fields.TRACE_ID_LOW, () -> longs(state.traceIdLow(), traceOrdinals))
        .with(Fields.TRACE_START, this::traceStarts)
        .with(Fields.TRACE_END, this::traceEnds);
  }

  private static final TupleState NO_TUPLES =
      new TupleState(
          0,
          new int[0][],
          new int[0][],
          new long[0][],
          1,
          new int[] {0},
          new int[] {-1},
          new int[] {0},
          0,
          new io.tempo4j.column.ColumnKey[0]);

  private TupleView spanTable() {
    return new TupleView(state.spanTuples(), state.dictionary(), rows, rows.length, holdings)
        .with(Fields.SPAN_ID, () -> longs(state.spanId(), rows))
        .with(Fields.SPAN_NAME, () -> strings(state.name(), rows))
        .with(Fields.SPAN_KIND, () -> ints(state.kind(), rows))
        .with(Fields.SPAN_STATUS, () -> ints(state.status(), rows))
        .with(Fields.SPAN_START, () -> longs(state.start(), rows))
        .with(Fields.SPAN_DURATION, () -> longs(state.duration(), rows))
        .with(Fields.SPAN_DEPTH, () -> new IntColumn(depths, depths.length, null))
        .with(Fields.SPAN_RESOURCE, () -> ints(state.resource(), rows))
        .with(Fields.SPAN_SCOPE, () -> ints(state.scope(), rows))
        .with(Fields.SPAN_FLAGS, () -> ints(state.flags(), rows))
        .with(Fields.SPAN_PARENT_ID, this::topParentIds);
  }

  private TupleView eventTable(int[] eventRows) {
    return new TupleView(
            state.eventTuples(), state.dictionary(), eventRows, eventRows.length, holdings)
        .with(Fields.EVENT_TIME, () -> eventTimes(eventRows))
        .with(Fields.EVENT_NAME, () -> strings(state.eventName(), eventRows));
  }

  private TupleView linkTable(int[] linkRows) {
    return new TupleView(
            state.linkTuples(), state.dictionary(), linkRows, linkRows.length, holdings)
        .with(Fields.LINK_TRACE_ID_HIGH, () -> longs(state.linkTraceIdHigh(), linkRows))
        .with(Fields.LINK_TRACE_ID_LOW, () -> longs(state.linkTraceIdLow(), linkRows))
        .with(Fields.LINK_SPAN_ID, () -> longs(state.linkSpanId(), linkRows));
  }

  private static LongColumn longs(long[][] source, int[] rows) {
    long[] values = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      values[i] = LongPages.at(source, rows[i]);
    }
    return new LongColumn(values, values.length, null);
  }

  private static IntColumn ints(int[][] source, int[] rows) {
    int[] values = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      values[i] = IntPages.at(source, rows[i]);
    }
    return new IntColumn(values, values.length, null);
  }

  private StringColumn strings(int[][] source, int[] rows) {
    IntColumn codes = ints(source, rows);
    return new StringColumn(codes.values(), state.dictionary(), codes.size(), null);
  }

  private LongColumn topParentIds() {
    int tops = 0;
    for (int depth : depths) {
      tops += depth == 0 ? 1 : 0;
    }
    int[] topRows = new int[tops];
    long[] ids = new long[tops];
    int at = 0;
    for (int i = 0; i < rows.length; i++) {
      if (depths[i] == 0) {
        topRows[at] = i;
        ids[at++] = LongPages.at(state.parentSpanId(), rows[i]);
      }
    }
    return new LongColumn(ids, tops, tops == rows.length ? null : topRows);
  }

  private LongColumn eventTimes(int[] eventRows) {
    long[] times = new long[eventRows.length];
    for (int i = 0; i < rows.length; i++) {
      long start = LongPages.at(state.start(), rows[i]);
      for (int event = eventOffsets[i]; event < eventOffsets[i + 1]; event++) {
        times[event] = LongPages.at(state.eventTime(), eventRows[event]) - start;
      }
    }
    return new LongColumn(times, times.length, null);
  }

  private LongColumn traceStarts() {
    long[] starts = new long[traceOrdinals.length];
    for (int trace = 0; trace < starts.length; trace++) {
      long earliest = -1L; // unsigned maximum
      for (int i = traceOffsets[trace]; i < traceOffsets[trace + 1]; i++) {
        long start = LongPages.at(state.start(), rows[i]);
        if (Long.compareUnsigned(start, earliest) < 0) {
          earliest = start;
        }
      }
      starts[trace] = earliest;
    }
    return new LongColumn(starts, starts.length, null);
  }

  private LongColumn traceEnds() {
    long[] ends = new long[traceOrdinals.length];
    for (int trace = 0; trace < ends.length; trace++) {
      long latest = 0;
      for (int i = traceOffsets[trace]; i < traceOffsets[trace + 1]; i++) {
        long start = LongPages.at(state.start(), rows[i]);
        long end = start + LongPages.at(state.duration(), rows[i]);
        long effective = Long.compareUnsigned(end, start) < 0 ? start : end;
        if (Long.compareUnsigned(effective, latest) > 0) {
          latest = effective;
        }
      }
      ends[trace] = latest;
    }
    return new LongColumn(ends, ends.length, null);
  }
}
