package io.tempo4j.head;

import io.tempo4j.collect.Growth;
import io.tempo4j.otlp.LinkFields;
import io.tempo4j.otlp.SpanFields;
import java.util.Arrays;

/** The required columns of spans, events and links, growing. One thread writes. */
final class SpanRows {

  int count;
  int eventCount;
  int linkCount;
  int[] traceOf = new int[256];
  long[] spanId = new long[256];
  long[] parentSpanId = new long[256];
  long[] start = new long[256];
  long[] duration = new long[256];
  int[] name = new int[256];
  int[] kind = new int[256];
  int[] status = new int[256];
  int[] flags = new int[256];
  int[] resource = new int[256];
  int[] scope = new int[256];
  int[] eventStart = new int[257];
  int[] linkStart = new int[257];
  long[] eventTime = new long[64];
  int[] eventName = new int[64];
  long[] linkTraceIdHigh = new long[64];
  long[] linkTraceIdLow = new long[64];
  long[] linkSpanId = new long[64];

  void add(SpanFields span, int trace, int nameCode, int resourceRow, int scopeRow) {
    int row = count;
    if (row == traceOf.length) {
      grow();
    }
    traceOf[row] = trace;
    spanId[row] = span.spanId;
    parentSpanId[row] = span.parentSpanId;
    start[row] = span.startNanos;
    duration[row] = span.endNanos - span.startNanos;
    name[row] = nameCode;
    kind[row] = span.kind;
    status[row] = span.statusCode;
    flags[row] = span.flags;
    resource[row] = resourceRow;
    scope[row] = scopeRow;
    count = row + 1;
    eventStart[count] = eventCount;
    linkStart[count] = linkCount;
  }

  void addEvent(long time, int nameCode) {
    if (eventCount == eventTime.length) {
      int capacity = Growth.next(eventCount, eventCount + 1L);
      eventTime = Arrays.copyOf(eventTime, capacity);
      eventName = Arrays.copyOf(eventName, capacity);
    }
    eventTime[eventCount] = time;
    eventName[eventCount] = nameCode;
    eventCount++;
  }

  void addLink(LinkFields link) {
    if (linkCount == linkSpanId.length) {
      int capacity = Growth.next(linkCount, linkCount + 1L);
      linkTraceIdHigh = Arrays.copyOf(linkTraceIdHigh, capacity);
      linkTraceIdLow = Arrays.copyOf(linkTraceIdLow, capacity);
      linkSpanId = Arrays.copyOf(linkSpanId, capacity);
    }
    linkTraceIdHigh[linkCount] = link.traceIdHigh;
    linkTraceIdLow[linkCount] = link.traceIdLow;
    linkSpanId[linkCount] = link.spanId;
    linkCount++;
  }

  /** Drops the events and links of the span that is not closed, and spans from {@code to} on. */
  void truncate(int to) {
    count = to;
    eventCount = eventStart[to];
    linkCount = linkStart[to];
  }

  long heapBytes() {
    return 72L * traceOf.length + 12L * eventTime.length + 24L * linkSpanId.length;
  }

  private void grow() {
    int capacity = Growth.next(count, count + 1L);
    traceOf = Arrays.copyOf(traceOf, capacity);
    spanId = Arrays.copyOf(spanId, capacity);
    parentSpanId = Arrays.copyOf(parentSpanId, capacity);
    start = Arrays.copyOf(start, capacity);
    duration = Arrays.copyOf(duration, capacity);
    name = Arrays.copyOf(name, capacity);
    kind = Arrays.copyOf(kind, capacity);
    status = Arrays.copyOf(status, capacity);
    flags = Arrays.copyOf(flags, capacity);
    resource = Arrays.copyOf(resource, capacity);
    scope = Arrays.copyOf(scope, capacity);
    eventStart = Arrays.copyOf(eventStart, capacity + 1);
    linkStart = Arrays.copyOf(linkStart, capacity + 1);
  }
}
