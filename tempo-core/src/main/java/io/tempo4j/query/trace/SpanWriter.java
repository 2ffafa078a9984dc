package io.tempo4j.query.trace;

import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.Fields;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import io.tempo4j.otlp.WireWriter;
import io.tempo4j.query.scan.ColumnReads;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the spans of one trace part as OTLP, reading nothing outside the part's rows.
 *
 * <p>Field numbers: opentelemetry/proto/trace/v1/trace.proto.
 */
final class SpanWriter {

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
    this.traceIdHigh = traceIdHigh;
    this.traceIdLow = traceIdLow;
    NarrowColumns spans = new NarrowColumns(part.spans(), Table.SPAN, part.fromRow(), part.toRow());
    ids = spans.requiredLongs(Fields.SPAN_ID);
    starts = spans.requiredLongs(Fields.SPAN_START);
    durations = spans.requiredLongs(Fields.SPAN_DURATION);
    kinds = spans.requiredInts(Fields.SPAN_KIND);
    statuses = spans.requiredInts(Fields.SPAN_STATUS);
    flags = spans.requiredInts(Fields.SPAN_FLAGS);
    names = spans.strings(Fields.SPAN_NAME);
    statusMessages = spans.strings(Fields.SPAN_STATUS_MESSAGE);
    traceStates = spans.strings(Fields.SPAN_TRACE_STATE);
    parentIds = spans.longs(Fields.SPAN_PARENT_ID);
    droppedAttributes = spans.longs(Fields.SPAN_DROPPED_ATTRIBUTES);
    droppedEvents = spans.longs(Fields.SPAN_DROPPED_EVENTS);
    droppedLinks = spans.longs(Fields.SPAN_DROPPED_LINKS);
    parentRows = part.group().parentRows();
    eventOffsets = part.group().eventOffsets();
    linkOffsets = part.group().linkOffsets();
    attributes = new AttributeRows(spans.attributes(), part.fromRow(), part.toRow());
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

  long duration(int row) {
    return durations[row];
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
    FieldWriter.text(3, traceStates, row, out);
    long parentId = parentId(row);
    if (parentId != 0) {
      out.id64(4, parentId);
    }
    FieldWriter.text(5, names, row, out);
    FieldWriter.number(6, kinds[row], out);
    if (starts[row] != 0) {
      out.fixed64(7, starts[row]);
    }
    long end = starts[row] + durations[row];
    if (end != 0) {
      out.fixed64(8, end);
    }
    attributes.write(row, 9, out);
    FieldWriter.number(10, droppedAttributes, row, out);
    if (events != null) {
      for (int event = eventOffsets[row]; event < eventOffsets[row + 1]; event++) {
        int mark = out.begin(11);
        events.write(event, starts[row], out);
        out.end(mark);
      }
    }
    FieldWriter.number(12, droppedEvents, row, out);
    if (links != null) {
      for (int link = linkOffsets[row]; link < linkOffsets[row + 1]; link++) {
        int mark = out.begin(13);
        links.write(link, out);
        out.end(mark);
      }
    }
    FieldWriter.number(14, droppedLinks, row, out);
    // Always there, if empty: clients of this API dereference it unasked.
    int status = out.begin(15);
    FieldWriter.text(2, statusMessages, row, out);
    FieldWriter.number(3, statuses[row], out);
    out.end(status);
    if (flags[row] != 0) {
      out.fixed32(16, flags[row]);
    }
  }

  /** The events of the part. */
  private record EventColumns(
      long[] times,
      @Nullable StringColumn names,
      @Nullable LongColumn dropped,
      AttributeRows attributes) {

    static EventColumns read(ColumnSet table, int from, int to) throws IOException {
      NarrowColumns columns = new NarrowColumns(table, Table.EVENT, from, to);
      return new EventColumns(
          columns.requiredLongs(Fields.EVENT_TIME),
          columns.strings(Fields.EVENT_NAME),
          columns.longs(Fields.EVENT_DROPPED_ATTRIBUTES),
          new AttributeRows(columns.attributes(), from, to));
    }

    void write(int row, long spanStart, WireWriter out) throws IOException {
      long time = spanStart + times[row];
      if (time != 0) {
        out.fixed64(1, time);
      }
      FieldWriter.text(2, names, row, out);
      attributes.write(row, 3, out);
      FieldWriter.number(4, dropped, row, out);
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
      NarrowColumns columns = new NarrowColumns(table, Table.LINK, from, to);
      return new LinkColumns(
          columns.requiredLongs(Fields.LINK_TRACE_ID_HIGH),
          columns.requiredLongs(Fields.LINK_TRACE_ID_LOW),
          columns.requiredLongs(Fields.LINK_SPAN_ID),
          columns.strings(Fields.LINK_TRACE_STATE),
          columns.longs(Fields.LINK_FLAGS),
          columns.longs(Fields.LINK_DROPPED_ATTRIBUTES),
          new AttributeRows(columns.attributes(), from, to));
    }

    void write(int row, WireWriter out) throws IOException {
      if ((traceIdHigh[row] | traceIdLow[row]) != 0) {
        out.id128(1, traceIdHigh[row], traceIdLow[row]);
      }
      if (spanIds[row] != 0) {
        out.id64(2, spanIds[row]);
      }
      FieldWriter.text(3, traceStates, row, out);
      attributes.write(row, 4, out);
      FieldWriter.number(5, dropped, row, out);
      long flag = ColumnReads.longAt(flags, row, 0);
      if (flag != 0) {
        out.fixed32(6, (int) flag);
      }
    }
  }
}
