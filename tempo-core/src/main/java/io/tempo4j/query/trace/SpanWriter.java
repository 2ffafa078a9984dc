package io.tempo4j.query.trace;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.Dictionary;
import io.tempo4j.column.Fields;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import io.tempo4j.otlp.WireWriter;
import io.tempo4j.query.scan.ColumnReads;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the spans, resources and scopes of one trace part as OTLP, reading nothing outside the
 * part's rows.
 *
 * <p>Field numbers: opentelemetry/proto/trace/v1/trace.proto and resource/v1/resource.proto.
 */
final class SpanWriter {

  private final TracePart part;
  private final long traceIdHigh;
  private final long traceIdLow;

  private final long[] ids;
  private final long[] starts;
  private final long[] durations;
  private final int[] kinds;
  private final int[] statuses;
  private final int[] flags;
  private final int[] parentRows;
  private final int[] eventOffsets;
  private final int[] linkOffsets;
  private final @Nullable StringColumn names;
  private final @Nullable StringColumn statusMessages;
  private final @Nullable StringColumn traceStates;
  private final @Nullable LongColumn parentIds;
  private final @Nullable LongColumn droppedAttributes;
  private final @Nullable LongColumn droppedEvents;
  private final @Nullable LongColumn droppedLinks;
  private final AttributeRows attributes;
  private final @Nullable EventColumns events;
  private final @Nullable LinkColumns links;

  SpanWriter(TracePart part, long traceIdHigh, long traceIdLow) throws IOException {
    this.part = part;
    this.traceIdHigh = traceIdHigh;
    this.traceIdLow = traceIdLow;
    ColumnSet spans = part.spans();
    ids = ColumnReads.requiredLongs(spans, Fields.SPAN_ID);
    starts = ColumnReads.requiredLongs(spans, Fields.SPAN_START);
    durations = ColumnReads.requiredLongs(spans, Fields.SPAN_DURATION);
    kinds = ColumnReads.requiredInts(spans, Fields.SPAN_KIND);
    statuses = ColumnReads.requiredInts(spans, Fields.SPAN_STATUS);
    flags = ColumnReads.requiredInts(spans, Fields.SPAN_FLAGS);
    names = ColumnReads.strings(spans, Fields.SPAN_NAME);
    statusMessages = ColumnReads.strings(spans, Fields.SPAN_STATUS_MESSAGE);
    traceStates = ColumnReads.strings(spans, Fields.SPAN_TRACE_STATE);
    parentIds = ColumnReads.longs(spans, Fields.SPAN_PARENT_ID);
    droppedAttributes = ColumnReads.longs(spans, Fields.SPAN_DROPPED_ATTRIBUTES);
    droppedEvents = ColumnReads.longs(spans, Fields.SPAN_DROPPED_EVENTS);
    droppedLinks = ColumnReads.longs(spans, Fields.SPAN_DROPPED_LINKS);
    parentRows = part.group().parentRows();
    eventOffsets = part.group().eventOffsets();
    linkOffsets = part.group().linkOffsets();
    attributes = AttributeRows.gather(spans, Table.SPAN, part.fromRow(), part.toRow());
    int firstEvent = eventOffsets[part.fromRow()];
    int lastEvent = eventOffsets[part.toRow()];
    events =
        firstEvent == lastEvent
            ? null
            : EventColumns.read(part.group().table(Table.EVENT), firstEvent, lastEvent);
    int firstLink = linkOffsets[part.fromRow()];
    int lastLink = linkOffsets[part.toRow()];
    links =
        firstLink == lastLink
            ? null
            : LinkColumns.read(part.group().table(Table.LINK), firstLink, lastLink);
  }

  long id(int row) {
    return ids[row];
  }

  int kind(int row) {
    return kinds[row];
  }

  long start(int row) {
    return starts[row];
  }

  /** The id of the span's parent, 0 for a root. */
  long parentId(int row) {
    int parent = parentRows[row];
    return parent >= 0 ? ids[parent] : ColumnReads.longAt(parentIds, row, 0);
  }

  /** Writes the fields of the {@code Span} message of {@code row}. */
  void writeSpan(int row, WireWriter out) throws IOException {
    out.id128(1, traceIdHigh, traceIdLow);
    out.id64(2, ids[row]);
    writeText(traceStates, row, 3, out);
    long parentId = parentId(row);
    if (parentId != 0) {
      out.id64(4, parentId);
    }
    writeText(names, row, 5, out);
    writeNumber(6, kinds[row], out);
    if (starts[row] != 0) {
      out.fixed64(7, starts[row]);
    }
    long end = starts[row] + durations[row];
    if (end != 0) {
      out.fixed64(8, end);
    }
    attributes.write(row, 9, out);
    writeNumber(10, ColumnReads.longAt(droppedAttributes, row, 0), out);
    if (events != null) {
      for (int event = eventOffsets[row]; event < eventOffsets[row + 1]; event++) {
        int mark = out.begin(11);
        events.write(event, starts[row], out);
        out.end(mark);
      }
    }
    writeNumber(12, ColumnReads.longAt(droppedEvents, row, 0), out);
    if (links != null) {
      for (int link = linkOffsets[row]; link < linkOffsets[row + 1]; link++) {
        int mark = out.begin(13);
        links.write(link, out);
        out.end(mark);
      }
    }
    writeNumber(14, ColumnReads.longAt(droppedLinks, row, 0), out);
    // Always there, if empty: clients of this API dereference it unasked.
    int status = out.begin(15);
    writeText(statusMessages, row, 2, out);
    writeNumber(3, statuses[row], out);
    out.end(status);
    if (flags[row] != 0) {
      out.fixed32(16, flags[row]);
    }
  }

