package io.tempo4j.query.oracle;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.ColumnValue;
import io.tempo4j.column.Fields;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.model.TraceId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A source that is built from plain spans in the most obvious way. */
public final class ListSource implements SpanSource {

  /** How a source is laid out; queries must not notice. */
  public record Layout(int tracesPerGroup, int maxAttributeColumns, TestColumns.Strings strings) {
    public static final Layout BLOCK = new Layout(8, 1000, TestColumns.Strings.SORTED);
  }

  private final String name;
  private final List<Group> groups = new ArrayList<>();
  private final TestColumns resources = new TestColumns();
  private final TestColumns scopes = new TestColumns();
  private final Map<List<Object>, Integer> resourceRows = new LinkedHashMap<>();
  private final Map<List<Object>, Integer> scopeRows = new LinkedHashMap<>();
  private final Set<ColumnKey> attributeColumns = new HashSet<>();
  private final Layout layout;
  private long minStart = -1;
  private long maxEnd;

  public ListSource(String name, Collection<PlainSpan> spans, Layout layout) {
    this.name = name;
    this.layout = layout;
    Map<TraceId, List<PlainSpan>> traces = new TreeMap<>();
    for (PlainSpan span : spans) {
      traces.computeIfAbsent(span.traceId(), id -> new ArrayList<>()).add(span);
      if (Long.compareUnsigned(span.start(), minStart) < 0) {
        minStart = span.start();
      }
      if (Long.compareUnsigned(span.lastMoment(), maxEnd) > 0) {
        maxEnd = span.lastMoment();
      }
    }
    Group group = null;
    for (Map.Entry<TraceId, List<PlainSpan>> trace : traces.entrySet()) {
      if (group == null || group.traces.rowCount() == layout.tracesPerGroup) {
        group = new Group();
        groups.add(group);
      }
      group.add(trace.getKey(), trace.getValue());
    }
    groups.forEach(Group::seal);
    resources.seal(layout.strings);
    scopes.seal(layout.strings);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long minStartNanos() {
    return minStart;
  }

  @Override
  public long maxEndNanos() {
    return maxEnd;
  }

  @Override
  public ColumnSet table(Table table) {
    return switch (table) {
      case RESOURCE -> resources;
      case SCOPE -> scopes;
      default -> throw new IllegalArgumentException("not a table of sources: " + table);
    };
  }

  @Override
  public List<RowGroup> rowGroups() {
    return List.copyOf(groups);
  }

  @Override
  public int findTrace(TraceId id) {
    for (int i = 0; i < groups.size(); i++) {
      if (groups.get(i).ids.contains(id)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public BitSet mayContain(ColumnValue value) {
    BitSet result = new BitSet();
    for (int i = 0; i < groups.size(); i++) {
      if (groups
          .get(i)
          .values
          .contains(new FilterKey(value.column(), ByteBuffer.wrap(value.bytes())))) {
        result.set(i);
      }
    }
    return result;
  }

  @Override
  public @Nullable ZoneMap zone(ColumnKey key) {
    ZoneMap all = null;
    for (Group group : groups) {
      ZoneMap zone = group.table(key.table()).zone(key);
      if (zone != null) {
        all = all == null ? zone : all.joined(zone, key.type());
      }
    }
    return all;
  }

  private record FilterKey(ColumnKey key, ByteBuffer value) {}

  private int resourceRow(PlainSpan span) {
    return resourceRows.computeIfAbsent(
        List.of(span.resource(), span.resourceSchemaUrl()),
        k -> {
          int row = resources.addRow();
          Resource resource = span.resource();
          putText(resources, Fields.RESOURCE_SCHEMA_URL, row, span.resourceSchemaUrl());
          putNumber(
              resources,
              Fields.RESOURCE_DROPPED_ATTRIBUTES,
              row,
              Integer.toUnsignedLong(resource.getDroppedAttributesCount()));
          byte[] refs =
              Resource.newBuilder()
                  .addAllEntityRefs(resource.getEntityRefsList())
                  .build()
                  .toByteArray();
          if (refs.length > 0) {
            resources.put(Fields.RESOURCE_ENTITY_REFS, row, refs);
          }
          putAttributes(resources, Table.RESOURCE, row, resource.getAttributesList(), null);
          return row;
        });
  }

  private int scopeRow(PlainSpan span) {
    return scopeRows.computeIfAbsent(
        List.of(span.scope(), span.scopeSchemaUrl()),
        k -> {
          int row = scopes.addRow();
          putText(scopes, Fields.SCOPE_NAME, row, span.scope().getName());
          putText(scopes, Fields.SCOPE_VERSION, row, span.scope().getVersion());
          putText(scopes, Fields.SCOPE_SCHEMA_URL, row, span.scopeSchemaUrl());
          putNumber(
              scopes,
              Fields.SCOPE_DROPPED_ATTRIBUTES,
              row,
              Integer.toUnsignedLong(span.scope().getDroppedAttributesCount()));
          putAttributes(scopes, Table.SCOPE, row, span.scope().getAttributesList(), null);
          return row;
        });
  }

  private void putAttributes(
      TestColumns columns, Table table, int row, List<KeyValue> attributes, Set<FilterKey> filter) {
    KeyValueList.Builder overflow = KeyValueList.newBuilder();
    Set<String> keys = new HashSet<>();
    for (KeyValue attribute : attributes) {
      ColumnKey key = ColumnKey.attribute(table, attribute.getKey(), type(attribute.getValue()));
      if (filter != null) {
        addToFilter(filter, key, attribute.getValue());
      }
      if (keys.add(attribute.getKey())
          && (attributeColumns.contains(key)
              || attributeColumns.size() < layout.maxAttributeColumns)) {
        attributeColumns.add(key);
        columns.put(key, row, value(attribute.getValue()));
      } else {
        overflow.addValues(attribute);
      }
    }
    if (overflow.getValuesCount() > 0) {
      columns.put(Fields.overflow(table), row, overflow.build().toByteArray());
    }
  }

  private static void addToFilter(Set<FilterKey> filter, ColumnKey key, AnyValue value) {
    if (key.type() == ValueType.STRING) {
      filter.add(new FilterKey(key, ByteBuffer.wrap((byte[]) value(value))));
    } else if (key.type() == ValueType.INT) {
      filter.add(new FilterKey(key, littleEndian(value.getIntValue())));
    }
  }

  private static ByteBuffer littleEndian(long value) {
    return ByteBuffer.allocate(8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(value)
        .flip()
        .order(ByteOrder.BIG_ENDIAN);
  }

  private static ValueType type(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> ValueType.STRING;
      case INT_VALUE -> ValueType.INT;
      case DOUBLE_VALUE -> ValueType.DOUBLE;
      case BOOL_VALUE -> ValueType.BOOL;
      default -> ValueType.ANY;
    };
  }

  private static Object value(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue().getBytes(StandardCharsets.UTF_8);
      case INT_VALUE -> value.getIntValue();
      case DOUBLE_VALUE -> value.getDoubleValue();
      case BOOL_VALUE -> value.getBoolValue();
      default -> value.toByteArray();
    };
  }

  private static void putText(TestColumns columns, ColumnKey key, int row, String text) {
    if (!text.isEmpty()) {
      columns.put(key, row, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void putNumber(TestColumns columns, ColumnKey key, int row, long number) {
    if (number != 0) {
      columns.put(key, row, number);
    }
  }

  /** A span with its place in the tree. */
  private record Placed(PlainSpan span, int depth, int parentRow) {}

  private final class Group implements RowGroup {
    private final TestColumns traces = new TestColumns();
    private final TestColumns spans = new TestColumns();
    private final TestColumns events = new TestColumns();
    private final TestColumns links = new TestColumns();
    private final Set<TraceId> ids = new HashSet<>();
    private final Set<FilterKey> values = new HashSet<>();
    private final List<Integer> traceOffsets = new ArrayList<>(List.of(0));
    private final List<Integer> eventOffsets = new ArrayList<>(List.of(0));
    private final List<Integer> linkOffsets = new ArrayList<>(List.of(0));
    private final List<Integer> parents = new ArrayList<>();

    void add(TraceId id, List<PlainSpan> members) {
      ids.add(id);
      int trace = traces.addRow();
      traces.put(Fields.TRACE_ID_HIGH, trace, id.high());
      traces.put(Fields.TRACE_ID_LOW, trace, id.low());
      traces.put(
          Fields.TRACE_START,
          trace,
          members.stream().map(PlainSpan::start).min(Long::compareUnsigned).orElseThrow());
      traces.put(
          Fields.TRACE_END,
          trace,
          members.stream().map(PlainSpan::lastMoment).max(Long::compareUnsigned).orElseThrow());
      for (Placed placed : preOrder(members, spans.rowCount())) {
        addSpan(placed);
      }
      traceOffsets.add(spans.rowCount());
    }

    private void addSpan(Placed placed) {
      PlainSpan plain = placed.span;
      Span span = plain.span();
      int row = spans.addRow();
      parents.add(placed.parentRow);
      spans.put(Fields.SPAN_ID, row, plain.spanId());
      spans.put(Fields.SPAN_NAME, row, span.getName().getBytes(StandardCharsets.UTF_8));
      spans.put(Fields.SPAN_KIND, row, span.getKindValue());
      spans.put(Fields.SPAN_STATUS, row, span.getStatus().getCodeValue());
      spans.put(Fields.SPAN_START, row, plain.start());
      spans.put(Fields.SPAN_DURATION, row, plain.end() - plain.start());
      spans.put(Fields.SPAN_DEPTH, row, placed.depth);
      spans.put(Fields.SPAN_RESOURCE, row, resourceRow(plain));
      spans.put(Fields.SPAN_SCOPE, row, scopeRow(plain));
      spans.put(Fields.SPAN_FLAGS, row, span.getFlags());
      if (placed.depth == 0) {
        spans.put(Fields.SPAN_PARENT_ID, row, plain.parentId());
      }
      putText(spans, Fields.SPAN_STATUS_MESSAGE, row, span.getStatus().getMessage());
      putText(spans, Fields.SPAN_TRACE_STATE, row, span.getTraceState());
      putNumber(
          spans,
          Fields.SPAN_DROPPED_ATTRIBUTES,
          row,
          Integer.toUnsignedLong(span.getDroppedAttributesCount()));
      putNumber(
          spans,
          Fields.SPAN_DROPPED_EVENTS,
          row,
          Integer.toUnsignedLong(span.getDroppedEventsCount()));
      putNumber(
          spans,
          Fields.SPAN_DROPPED_LINKS,
          row,
          Integer.toUnsignedLong(span.getDroppedLinksCount()));
      putAttributes(spans, Table.SPAN, row, span.getAttributesList(), values);
      span.getEventsList().forEach(event -> addEvent(event, plain.start()));
      span.getLinksList().forEach(this::addLink);
      eventOffsets.add(events.rowCount());
      linkOffsets.add(links.rowCount());
    }

    private void addEvent(Span.Event event, long spanStart) {
      int row = events.addRow();
      events.put(Fields.EVENT_TIME, row, event.getTimeUnixNano() - spanStart);
      events.put(Fields.EVENT_NAME, row, event.getName().getBytes(StandardCharsets.UTF_8));
      putNumber(
          events,
          Fields.EVENT_DROPPED_ATTRIBUTES,
          row,
          Integer.toUnsignedLong(event.getDroppedAttributesCount()));
      putAttributes(events, Table.EVENT, row, event.getAttributesList(), values);
    }

    private void addLink(Span.Link link) {
      int row = links.addRow();
      ByteBuffer traceId = ByteBuffer.wrap(Arrays.copyOf(link.getTraceId().toByteArray(), 16));
      links.put(Fields.LINK_TRACE_ID_HIGH, row, traceId.getLong());
      links.put(Fields.LINK_TRACE_ID_LOW, row, traceId.getLong());
      links.put(
          Fields.LINK_SPAN_ID,
          row,
          ByteBuffer.wrap(Arrays.copyOf(link.getSpanId().toByteArray(), 8)).getLong());
      putText(links, Fields.LINK_TRACE_STATE, row, link.getTraceState());
      putNumber(links, Fields.LINK_FLAGS, row, Integer.toUnsignedLong(link.getFlags()));
      putNumber(
          links,
          Fields.LINK_DROPPED_ATTRIBUTES,
          row,
          Integer.toUnsignedLong(link.getDroppedAttributesCount()));
      putAttributes(links, Table.LINK, row, link.getAttributesList(), values);
    }

    void seal() {
      traces.seal(layout.strings);
      spans.seal(layout.strings);
      events.seal(layout.strings);
      links.seal(layout.strings);
    }

    @Override
    public ColumnSet table(Table table) {
      return switch (table) {
        case TRACE -> traces;
        case SPAN -> spans;
        case EVENT -> events;
        case LINK -> links;
        default -> throw new IllegalArgumentException("not a table of row groups: " + table);
      };
    }

    @Override
    public int[] traceOffsets() {
      return ints(traceOffsets);
    }

    @Override
    public int[] eventOffsets() {
      return ints(eventOffsets);
    }

    @Override
    public int[] linkOffsets() {
      return ints(linkOffsets);
    }

    @Override
    public int[] parentRows() {
      return ints(parents);
    }

    private static int[] ints(List<Integer> list) {
      return list.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /**
   * Orders the spans of a trace depth-first: first roots, then spans whose parent is missing, then
   * one span of every cycle.
   */
  private static List<Placed> preOrder(List<PlainSpan> members, int firstRow) {
    List<PlainSpan> sorted = new ArrayList<>(members);
    sorted.sort(PlainEvaluator.ORDER);
    int[] parents = new int[sorted.size()];
    for (int i = 0; i < sorted.size(); i++) {
      parents[i] = parent(sorted, i);
    }
    List<Placed> placed = new ArrayList<>();
    boolean[] done = new boolean[sorted.size()];
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < sorted.size(); i++) {
        boolean isTop =
            switch (round) {
              case 0 -> sorted.get(i).parentId() == 0;
              case 1 -> parents[i] < 0;
              default -> true;
            };
        if (isTop && !done[i]) {
          place(sorted, parents, done, i, 0, -1, firstRow, placed);
        }
      }
    }
    return placed;
  }

  /** Of spans that share the parent's id the first server, else the first; -1 for none. */
  private static int parent(List<PlainSpan> sorted, int child) {
    long id = sorted.get(child).parentId();
    int found = -1;
    for (int i = 0; i < sorted.size(); i++) {
      if (id != 0
          && sorted.get(i).spanId() == id
          && i != child
          && (found < 0 || (isServer(sorted.get(i)) && !isServer(sorted.get(found))))) {
        found = i;
      }
    }
    return found;
  }

  private static boolean isServer(PlainSpan span) {
    return span.span().getKind() == Span.SpanKind.SPAN_KIND_SERVER;
  }

  private static void place(
      List<PlainSpan> sorted,
      int[] parents,
      boolean[] done,
      int index,
      int depth,
      int parentRow,
      int firstRow,
      List<Placed> placed) {
    done[index] = true;
    int row = firstRow + placed.size();
    placed.add(new Placed(sorted.get(index), depth, parentRow));
    for (int i = 0; i < sorted.size(); i++) {
      if (!done[i] && parents[i] == index) {
        place(sorted, parents, done, i, depth + 1, row, firstRow, placed);
      }
    }
  }
}
