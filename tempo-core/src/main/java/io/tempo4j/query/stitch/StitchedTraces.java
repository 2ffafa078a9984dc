package io.tempo4j.query.stitch;

import io.tempo4j.collect.TreeOrder;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.ColumnValue;
import io.tempo4j.column.Fields;
import io.tempo4j.column.IntColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.SpanTree;
import io.tempo4j.column.Table;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.scan.ColumnReads;
import io.tempo4j.query.scan.FieldScopes;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.TableView;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Traces of several parts each as a source that holds them as wholes: one row group, in the order
 * that a block would have. Belongs to one query, as the parts do; not thread-safe.
 */
final class StitchedTraces implements SpanSource, RowGroup {

  private final List<TraceId> ids;
  private final int[] traceOffsets;
  private final GatheredColumns.Reading reading;
  private final List<GroupView> groups;
  private final GatheredColumns.Rows rows;
  private final int[] depths;
  private final GatheredColumns traces;
  private final GatheredColumns spans;
  private final Children events;
  private final Children links;
  private final GatheredColumns resources;
  private final GatheredColumns scopes;
  private final long start;
  private final long end;

  /** Events or links of the spans. */
  @SuppressWarnings("ArrayRecordComponent") // never changed after construction
  private record Children(int[] offsets, GatheredColumns columns) {}

  private StitchedTraces(Spans found, GatheredColumns.Reading reading) throws IOException {
    this.ids = found.ids;
    this.reading = reading;
    this.groups = List.copyOf(found.groups.keySet());
    this.rows =
        new GatheredColumns.Rows(
            Arrays.copyOf(found.tables, found.count), Arrays.copyOf(found.rows, found.count));
    this.depths = Arrays.copyOf(found.depths, found.count);
    this.traceOffsets = found.offsets;
    spans = new GatheredColumns(tables(Table.SPAN), rows, reading);
    resources = owners(Table.RESOURCE);
    scopes = owners(Table.SCOPE);
    spans.with(Fields.SPAN_DEPTH, new IntColumn(depths, depths.length, null));
    spans.with(Fields.SPAN_PARENT_ID, topParentIds());
    events = children(Table.EVENT);
    links = children(Table.LINK);
    long[] starts = ColumnReads.requiredLongs(spans, Fields.SPAN_START);
    long[] durations = ColumnReads.requiredLongs(spans, Fields.SPAN_DURATION);
    long[] traceStarts = new long[ids.size()];
    long[] traceEnds = new long[ids.size()];
    long first = -1; // unsigned maximum
    long last = 0;
    for (int trace = 0; trace < traceStarts.length; trace++) {
      long earliest = -1;
      long latest = 0;
      for (int i = traceOffsets[trace]; i < traceOffsets[trace + 1]; i++) {
        long spanEnd = starts[i] + durations[i];
        earliest = min(starts[i], earliest);
        latest = max(Long.compareUnsigned(spanEnd, starts[i]) < 0 ? starts[i] : spanEnd, latest);
      }
      traceStarts[trace] = earliest;
      traceEnds[trace] = latest;
      first = min(earliest, first);
      last = max(latest, last);
    }
    start = first;
    end = last;
    int[] none = new int[ids.size()];
    traces =
        new GatheredColumns(List.of(), new GatheredColumns.Rows(none, none), reading)
            .with(Fields.TRACE_ID_HIGH, column(ids.stream().mapToLong(TraceId::high).toArray()))
            .with(Fields.TRACE_ID_LOW, column(ids.stream().mapToLong(TraceId::low).toArray()))
            .with(Fields.TRACE_START, column(traceStarts))
            .with(Fields.TRACE_END, column(traceEnds));
  }

  private static long min(long one, long other) {
    return Long.compareUnsigned(one, other) < 0 ? one : other;
  }

  private static long max(long one, long other) {
    return Long.compareUnsigned(one, other) > 0 ? one : other;
  }

  private static LongColumn column(long[] values) {
    return new LongColumn(values, values.length, null);
  }

  /**
   * Puts traces together.
   *
   * @param partsOf the parts of each trace, at least one; the first by order counts where two spans
   *     that agree in id, kind and start differ in anything else
   */
  static StitchedTraces of(
      SortedMap<TraceId, List<TraceParts.Part>> partsOf,
      GatheredColumns.Reading reading,
      TreeOrder order)
      throws IOException {
    Spans spans = new Spans(List.copyOf(partsOf.keySet()));
    for (List<TraceParts.Part> parts : partsOf.values()) {
      spans.add(parts, order);
    }
    return new StitchedTraces(spans, reading);
  }

  /** The spans of traces in their order, and where each comes from. */
  private static final class Spans {
    private final List<TraceId> ids;
    private final Map<GroupView, Integer> groups = new LinkedHashMap<>();
    private final int[] offsets;
    private int added;
    private int[] tables = new int[64];
    private int[] rows = new int[64];
    private int[] depths = new int[64];
    private int count;

    Spans(List<TraceId> ids) {
      this.ids = ids;
      offsets = new int[ids.size() + 1];
    }

