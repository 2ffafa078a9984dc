package io.tempo4j.query.oracle;

import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tempo4j.model.TraceId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A span as an object, with what surrounds it in OTLP. */
public record PlainSpan(
    Resource resource,
    String resourceSchemaUrl,
    InstrumentationScope scope,
    String scopeSchemaUrl,
    Span span) {

  public static PlainSpan of(Resource resource, InstrumentationScope scope, Span span) {
    return new PlainSpan(resource, "", scope, "", span);
  }

  public static List<PlainSpan> all(TracesData data) {
    List<PlainSpan> spans = new ArrayList<>();
    for (ResourceSpans rs : data.getResourceSpansList()) {
      for (ScopeSpans ss : rs.getScopeSpansList()) {
        for (Span span : ss.getSpansList()) {
          spans.add(
              new PlainSpan(
                  rs.getResource(), rs.getSchemaUrl(), ss.getScope(), ss.getSchemaUrl(), span));
        }
      }
    }
    return spans;
  }

  /** The spans as one message, every span in its own envelope. */
  public static TracesData message(Collection<PlainSpan> spans) {
    TracesData.Builder data = TracesData.newBuilder();
    for (PlainSpan span : spans) {
      data.addResourceSpans(
          ResourceSpans.newBuilder()
              .setResource(span.resource)
              .setSchemaUrl(span.resourceSchemaUrl)
              .addScopeSpans(
                  ScopeSpans.newBuilder()
                      .setScope(span.scope)
                      .setSchemaUrl(span.scopeSchemaUrl)
                      .addSpans(span.span)));
    }
    return data.build();
  }

  public TraceId traceId() {
    ByteBuffer bytes = span.getTraceId().asReadOnlyByteBuffer();
    return new TraceId(bytes.getLong(), bytes.getLong());
  }

  public long spanId() {
    return span.getSpanId().asReadOnlyByteBuffer().getLong();
  }

  public long parentId() {
    return span.getParentSpanId().isEmpty()
        ? 0
        : span.getParentSpanId().asReadOnlyByteBuffer().getLong();
  }

  public long start() {
    return span.getStartTimeUnixNano();
  }

  public long end() {
    return span.getEndTimeUnixNano();
  }

  /** When the span was over: its end, unless that lies before its start. */
  public long lastMoment() {
    return Long.compareUnsigned(end(), start()) < 0 ? start() : end();
  }

  /** The first by start of the spans that agree in trace, id and kind. */
  public static List<PlainSpan> distinct(List<PlainSpan> spans) {
    List<PlainSpan> sorted = new ArrayList<>(spans);
    sorted.sort(Comparator.comparing(PlainSpan::start, Long::compareUnsigned));
    Set<List<Object>> seen = new HashSet<>();
    sorted.removeIf(s -> !seen.add(List.of(s.traceId(), s.spanId(), s.span.getKindValue())));
    return sorted;
  }

  /** Without spans that agree with an earlier one in trace, id and kind, but not in all. */
  public static List<PlainSpan> unambiguous(List<PlainSpan> spans) {
    Map<List<Object>, PlainSpan> known = new HashMap<>();
    return spans.stream()
        .filter(s -> {
          List<Object> identity = List.of(s.traceId(), s.spanId(), s.span.getKindValue());
          return s.equals(known.computeIfAbsent(identity, k -> s));
        })
        .toList();
  }
}
