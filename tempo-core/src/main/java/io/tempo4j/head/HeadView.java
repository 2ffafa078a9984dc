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

  private final String name;
  private final HeadState state;
  private final TraceOrder order;
  private final int[] groupEnds;
  private final List<RowGroup> rowGroups;
  private final TupleView resources;
  private final TupleView scopes;

  private HeadView(String name, HeadState state, TraceOrder order, int spansPerGroup) {
    this(name, state, order, groupEnds(order, spansPerGroup), new ArrayList<>());
    for (int group = 0; group < groupEnds.length; group++) {
      rowGroups.add(rowGroup(group));
    }
  }

  private HeadView(
      String name, HeadState state, TraceOrder order, int[] groupEnds, List<RowGroup> groups) {
    this.name = name;
    this.state = state;
    this.order = order;
    this.groupEnds = groupEnds;
    this.rowGroups = groups;
    this.resources = allRows(state, state.resourceTuples());
    this.scopes = allRows(state, state.scopeTuples());
  }

  static HeadView of(String name, HeadState state, int spansPerGroup) {
    return new HeadView(name, state, TraceOrder.of(state), spansPerGroup);
  }

  /** A view that makes its row groups anew whenever they are asked for. */
  static SpanSource transientOf(String name, HeadState state, int spansPerGroup) {
    TraceOrder order = TraceOrder.of(state);
    int[] ends = groupEnds(order, spansPerGroup);
    return new HeadView(name, state, order, ends, new TransientGroups(state, order, ends));
  }

  static Optional<SpanSource> ofTrace(String name, HeadState state, TraceId id) {
    for (int ordinal = 0; ordinal < state.traces(); ordinal++) {
      if (LongPages.at(state.traceIdLow(), ordinal) == id.low()
          && LongPages.at(state.traceIdHigh(), ordinal) == id.high()) {
        TraceOrder order = TraceOrder.ofTrace(state, ordinal);
        return order.count == 0
            ? Optional.empty()
            : Optional.of(new HeadView(name, state, order, Integer.MAX_VALUE));
      }
    }
    return Optional.empty();
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

  private RowGroup rowGroup(int group) {
    return rowGroup(state, order, groupEnds, group);
  }

  private static RowGroup rowGroup(HeadState state, TraceOrder order, int[] ends, int group) {
    return new HeadRowGroup(state, order, group == 0 ? 0 : ends[group - 1], ends[group]);
  }

  private static int[] groupEnds(TraceOrder order, int spansPerGroup) {
    int[] ends = new int[order.traces];
    int groups = 0;
    int start = 0;
    for (int trace = 1; trace <= order.traces; trace++) {
      boolean last = trace == order.traces;
      boolean full =
          last || order.traceOffsets[trace + 1] - order.traceOffsets[start] > spansPerGroup;
      if (full) {
        ends[groups++] = trace;
        start = trace;
      }
    }
    return Arrays.copyOf(ends, groups);
  }

  /** All rows of the RESOURCE or SCOPE table. */
  static TupleView allRows(HeadState state, TupleState tuples) {
    int[] rows = new int[tuples.rows()];
    Arrays.setAll(rows, i -> i);
    return new TupleView(tuples, state.dictionary(), rows, rows.length);
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
      return rowGroup(state, order, ends, group);
    }

    @Override
    public int size() {
      return ends.length;
    }
  }
}
