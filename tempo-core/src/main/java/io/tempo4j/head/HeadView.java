package io.tempo4j.head;

import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.ColumnValue;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.model.TraceId;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** The spans of a head at one moment, sorted as in a block. */
final class HeadView implements SpanSource {

  /** Bytes of texts from which on a row group takes no further trace. */
  private static final long GROUP_TEXT_BYTES = 8 << 20;

  // orders, offsets and parents of spans and traces, in the view and in its row groups
  private static final int BYTES_PER_SPAN = 36;
  private static final int BYTES_PER_TRACE = 16;

  private final String name;
  private final HeadState state;
  private final TraceOrder order;
  private final int[] groupEnds;
  private final List<RowGroup> rowGroups;
  private final ViewHoldings holdings;
  private final TupleView resources;
  private final TupleView scopes;

  private HeadView(
      String name, HeadState state, TraceOrder order, int spansPerGroup, ViewHoldings holdings) {
    this(name, state, order, groupEnds(state, order, spansPerGroup), new ArrayList<>(), holdings);
    for (int group = 0; group < groupEnds.length; group++) {
      rowGroups.add(rowGroup(state, order, groupEnds, group, holdings));
    }
  }

  private HeadView(
      String name,
      HeadState state,
      TraceOrder order,
      int[] groupEnds,
      List<RowGroup> groups,
      ViewHoldings holdings) {
    this.name = name;
    this.state = state;
    this.order = order;
    this.groupEnds = groupEnds;
    this.rowGroups = groups;
    this.holdings = holdings;
    this.resources = allRows(state, state.resourceTuples(), holdings);
    this.scopes = allRows(state, state.scopeTuples(), holdings);
    holdings.hold(BYTES_PER_SPAN * (long) state.spans() + BYTES_PER_TRACE * (long) state.traces());
  }

  /** A view that keeps of the columns that are read what {@code holdings} have room for. */
  static HeadView of(String name, HeadState state, int spansPerGroup, ViewHoldings holdings) {
    return new HeadView(name, state, TraceOrder.of(state), spansPerGroup, holdings);
  }

  /** A view that makes its row groups anew whenever they are asked for, and keeps nothing. */
  static SpanSource transientOf(String name, HeadState state, int spansPerGroup) {
    TraceOrder order = TraceOrder.of(state);
    int[] ends = groupEnds(state, order, spansPerGroup);
    List<RowGroup> groups = new TransientGroups(state, order, ends);
    return new HeadView(name, state, order, ends, groups, ViewHoldings.none());
  }

  static Optional<SpanSource> ofTrace(String name, HeadState state, TraceId id) {
    for (int ordinal = 0; ordinal < state.traces(); ordinal++) {
      if (LongPages.at(state.traceIdLow(), ordinal) == id.low()
          && LongPages.at(state.traceIdHigh(), ordinal) == id.high()) {
        TraceOrder order = TraceOrder.ofTrace(state, ordinal);
        return order.count == 0
            ? Optional.empty()
            : Optional.of(
                new HeadView(name, state, order, Integer.MAX_VALUE, ViewHoldings.uncounted()));
      }
    }
    return Optional.empty();
  }

  ViewHoldings holdings() {
    return holdings;
  }

  HeadState state() {
    return state;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long minStartNanos() {
    return state.minStartNanos();
  }

  @Override
  public long maxEndNanos() {
    return state.maxEndNanos();
  }

  @Override
  public ColumnSet table(Table table) {
    return switch (table) {
      case RESOURCE -> resources;
      case SCOPE -> scopes;
      default -> throw new IllegalArgumentException(table + " belongs to a row group");
    };
  }

  @Override
  public List<RowGroup> rowGroups() {
    return rowGroups;
  }

  @Override
  public int findTrace(TraceId id) {
    int low = 0;
    int high = order.traces - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      TraceId there = order.id(middle);
      int compared = there.compareTo(id);
      if (compared == 0) {
        int group = Arrays.binarySearch(groupEnds, middle + 1);
        return group >= 0 ? group : -(group + 1);
      } else if (compared < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  @Override
  public BitSet mayContain(ColumnValue value) {
    BitSet all = new BitSet();
    all.set(0, rowGroups.size());
    return all;
  }

  private static RowGroup rowGroup(
      HeadState state, TraceOrder order, int[] ends, int group, ViewHoldings holdings) {
    return new HeadRowGroup(state, order, group == 0 ? 0 : ends[group - 1], ends[group], holdings);
  }

  /** Cuts by spans and by the bytes of texts that came with them; a trace is never split. */
  private static int[] groupEnds(HeadState state, TraceOrder order, int spansPerGroup) {
    int[] ends = new int[order.traces];
    int groups = 0;
    int start = 0;
    long bytes = 0;
    for (int trace = 0; trace < order.traces; trace++) {
      int ofTrace = IntPages.at(state.traceTextBytes(), order.traceOrdinals[trace]);
      int spans = order.traceOffsets[trace + 1] - order.traceOffsets[start];
      if (trace > start && (spans > spansPerGroup || bytes + ofTrace > GROUP_TEXT_BYTES)) {
        ends[groups++] = trace;
        start = trace;
        bytes = 0;
      }
      bytes += ofTrace;
    }
    if (order.traces > 0) {
      ends[groups++] = order.traces;
    }
    return Arrays.copyOf(ends, groups);
  }

  /** All rows of the RESOURCE or SCOPE table. */
  static TupleView allRows(HeadState state, TupleState tuples, ViewHoldings holdings) {
    int[] rows = new int[tuples.rows()];
    Arrays.setAll(rows, i -> i);
    return new TupleView(tuples, state.dictionary(), rows, rows.length, holdings);
  }

  private static final class TransientGroups extends AbstractList<RowGroup> {
    private final HeadState state;
    private final TraceOrder order;
    private final int[] ends;

    TransientGroups(HeadState state, TraceOrder order, int[] ends) {
      this.state = state;
      this.order = order;
      this.ends = ends;
    }

    @Override
    public RowGroup get(int group) {
      return rowGroup(state, order, ends, group, ViewHoldings.none());
    }

    @Override
    public int size() {
      return ends.length;
    }
  }
}
