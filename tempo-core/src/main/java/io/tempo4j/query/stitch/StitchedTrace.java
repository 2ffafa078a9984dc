package io.tempo4j.query.stitch;

import io.tempo4j.collect.TreeOrder;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A trace of several parts as a source that holds it as a whole: one row group of one trace, in the
 * order that a block would have. Belongs to one query, as its parts do; not thread-safe.
 */
final class StitchedTrace implements SpanSource, RowGroup {

  private final TraceId id;
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

  private StitchedTrace(TraceId id, List<GroupView> groups, GatheredColumns.Rows rows, int[] depths)
      throws IOException {
    this.id = id;
    this.groups = groups;
    this.rows = rows;
    this.depths = depths;
    spans = new GatheredColumns(tables(Table.SPAN), rows);
    resources = owners(Table.RESOURCE);
    scopes = owners(Table.SCOPE);
    spans.with(Fields.SPAN_DEPTH, new IntColumn(depths, depths.length, null));
    spans.with(Fields.SPAN_PARENT_ID, topParentIds());
    events = children(Table.EVENT);
    links = children(Table.LINK);
    long[] starts = ColumnReads.requiredLongs(spans, Fields.SPAN_START);
    long[] durations = ColumnReads.requiredLongs(spans, Fields.SPAN_DURATION);
    long earliest = -1; // unsigned maximum
    long latest = 0;
    for (int i = 0; i < rows.count(); i++) {
      long spanEnd = starts[i] + durations[i];
      long last = Long.compareUnsigned(spanEnd, starts[i]) < 0 ? starts[i] : spanEnd;
      earliest = Long.compareUnsigned(starts[i], earliest) < 0 ? starts[i] : earliest;
      latest = Long.compareUnsigned(last, latest) > 0 ? last : latest;
    }
    start = earliest;
    end = latest;
    traces =
        new GatheredColumns(List.of(), new GatheredColumns.Rows(new int[1], new int[1]))
            .with(Fields.TRACE_ID_HIGH, one(id.high()))
            .with(Fields.TRACE_ID_LOW, one(id.low()))
            .with(Fields.TRACE_START, one(start))
            .with(Fields.TRACE_END, one(end));
  }

  /**
   * Puts a trace together.
   *
   * @param parts at least one; the first by order counts where two spans that agree in id, kind and
   *     start differ in anything else
   */
  static StitchedTrace of(TraceId id, List<TraceParts.Part> parts, TreeOrder order)
      throws IOException {
    order.clear();
    List<GroupView> groups = new ArrayList<>(parts.size());
    int[] bases = new int[parts.size() + 1];
    for (int i = 0; i < parts.size(); i++) {
      GroupView group = parts.get(i).group();
      groups.add(group);
      int trace = parts.get(i).traceRow();
      int from = group.traceOffsets()[trace];
      int to = group.traceOffsets()[trace + 1];
      add(group, from, to, order);
      bases[i + 1] = bases[i] + to - from;
    }
    int count = order.order();
    int[] partOf = new int[count];
    int[] rowOf = new int[count];
    int[] depths = new int[count];
    for (int i = 0; i < count; i++) {
      int found = Arrays.binarySearch(bases, order.position(i));
      int part = found >= 0 ? found : -found - 2;
      TraceParts.Part from = parts.get(part);
      partOf[i] = part;
      rowOf[i] = from.group().traceOffsets()[from.traceRow()] + order.position(i) - bases[part];
      depths[i] = order.depth(i);
    }
    return new StitchedTrace(id, groups, new GatheredColumns.Rows(partOf, rowOf), depths);
  }

  private static void add(GroupView group, int from, int to, TreeOrder order) throws IOException {
    long[] ids = group.spans().longs(Fields.SPAN_ID);
    int[] kinds = group.spans().ints(Fields.SPAN_KIND);
    long[] starts = group.spans().longs(Fields.SPAN_START);
    for (int row = from; row < to; row++) {
      order.add(ids[row], kinds[row], starts[row], group.parentId(row));
    }
  }

  private List<TableView> tables(Table table) {
    return groups.stream().map(group -> group.table(table)).toList();
  }

  private static LongColumn one(long value) {
    return new LongColumn(new long[] {value}, 1, null);
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
        new GatheredColumns.Rows(Arrays.copyOf(partOf, count), Arrays.copyOf(rowOf, count)));
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
        offsets, new GatheredColumns(tables(table), new GatheredColumns.Rows(partOf, rowOf)));
  }

  // ---- source

  @Override
  public String name() {
    return "trace " + id;
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
    return id.equals(other) ? 0 : -1;
  }

  @Override
  public BitSet mayContain(ColumnKey key, byte[] value) {
    BitSet all = new BitSet();
    all.set(0);
    return all;
  }

  // ---- row group

  @Override
  public int[] traceOffsets() {
    return new int[] {0, rows.count()};
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
