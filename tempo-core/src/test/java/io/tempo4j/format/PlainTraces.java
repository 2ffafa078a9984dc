package io.tempo4j.format;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.format.PlainBlock.Cell;
import io.tempo4j.format.PlainBlock.Group;
import io.tempo4j.format.PlainBlock.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes OTLP of a block's rows again: what docs/format/block-v1.md says in section 3. */
final class PlainTraces {

  private final PlainBlock block;
  private final List<List<Cell>> resources;
  private final List<List<Cell>> scopes;
  private final ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();

  /** The rows of one row group, and which of them belong to the span at hand. */
  private final class Rows {
    private final List<List<Cell>> traces;
    private final List<List<Cell>> spans;
    private final List<List<Cell>> events;
    private final List<List<Cell>> links;
    private final long[] starts;
    private int nextEvent;
    private int nextLink;

    Rows(Group group) {
      traces = block.rows(group, Table.TRACE);
      spans = block.rows(group, Table.SPAN);
      events = block.rows(group, Table.EVENT);
      links = block.rows(group, Table.LINK);
      starts = new long[spans.size()];
    }
  }

  private PlainTraces(PlainBlock block) {
    this.block = block;
    this.resources = block.rows(block.tables(), Table.RESOURCE);
    this.scopes = block.rows(block.tables(), Table.SCOPE);
  }

  /** All spans of the block, each with its resource and scope. */
  static ExportTraceServiceRequest of(PlainBlock block) throws InvalidProtocolBufferException {
    PlainTraces traces = new PlainTraces(block);
    for (Group group : block.rowGroups()) {
      traces.add(traces.new Rows(group));
    }
    return traces.request.build();
  }

  private void add(Rows rows) throws InvalidProtocolBufferException {
    int row = 0;
    for (List<Cell> trace : rows.traces) {
      List<Integer> path = new ArrayList<>(); // the rows above and including the one at hand
      int first = row;
      for (int end = row + number(trace, "spanCount"); row < end; row++) {
        int depth = number(rows.spans.get(row), "depth");
        PlainBytes.require(depth <= path.size(), "depth of a row");
        path.subList(depth, path.size()).clear();
        path.add(row);
        add(rows, trace, row, path, row == first);
      }
    }
    PlainBytes.require(row == rows.spans.size(), "spans of the traces");
    PlainBytes.require(rows.nextEvent == rows.events.size(), "events of the spans");
    PlainBytes.require(rows.nextLink == rows.links.size(), "links of the spans");
  }

  private void add(Rows rows, List<Cell> trace, int row, List<Integer> path, boolean firstOfTrace)
      throws InvalidProtocolBufferException {
    List<Cell> cells = rows.spans.get(row);
    long idHigh = integer(trace, "idHigh");
    long idLow = integer(trace, "idLow");
    boolean top = path.size() == 1;
    int parentRow = top ? -1 : path.get(path.size() - 2);
    long parentId = top ? integer(cells, "parentId") : integer(rows.spans.get(parentRow), "id");
    long start = integer(cells, "start") + (top ? integer(trace, "start") : rows.starts[parentRow]);
    rows.starts[row] = start;
    // The trace's end is stored minus its start.
    long duration =
        firstOfTrace
            ? integer(trace, "end") - integer(cells, "duration")
            : integer(cells, "duration");

    Span.Builder span =
        Span.newBuilder()
            .setTraceId(id(idHigh, idLow))
            .setSpanId(id(integer(cells, "id")))
            .setParentSpanId(parentId == 0 ? ByteString.EMPTY : id(parentId))
            .setName(text(cells, "name"))
            .setKindValue(number(cells, "kind"))
            .setFlags(number(cells, "flags"))
            .setTraceState(text(cells, "traceState"))
            .setStartTimeUnixNano(start)
            .setEndTimeUnixNano(start + duration)
            .setDroppedAttributesCount((int) integer(cells, "droppedAttributes"))
            .setDroppedEventsCount((int) integer(cells, "droppedEvents"))
            .setDroppedLinksCount((int) integer(cells, "droppedLinks"))
            .addAllAttributes(attributes(cells));
    span.getStatusBuilder()
        .setCodeValue(number(cells, "status"))
        .setMessage(text(cells, "statusMessage"));
    for (int i = number(cells, "eventCount"); i > 0; i--) {
      span.addEvents(event(rows.events.get(rows.nextEvent++), start));
    }
    for (int i = number(cells, "linkCount"); i > 0; i--) {
      span.addLinks(link(rows.links.get(rows.nextLink++), idHigh, idLow, top ? 0 : parentId));
    }
    ResourceSpans.Builder owner = resource(resources.get(number(cells, "resource")));
    owner.addScopeSpans(scope(scopes.get(number(cells, "scope"))).addSpans(span));
    request.addResourceSpans(owner);
  }

