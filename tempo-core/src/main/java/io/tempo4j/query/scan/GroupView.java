package io.tempo4j.query.scan;

import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnValue;
import io.tempo4j.column.Fields;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.Table;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.column.digest.SpanDigests;
import io.tempo4j.model.TraceId;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One row group as one query sees it, with what is derived of its rows. Not thread-safe. */
public final class GroupView implements Extent, SpanDigests.Tables {

  private final SourceView source;
  private final int index;
  private final RowGroup group;
  private final TableView traces;
  private final TableView spans;
  private final TableView events;
  private final TableView links;
  private int @Nullable [] traceOffsets;
  private int @Nullable [] eventOffsets;
  private int @Nullable [] linkOffsets;
  private int @Nullable [] parentRows;
  private int @Nullable [] rootRows;
  private int @Nullable [] childCounts;
  private @Nullable NestedSets nestedSets;
  private @Nullable Selection connected;
  private boolean hasConnected;
  private @Nullable Required required;

  /** The columns of spans that every result needs. */
  @SuppressWarnings("ArrayRecordComponent") // the shared arrays of columns
  public record Required(
      long[] ids, long[] starts, long[] durations, int[] kinds, int[] statuses, int[] resources) {}

  public GroupView(SourceView source, int index, RowGroup group, ReadTally tally) {
    this.source = source;
    this.index = index;
    this.group = group;
    traces = new TableView(Table.TRACE, group.table(Table.TRACE), tally);
    spans = new TableView(Table.SPAN, group.table(Table.SPAN), tally);
    events = new TableView(Table.EVENT, group.table(Table.EVENT), tally);
    links = new TableView(Table.LINK, group.table(Table.LINK), tally);
  }

  public SourceView source() {
    return source;
  }

  public int index() {
    return index;
  }

  public TableView traces() {
    return traces;
  }

  public TableView spans() {
    return spans;
  }

  @Override
  public TableView table(Table table) {
    return switch (table) {
      case TRACE -> traces;
      case SPAN -> spans;
      case EVENT -> events;
      case LINK -> links;
      case RESOURCE, SCOPE -> source.table(table);
    };
  }

  @Override
  public @Nullable ZoneMap zone(ColumnKey key) {
    return table(key.table()).zone(key);
  }

  @Override
  public boolean hasRows(Table table) {
    return table(table).rowCount() > 0;
  }

  @Override
  public Selection owners(Table table, String key, @Nullable ValueTest test) throws IOException {
    return source.owners(table, key, test);
  }

  @Override
  public boolean mayContain(ColumnValue value) throws IOException {
    return source.groupsOf(value).get(index);
  }

  @Override
  public boolean mayContain(TraceId id) throws IOException {
    return source.source().findTrace(id) == index;
  }

  public Required required() throws IOException {
    if (required == null) {
      required =
          new Required(
              spans.longs(Fields.SPAN_ID),
              spans.longs(Fields.SPAN_START),
              spans.longs(Fields.SPAN_DURATION),
              spans.ints(Fields.SPAN_KIND),
              spans.ints(Fields.SPAN_STATUS),
              spans.ints(Fields.SPAN_RESOURCE));
    }
    return required;
  }

  public int[] traceOffsets() throws IOException {
    if (traceOffsets == null) {
      traceOffsets = group.traceOffsets();
    }
    return traceOffsets;
  }

  @Override
  public int[] childOffsets(Table table) throws IOException {
    if (table == Table.EVENT) {
      if (eventOffsets == null) {
        eventOffsets = group.eventOffsets();
      }
      return eventOffsets;
    }
    if (linkOffsets == null) {
      linkOffsets = group.linkOffsets();
    }
    return linkOffsets;
  }

  @Override
  public int[] parentRows() throws IOException {
    if (parentRows == null) {
      parentRows = group.parentRows();
    }
    return parentRows;
  }

  /** The id of a span's parent, whether it is here or not; 0 for a root. */
  public long parentId(int row) throws IOException {
    int parent = parentRows()[row];
    return parent >= 0
        ? spans.longs(Fields.SPAN_ID)[parent]
        : ColumnReads.longAt((LongColumn) spans.column(Fields.SPAN_PARENT_ID), row, 0);
  }

  /** The id of each span's parent, whether it is here or not; 0 for a root. */
  public long[] parentIds() throws IOException {
    long[] ids = spans.longs(Fields.SPAN_ID);
    int[] parentOf = parentRows();
    long[] parents = new long[spans.rowCount()];
    LongColumn ofTopRows = (LongColumn) spans.column(Fields.SPAN_PARENT_ID);
    for (int row = 0; row < parents.length; row++) {
      parents[row] =
          parentOf[row] >= 0 ? ids[parentOf[row]] : ColumnReads.longAt(ofTopRows, row, 0);
    }
    return parents;
  }

  public TraceId traceId(int traceRow) throws IOException {
    return new TraceId(
        traces.longs(Fields.TRACE_ID_HIGH)[traceRow], traces.longs(Fields.TRACE_ID_LOW)[traceRow]);
  }

