package io.tempo4j.query.stitch;

import io.tempo4j.collect.Growth;
import io.tempo4j.collect.SpanOrder;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
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
    this.groups = found.groups;
    this.rows = new GatheredColumns.Rows(found.tables, found.rows);
    this.depths = found.depths;
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
   * @param partsOf the parts of each trace, at least one
   */
  static StitchedTraces of(
      SortedMap<TraceId, List<TraceParts.Part>> partsOf,
      GatheredColumns.Reading reading,
      TreeOrder order)
      throws IOException {
    Spans spans = new Spans(partsOf);
    spans.order(order);
    return new StitchedTraces(spans, reading);
  }

  /** The spans of traces in their order, and where each comes from. */
  private static final class Spans implements SpanOrder.Keys, SpanOrder.Contents {
    private final List<TraceId> ids;
    private final Map<GroupView, Integer> numbers = new LinkedHashMap<>();
    private final List<GroupView> groups = new ArrayList<>();
    private final List<Keyed> columns = new ArrayList<>();
    private final int[] offsets;
    private int[] tables = new int[64];
    private int[] rows = new int[64];
    private int[] depths = new int[0];
    private int count;

    /** The columns of a row group that its spans are ordered by. */
    @SuppressWarnings("ArrayRecordComponent") // the shared arrays of columns
    private record Keyed(long[] ids, long[] starts, long[] durations, int[] kinds) {}

    /** All spans of the parts, those that are there twice included, in the order of the parts. */
    Spans(SortedMap<TraceId, List<TraceParts.Part>> partsOf) throws IOException {
      ids = List.copyOf(partsOf.keySet());
      offsets = new int[ids.size() + 1];
      int trace = 0;
      for (List<TraceParts.Part> parts : partsOf.values()) {
        for (TraceParts.Part part : parts) {
          add(part);
        }
        offsets[++trace] = count;
      }
    }

    private void add(TraceParts.Part part) throws IOException {
      GroupView group = part.group();
      Integer known = numbers.putIfAbsent(group, groups.size());
      int number = known == null ? groups.size() : known;
      if (known == null) {
        groups.add(group);
        columns.add(
            new Keyed(
                group.spans().longs(Fields.SPAN_ID),
                group.spans().longs(Fields.SPAN_START),
                group.spans().longs(Fields.SPAN_DURATION),
                group.spans().ints(Fields.SPAN_KIND)));
      }
      int from = group.traceOffsets()[part.traceRow()];
      int to = group.traceOffsets()[part.traceRow() + 1];
      int more = Math.addExact(count, to - from);
      if (more > rows.length) {
        tables = Arrays.copyOf(tables, Growth.next(rows.length, more));
        rows = Arrays.copyOf(rows, tables.length);
      }
      for (int row = from; row < to; row++) {
        tables[count] = number;
        rows[count++] = row;
      }
    }

    /** Puts them in the order of a block. */
    void order(TreeOrder tree) throws IOException {
      int[] spans = new int[count];
      Arrays.setAll(spans, span -> span);
      SpanOrder.sort(spans, offsets, this, this);
      count = offsets[ids.size()];
      int[] orderedTables = new int[count];
      int[] orderedRows = new int[count];
      depths = new int[count];
      for (int trace = 0; trace < ids.size(); trace++) {
        int from = offsets[trace];
        int to = offsets[trace + 1];
        tree.clear();
        for (int i = from; i < to; i++) {
          int span = spans[i];
          tree.add(id(span), kind(span), groups.get(tables[span]).parentId(rows[span]));
        }
        tree.order();
        for (int i = 0; i < to - from; i++) {
          int span = spans[from + tree.position(i)];
          orderedTables[from + i] = tables[span];
          orderedRows[from + i] = rows[span];
          depths[from + i] = tree.depth(i);
        }
      }
      tables = orderedTables;
      rows = orderedRows;
    }

    @Override
    public long start(int span) {
      return columns.get(tables[span]).starts()[rows[span]];
    }

    @Override
    public long id(int span) {
      return columns.get(tables[span]).ids()[rows[span]];
    }

    @Override
    public int kind(int span) {
      return columns.get(tables[span]).kinds()[rows[span]];
    }

    @Override
    public long duration(int span) {
      return columns.get(tables[span]).durations()[rows[span]];
    }

    /** Row group by row group, since each decodes its columns for some rows at once. */
    @Override
    public long[] digests(int[] spans) throws IOException {
      Map<Integer, List<Integer>> byTable = new LinkedHashMap<>();
      for (int i = 0; i < spans.length; i++) {
        byTable.computeIfAbsent(tables[spans[i]], table -> new ArrayList<>()).add(i);
      }
      long[] digests = new long[2 * spans.length];
      for (Map.Entry<Integer, List<Integer>> some : byTable.entrySet()) {
        List<Integer> indexes = some.getValue();
        indexes.sort(Comparator.comparing(i -> rows[spans[i]]));
        int[] ofGroup = indexes.stream().mapToInt(i -> rows[spans[i]]).toArray();
        long[] found = groups.get(some.getKey()).digests(ofGroup);
        for (int i = 0; i < ofGroup.length; i++) {
          digests[2 * indexes.get(i)] = found[2 * i];
          digests[2 * indexes.get(i) + 1] = found[2 * i + 1];
        }
      }
      return digests;
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