  private static Span.Event.Builder event(List<Cell> cells, long spanStart)
      throws InvalidProtocolBufferException {
    return Span.Event.newBuilder()
        .setTimeUnixNano(spanStart + integer(cells, "timeSinceStart"))
        .setName(text(cells, "name"))
        .setDroppedAttributesCount((int) integer(cells, "droppedAttributes"))
        .addAllAttributes(attributes(cells));
  }

  private static Span.Link.Builder link(
      List<Cell> cells, long traceHigh, long traceLow, long parentId)
      throws InvalidProtocolBufferException {
    return Span.Link.newBuilder()
        .setTraceId(
            id(integer(cells, "traceIdHigh") ^ traceHigh, integer(cells, "traceIdLow") ^ traceLow))
        .setSpanId(id(integer(cells, "spanId") ^ parentId))
        .setTraceState(text(cells, "traceState"))
        .setFlags((int) integer(cells, "flags"))
        .setDroppedAttributesCount((int) integer(cells, "droppedAttributes"))
        .addAllAttributes(attributes(cells));
  }

  private static ResourceSpans.Builder resource(List<Cell> cells)
      throws InvalidProtocolBufferException {
    Resource.Builder resource =
        Resource.parseFrom((byte[]) field(cells, "entityRefs").orElse(new byte[0])).toBuilder()
            .setDroppedAttributesCount((int) integer(cells, "droppedAttributes"))
            .addAllAttributes(attributes(cells));
    return ResourceSpans.newBuilder().setResource(resource).setSchemaUrl(text(cells, "schemaUrl"));
  }

  private static ScopeSpans.Builder scope(List<Cell> cells) throws InvalidProtocolBufferException {
    InstrumentationScope.Builder scope =
        InstrumentationScope.newBuilder()
            .setName(text(cells, "name"))
            .setVersion(text(cells, "version"))
            .setDroppedAttributesCount((int) integer(cells, "droppedAttributes"))
            .addAllAttributes(attributes(cells));
    return ScopeSpans.newBuilder().setScope(scope).setSchemaUrl(text(cells, "schemaUrl"));
  }

  private static List<KeyValue> attributes(List<Cell> cells) throws InvalidProtocolBufferException {
    List<KeyValue> attributes = new ArrayList<>();
    for (Cell cell : cells) {
      if (cell.column().attribute()) {
        attributes.add(
            KeyValue.newBuilder().setKey(cell.column().name()).setValue(any(cell)).build());
      } else if (cell.column().name().equals("overflow")) {
        attributes.addAll(KeyValueList.parseFrom((byte[]) cell.value()).getValuesList());
      }
    }
    return attributes;
  }

  private static AnyValue any(Cell cell) throws InvalidProtocolBufferException {
    AnyValue.Builder value = AnyValue.newBuilder();
    return switch (cell.column().type()) {
      case 0 -> value.setStringValueBytes(ByteString.copyFrom((byte[]) cell.value())).build();
      case 1 -> value.setIntValue((long) cell.value()).build();
      case 2 -> value.setDoubleValue((double) cell.value()).build();
      case 3 -> value.setBoolValue((boolean) cell.value()).build();
      case 4 -> AnyValue.parseFrom((byte[]) cell.value());
      default -> throw new IllegalStateException("type of an attribute: " + cell.column());
    };
  }

  private static Optional<Object> field(List<Cell> cells, String name) {
    return cells.stream()
        .filter(cell -> !cell.column().attribute() && cell.column().name().equals(name))
        .map(Cell::value)
        .findFirst();
  }

  private static int number(List<Cell> cells, String name) {
    return (int) field(cells, name).orElse(0);
  }

  private static long integer(List<Cell> cells, String name) {
    return (long) field(cells, name).orElse(0L);
  }

  private static String text(List<Cell> cells, String name) {
    return ByteString.copyFrom((byte[]) field(cells, name).orElse(new byte[0])).toStringUtf8();
  }

  private static ByteString id(long... parts) {
    ByteBuffer bytes = ByteBuffer.allocate(parts.length * Long.BYTES);
    for (long part : parts) {
      bytes.putLong(part);
    }
    return ByteString.copyFrom(bytes.flip());
  }
}
