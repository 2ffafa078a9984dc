package io.tempo4j.testkit;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * OTLP spans in a form that two ways of sending the same spans have in common: by trace, span id
 * and kind, with resource and scope, attributes in order of their keys.
 */
public final class SpanSets {

  private SpanSets() {}

  /** All spans of some requests, by trace id in hexadecimal; the first of duplicates is kept. */
  public static Map<String, Map<String, String>> of(List<ExportTraceServiceRequest> requests) {
    Map<String, Map<String, String>> traces = new TreeMap<>();
    for (ExportTraceServiceRequest request : requests) {
      add(request.getResourceSpansList(), traces);
    }
    return traces;
  }

  /** The spans of a {@code TracesData} message. */
  public static Map<String, Map<String, String>> ofTracesData(byte[] message)
      throws InvalidProtocolBufferException {
    Map<String, Map<String, String>> traces = new TreeMap<>();
    add(TracesData.parseFrom(message).getResourceSpansList(), traces);
    return traces;
  }

  private static void add(List<ResourceSpans> all, Map<String, Map<String, String>> traces) {
    for (ResourceSpans resourceSpans : all) {
      Resource resource =
          resourceSpans.getResource().toBuilder()
              .clearAttributes()
              .addAllAttributes(sorted(resourceSpans.getResource().getAttributesList()))
              .build();
      for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
        InstrumentationScope scope =
            scopeSpans.getScope().toBuilder()
                .clearAttributes()
                .addAllAttributes(sorted(scopeSpans.getScope().getAttributesList()))
                .build();
        String owner =
            resource
                + "\n"
                + resourceSpans.getSchemaUrl()
                + "\n"
                + scope
                + "\n"
                + scopeSpans.getSchemaUrl()
                + "\n";
        for (Span span : scopeSpans.getSpansList()) {
          traces
              .computeIfAbsent(hex(span.getTraceId()), unused -> new TreeMap<>())
              .putIfAbsent(hex(span.getSpanId()) + "/" + span.getKindValue(), owner + normal(span));
        }
      }
    }
  }

  private static Span normal(Span span) {
    Span.Builder builder = span.toBuilder();
    builder.clearAttributes().addAllAttributes(sorted(span.getAttributesList()));
    if (span.getStatus().equals(Status.getDefaultInstance())) {
      builder.clearStatus();
    }
    for (int i = 0; i < span.getEventsCount(); i++) {
      List<KeyValue> attributes = sorted(span.getEvents(i).getAttributesList());
      builder.setEvents(
          i, span.getEvents(i).toBuilder().clearAttributes().addAllAttributes(attributes));
    }
    for (int i = 0; i < span.getLinksCount(); i++) {
      List<KeyValue> attributes = sorted(span.getLinks(i).getAttributesList());
      builder.setLinks(
          i, span.getLinks(i).toBuilder().clearAttributes().addAllAttributes(attributes));
    }
    return builder.build();
  }

  private static List<KeyValue> sorted(List<KeyValue> attributes) {
    List<KeyValue> sorted = new ArrayList<>(attributes);
    sorted.sort(Comparator.comparing(KeyValue::getKey).thenComparing(KeyValue::toString));
    return sorted;
  }

  private static String hex(ByteString bytes) {
    return bytes.toByteArray().length == 0
        ? ""
        : java.util.stream.IntStream.range(0, bytes.size())
            .mapToObj(i -> String.format("%02x", bytes.byteAt(i)))
            .collect(Collectors.joining());
  }
}