  /** The encoded {@code resource} and {@code schema_url} fields of a {@code ResourceSpans}. */
  Envelope resource(int row) throws IOException {
    ColumnSet table = part.source().table(Table.RESOURCE);
    WireWriter out = new WireWriter(512);
    int resource = out.begin(1);
    AttributeRows.gather(table, Table.RESOURCE, row, row + 1).write(row, 1, out);
    writeNumber(2, number(table, Fields.RESOURCE_DROPPED_ATTRIBUTES, row), out);
    StringColumn entityRefs = ColumnReads.strings(table, Fields.RESOURCE_ENTITY_REFS);
    int index = entityRefs == null ? -1 : entityRefs.indexOf(row);
    if (entityRefs != null && index >= 0) {
      Dictionary dictionary = entityRefs.dictionary();
      int code = entityRefs.code(index);
      out.raw(dictionary.bytes(), dictionary.offset(code), dictionary.length(code));
    }
    out.end(resource);
    return new Envelope(out.toByteArray(), schemaUrl(table, Fields.RESOURCE_SCHEMA_URL, row));
  }

  /** The encoded {@code scope} and {@code schema_url} fields of a {@code ScopeSpans}. */
  Envelope scope(int row) throws IOException {
    ColumnSet table = part.source().table(Table.SCOPE);
    WireWriter out = new WireWriter(128);
    int scope = out.begin(1);
    writeText(ColumnReads.strings(table, Fields.SCOPE_NAME), row, 1, out);
    writeText(ColumnReads.strings(table, Fields.SCOPE_VERSION), row, 2, out);
    AttributeRows.gather(table, Table.SCOPE, row, row + 1).write(row, 3, out);
    writeNumber(4, number(table, Fields.SCOPE_DROPPED_ATTRIBUTES, row), out);
    out.end(scope);
    return new Envelope(out.toByteArray(), schemaUrl(table, Fields.SCOPE_SCHEMA_URL, row));
  }

  private static byte[] schemaUrl(ColumnSet table, ColumnKey key, int row) throws IOException {
    WireWriter out = new WireWriter(64);
    writeText(ColumnReads.strings(table, key), row, 3, out);
    return out.toByteArray();
  }

  private static long number(ColumnSet table, ColumnKey key, int row) throws IOException {
    return ColumnReads.longAt(ColumnReads.longs(table, key), row, 0);
  }

  private static void writeNumber(int field, long value, WireWriter out) {
    if (value != 0) {
      out.varint(field, value);
    }
  }

  private static void writeText(@Nullable StringColumn column, int row, int field, WireWriter out) {
    int index = column == null ? -1 : column.indexOf(row);
    if (column == null || index < 0) {
      return;
    }
    Dictionary dictionary = column.dictionary();
    int code = column.code(index);
    int length = dictionary.length(code);
    if (length > 0) {
      out.bytes(field, dictionary.bytes(), dictionary.offset(code), length);
    }
  }

  /** What surrounds spans: the fields that come before them and those that come behind. */
  record Envelope(byte[] before, byte[] behind) {}

  /** The events of the part. */
  private record EventColumns(
      long[] times,
      @Nullable StringColumn names,
      @Nullable LongColumn dropped,
      AttributeRows attributes) {

    static EventColumns read(ColumnSet table, int from, int to) throws IOException {
      return new EventColumns(
          ColumnReads.requiredLongs(table, Fields.EVENT_TIME),
          ColumnReads.strings(table, Fields.EVENT_NAME),
          ColumnReads.longs(table, Fields.EVENT_DROPPED_ATTRIBUTES),
          AttributeRows.gather(table, Table.EVENT, from, to));
    }

    void write(int row, long spanStart, WireWriter out) throws IOException {
      long time = spanStart + times[row];
      if (time != 0) {
        out.fixed64(1, time);
      }
      writeText(names, row, 2, out);
      attributes.write(row, 3, out);
      writeNumber(4, ColumnReads.longAt(dropped, row, 0), out);
    }
  }

  /** The links of the part. */
  private record LinkColumns(
      long[] traceIdHigh,
      long[] traceIdLow,
      long[] spanIds,
      @Nullable StringColumn traceStates,
      @Nullable LongColumn flags,
      @Nullable LongColumn dropped,
      AttributeRows attributes) {

    static LinkColumns read(ColumnSet table, int from, int to) throws IOException {
      return new LinkColumns(
          ColumnReads.requiredLongs(table, Fields.LINK_TRACE_ID_HIGH),
          ColumnReads.requiredLongs(table, Fields.LINK_TRACE_ID_LOW),
          ColumnReads.requiredLongs(table, Fields.LINK_SPAN_ID),
          ColumnReads.strings(table, Fields.LINK_TRACE_STATE),
          ColumnReads.longs(table, Fields.LINK_FLAGS),
          ColumnReads.longs(table, Fields.LINK_DROPPED_ATTRIBUTES),
          AttributeRows.gather(table, Table.LINK, from, to));
    }

    void write(int row, WireWriter out) throws IOException {
      out.id128(1, traceIdHigh[row], traceIdLow[row]);
      out.id64(2, spanIds[row]);
      writeText(traceStates, row, 3, out);
      attributes.write(row, 4, out);
      writeNumber(5, ColumnReads.longAt(dropped, row, 0), out);
      long flag = ColumnReads.longAt(flags, row, 0);
      if (flag != 0) {
        out.fixed32(6, (int) flag);
      }
    }
  }
}