  /** The row of trace {@code id}, or -1. */
  public int traceRow(TraceId id) throws IOException {
    long[] high = traces.longs(Fields.TRACE_ID_HIGH);
    long[] low = traces.longs(Fields.TRACE_ID_LOW);
    int from = 0;
    int to = traces.rowCount() - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      int compared = Long.compareUnsigned(high[middle], id.high());
      if (compared == 0) {
        compared = Long.compareUnsigned(low[middle], id.low());
      }
      if (compared < 0) {
        from = middle + 1;
      } else if (compared > 0) {
        to = middle - 1;
      } else {
        return middle;
      }
    }
    return -1;
  }

  /** The trace row of a span row. */
  public int traceOf(int spanRow) throws IOException {
    int found = Arrays.binarySearch(traceOffsets(), 0, traces.rowCount() + 1, spanRow);
    return found >= 0 ? found : -found - 2;
  }

  /**
   * The row of each trace's root, the first by start among the spans without a parent id; -1 where
   * there is none.
   */
  public int[] rootRows() throws IOException {
    if (rootRows != null) {
      return rootRows;
    }
    int[] roots = new int[traces.rowCount()];
    Arrays.fill(roots, -1);
    Column parents = spans.column(Fields.SPAN_PARENT_ID);
    if (parents instanceof LongColumn ids) {
      long[] starts = spans.longs(Fields.SPAN_START);
      long[] spanIds = spans.longs(Fields.SPAN_ID);
      int[] offsets = traceOffsets();
      int trace = 0;
      for (int i = 0; i < ids.size(); i++) {
        if (ids.values()[i] != 0) {
          continue;
        }
        int row = ids.row(i);
        while (offsets[trace + 1] <= row) {
          trace++;
        }
        int best = roots[trace];
        if (best < 0 || isBefore(starts, spanIds, row, best)) {
          roots[trace] = row;
        }
      }
    }
    rootRows = roots;
    return roots;
  }

  private static boolean isBefore(long[] starts, long[] ids, int row, int other) {
    int byStart = Long.compareUnsigned(starts[row], starts[other]);
    return byStart < 0 || (byStart == 0 && Long.compareUnsigned(ids[row], ids[other]) < 0);
  }

  /** Number of direct children of each span. */
  public int[] childCounts() throws IOException {
    if (childCounts == null) {
      int[] counts = new int[spans.rowCount()];
      int[] parents = parentRows();
      for (int row = 0; row < counts.length; row++) {
        if (parents[row] >= 0) {
          counts[parents[row]]++;
        }
      }
      childCounts = counts;
    }
    return childCounts;
  }

  public NestedSets nestedSets() throws IOException {
    if (nestedSets == null) {
      nestedSets = NestedSets.of(this);
    }
    return nestedSets;
  }

  /**
   * The spans that are connected to a root: those below a span without a parent id, and that span;
   * null if all are.
   */
  public @Nullable Selection connected() throws IOException {
    if (!hasConnected) {
      connected = findConnected();
      hasConnected = true;
    }
    return connected;
  }

  private @Nullable Selection findConnected() throws IOException {
    Column parents = spans.column(Fields.SPAN_PARENT_ID);
    if (!(parents instanceof LongColumn ids)) {
      return Selection.none(spans.rowCount());
    }
    Selection rows = Selection.none(spans.rowCount());
    boolean areAll = true;
    for (int i = 0; i < ids.size(); i++) {
      if (ids.values()[i] == 0) {
        int end = i + 1 < ids.size() ? ids.row(i + 1) : spans.rowCount();
        rows.addRange(ids.row(i), end);
      } else {
        areAll = false;
      }
    }
    return areAll ? null : rows;
  }

  /** The {@linkplain SpanDigests digests} of some spans, by rows that ascend strictly. */
  public long[] digests(int[] rows) throws IOException {
    long[] digests = SpanDigests.of(this, rows);
    for (Table table : Table.values()) {
      table(table).letGoOfFew();
    }
    return digests;
  }

  /** Lets go of all columns and what was derived of them; they are read again if asked for. */
  public void release() {
    traces.release();
    spans.release();
    events.release();
    links.release();
    traceOffsets = null;
    eventOffsets = null;
    linkOffsets = null;
    parentRows = null;
    rootRows = null;
    childCounts = null;
    nestedSets = null;
    connected = null;
    hasConnected = false;
    required = null;
  }

  /** Duration of the part of the trace that lies here, nanoseconds; at most Long.MAX_VALUE. */
  public long traceDuration(int traceRow) throws IOException {
    return duration(
        traces.longs(Fields.TRACE_START)[traceRow], traces.longs(Fields.TRACE_END)[traceRow]);
  }

  /** {@code end - start} of unsigned moments; 0 if it ended before it started. */
  public static long duration(long start, long end) {
    if (Long.compareUnsigned(end, start) <= 0) {
      return 0;
    }
    long duration = end - start;
    return duration < 0 ? Long.MAX_VALUE : duration;
  }
}
