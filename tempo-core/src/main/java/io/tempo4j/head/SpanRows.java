package io.tempo4j.head;

import io.tempo4j.memory.ByteLease;
import io.tempo4j.otlp.LinkFields;
import io.tempo4j.otlp.SpanFields;

/** The required columns of spans, events and links, growing. One thread writes. */
final class SpanRows {

  int count;
  int eventCount;
  int linkCount;
  final IntPages traceOf;
  final LongPages spanId;
  final LongPages parentSpanId;
  final LongPages start;
  final LongPages duration;
  final IntPages name;
  final IntPages kind;
  final IntPages status;
  final IntPages flags;
  final IntPages resource;
  final IntPages scope;
  final IntPages eventStart;
  final IntPages linkStart;
  final LongPages eventTime;
  final IntPages eventName;
  final LongPages linkTraceIdHigh;
  final LongPages linkTraceIdLow;
  final LongPages linkSpanId;

  SpanRows(ByteLease lease) {
    traceOf = new IntPages(lease);
    spanId = new LongPages(lease);
    parentSpanId = new LongPages(lease);
    start = new LongPages(lease);
    duration = new LongPages(lease);
    name = new IntPages(lease);
    kind = new IntPages(lease);
    status = new IntPages(lease);
    flags = new IntPages(lease);
    resource = new IntPages(lease);
    scope = new IntPages(lease);
    eventStart = new IntPages(lease);
    linkStart = new IntPages(lease);
    eventTime = new LongPages(lease);
    eventName = new IntPages(lease);
    linkTraceIdHigh = new LongPages(lease);
    linkTraceIdLow = new LongPages(lease);
    linkSpanId = new LongPages(lease);
  }

  void add(SpanFields span, int trace, int nameCode, int resourceRow, int scopeRow) {
    int row = count;
    reserve(row);
    traceOf.set(row, trace);
    spanId.set(row, span.spanId);
    parentSpanId.set(row, span.parentSpanId);
    start.set(row, span.startNanos);
    duration.set(row, span.endNanos - span.startNanos);
    name.set(row, nameCode);
    kind.set(row, span.kind);
    status.set(row, span.statusCode);
    flags.set(row, span.flags);
    resource.set(row, resourceRow);
    scope.set(row, scopeRow);
    eventStart.set(row + 1, eventCount);
    linkStart.set(row + 1, linkCount);
    count = row + 1;
  }

  private void reserve(int row) {
    traceOf.reserve(row);
    spanId.reserve(row);
    parentSpanId.reserve(row);
    start.reserve(row);
    duration.reserve(row);
    name.reserve(row);
    kind.reserve(row);
    status.reserve(row);
    flags.reserve(row);
    resource.reserve(row);
    scope.reserve(row);
    eventStart.reserve(row + 1);
    linkStart.reserve(row + 1);
  }

  void addEvent(long time, int nameCode) {
    eventTime.reserve(eventCount);
    eventName.reserve(eventCount);
    eventTime.set(eventCount, time);
    eventName.set(eventCount, nameCode);
    eventCount++;
  }

  void addLink(LinkFields link) {
    linkTraceIdHigh.reserve(linkCount);
    linkTraceIdLow.reserve(linkCount);
    linkSpanId.reserve(linkCount);
    linkTraceIdHigh.set(linkCount, link.traceIdHigh);
    linkTraceIdLow.set(linkCount, link.traceIdLow);
    linkSpanId.set(linkCount, link.spanId);
    linkCount++;
  }

  /** Drops the events and links of the span that is not closed, and spans from {@code to} on. */
  void truncate(int to) {
    count = to;
    eventCount = to == 0 ? 0 : eventStart.get(to);
    linkCount = to == 0 ? 0 : linkStart.get(to);
  }

  /** Gives back the pages that hold nothing. */
  void trim() {
    for (IntPages ints : new IntPages[] {traceOf, name, kind, status, flags, resource, scope}) {
      ints.trim(count);
    }
    for (LongPages longs : new LongPages[] {spanId, parentSpanId, start, duration}) {
      longs.trim(count);
    }
    eventStart.trim(count + 1);
    linkStart.trim(count + 1);
    eventTime.trim(eventCount);
    eventName.trim(eventCount);
    linkTraceIdHigh.trim(linkCount);
    linkTraceIdLow.trim(linkCount);
    linkSpanId.trim(linkCount);
  }
}