    void add(List<TraceParts.Part> parts, TreeOrder order) throws IOException {
      order.clear();
      int[] bases = new int[parts.size() + 1];
      for (int i = 0; i < parts.size(); i++) {
        GroupView group = parts.get(i).group();
        groups.putIfAbsent(group, groups.size());
        int from = firstRow(parts.get(i));
        int to = group.traceOffsets()[parts.get(i).traceRow() + 1];
        add(group, from, to, order);
        bases[i + 1] = bases[i] + to - from;
      }
      int more = order.order();
      ensure(Math.addExact(count, more));
      for (int i = 0; i < more; i++) {
        int found = Arrays.binarySearch(bases, order.position(i));
        int part = found >= 0 ? found : -found - 2;
        tables[count] = groups.getOrDefault(parts.get(part).group(), -1);
        rows[count] = firstRow(parts.get(part)) + order.position(i) - bases[part];
        depths[count++] = order.depth(i);
      }
      offsets[++added] = count;
    }

    private static int firstRow(TraceParts.Part part) throws IOException {
      return part.group().traceOffsets()[part.traceRow()];
    }

    private void ensure(int capacity) {
      if (capacity > rows.length) {
        int next = Math.max(capacity, 2 * rows.length);
        tables = Arrays.copyOf(tables, next);
        rows = Arrays.copyOf(rows, next);
        depths = Arrays.copyOf(depths, next);
      }
    }

    private static void add(GroupView group, int from, int to, TreeOrder order) throws IOException {
      long[] ids = group.spans().longs(Fields.SPAN_ID);
      int[] kinds = group.spans().ints(Fields.SPAN_KIND);
      long[] starts = group.spans().longs(Fields.SPAN_START);
      for (int row = from; row < to; row++) {
        order.add(ids[row], kinds[row], starts[row], group.parentId(row));
      }
    }
  }

  private List<TableView> tables(Table table) {
    return groups.stream().map(group -> group.table(table)).toList();
  }

  private LongColumn topParentIds() throws IOException {
    int[] tops = new int[depths.length];
    long[] ids = new long[depths.length];
    int count = 0;
    for (int i = 0; i < depths.length; i++) {
      if (depths[i] == 0) {
        tops[count] = i;
        ids[count++] = groups.get(rows.tables()[i]).parentId(rows.rows()[i]);
      }
    }
    return new LongColumn(ids, count, count == depths.length ? null : tops);
  }

  /**
   * The resources or scopes of the spans, each once per part; sets the column that points there.
   */
  private GatheredColumns owners(Table table) throws IOException {
    ColumnKey field = FieldScopes.ownerField(table);
    Map<Long, Integer> ordinals = new HashMap<>();
    int[] ownerOf = new int[rows.count()];
    int[] partOf = new int[rows.count()];
    int[] rowOf = new int[rows.count()];
    for (int i = 0; i < rows.count(); i++) {
      int part = rows.tables()[i];
      int owner = groups.get(part).spans().ints(field)[rows.rows()[i]];
      int next = ordinals.size();
      Integer known = ordinals.putIfAbsent((long) part << 32 | owner, next);
      if (known == null) {
        partOf[next] = part;
        rowOf[next] = owner;
      }
      ownerOf[i] = known == null ? next : known;
    }
    spans.with(field, new IntColumn(ownerOf, ownerOf.length, null));
    int count = ordinals.size();
    return new GatheredColumns(
        tables(table),
        new GatheredColumns.Rows(Arrays.copyOf(partOf, count), Arrays.copyOf(rowOf, count)),
        reading);
  }

  private Children children(Table table) throws IOException {
    int[] offsets = new int[rows.count() + 1];
    for (int i = 0; i < rows.count(); i++) {
      GroupView group = groups.get(rows.tables()[i]);
      int count = 0;
      if (group.table(table).rowCount() > 0) {
        int[] all = group.childOffsets(table);
        count = all[rows.rows()[i] + 1] - all[rows.rows()[i]];
      }
      offsets[i + 1] = Math.addExact(offsets[i], count);
    }
    int[] partOf = new int[offsets[rows.count()]];
    int[] rowOf = new int[partOf.length];
    for (int i = 0; i < rows.count(); i++) {
      GroupView group = groups.get(rows.tables()[i]);
      for (int child = offsets[i]; child < offsets[i + 1]; child++) {
        partOf[child] = rows.tables()[i];
        rowOf[child] = group.childOffsets(table)[rows.rows()[i]] + child - offsets[i];
      }
    }
    return new Children(
        offsets,
        new GatheredColumns(tables(table), new GatheredColumns.Rows(partOf, rowOf), reading));
  }

  // ---- source

  @Override
  public String name() {
    return ids.size() == 1 ? "trace " + ids.get(0) : ids.size() + " traces";
  }

  @Override
  public long minStartNanos() {
    return start;
  }

  @Override
  public long maxEndNanos() {
    return end;
  }

  @Override
  public ColumnSet table(Table table) {
    return switch (table) {
      case TRACE -> traces;
      case SPAN -> spans;
      case EVENT -> events.columns();
      case LINK -> links.columns();
      case RESOURCE -> resources;
      case SCOPE -> scopes;
    };
  }

  @Override
  public List<RowGroup> rowGroups() {
    return List.of(this);
  }

  @Override
  public int findTrace(TraceId other) {
    return ids.contains(other) ? 0 : -1;
  }

  @Override
  public BitSet mayContain(ColumnValue value) {
    BitSet all = new BitSet();
    all.set(0);
    return all;
  }

  // ---- row group

  @Override
  public int[] traceOffsets() {
    return traceOffsets;
  }

  @Override
  public int[] eventOffsets() {
    return events.offsets();
  }

  @Override
  public int[] linkOffsets() {
    return links.offsets();
  }

  @Override
  public int[] parentRows() {
    return SpanTree.parentRows(depths, depths.length);
  }
}
