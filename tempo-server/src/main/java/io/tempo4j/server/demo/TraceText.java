package io.tempo4j.server.demo;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A trace as indented text: one line per span with its service, name, start relative to the trace,
 * duration and error, children below their parents in order of start.
 *
 * <p>Spans whose parent is missing, is the span itself or lies in a cycle stand at the left, so
 * every span appears exactly once.
 */
final class TraceText {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final int NAME_COLUMNS = 52;

  private record Line(String service, Span span) {}

  private final List<Line> lines = new ArrayList<>();
  private final Map<ByteString, List<Line>> children = new HashMap<>();
  private final Set<ByteString> printed = new HashSet<>();
  private final StringBuilder text = new StringBuilder();
  private final long firstNanos;

  private TraceText(TracesData trace) {
    for (ResourceSpans part : trace.getResourceSpansList()) {
      String service = service(part);
      for (ScopeSpans scope : part.getScopeSpansList()) {
        scope.getSpansList().forEach(span -> lines.add(new Line(service, span)));
      }
    }
    lines.sort(Comparator.comparingLong(line -> line.span().getStartTimeUnixNano()));
    firstNanos = lines.isEmpty() ? 0 : lines.getFirst().span().getStartTimeUnixNano();
  }

  static String of(TracesData trace) {
    return new TraceText(trace).render();
  }

  private String render() {
    Set<ByteString> ids = new HashSet<>();
    lines.forEach(line -> ids.add(line.span().getSpanId()));
    List<Line> roots = new ArrayList<>();
    for (Line line : lines) {
      if (ids.contains(line.span().getParentSpanId())) {
        children
            .computeIfAbsent(line.span().getParentSpanId(), unused -> new ArrayList<>())
            .add(line);
      } else {
        roots.add(line);
      }
    }
    roots.forEach(root -> append(root, 0));
    // What no root leads to lies in a cycle.
    lines.forEach(line -> append(line, 0));
    return text.toString();
  }

  private void append(Line line, int depth) {
    Span span = line.span();
    if (!printed.add(span.getSpanId())) {
      return;
    }
    String name = "  ".repeat(depth) + line.service() + "  " + span.getName();
    double startMillis = (span.getStartTimeUnixNano() - firstNanos) / NANOS_PER_MILLI;
    double millis = (span.getEndTimeUnixNano() - span.getStartTimeUnixNano()) / NANOS_PER_MILLI;
    text.append(
        String.format(
            Locale.ROOT, "%-" + NAME_COLUMNS + "s %+8.1f ms %8.1f ms", name, startMillis, millis));
    if (span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR) {
      text.append("  error: ").append(span.getStatus().getMessage());
    }
    text.append('\n');
    for (Line child : children.getOrDefault(span.getSpanId(), List.of())) {
      append(child, depth + 1);
    }
  }

  private static String service(ResourceSpans part) {
    for (KeyValue attribute : part.getResource().getAttributesList()) {
      if (attribute.getKey().equals("service.name")) {
        return attribute.getValue().getStringValue();
      }
    }
    return "(no service.name)";
  }
}
