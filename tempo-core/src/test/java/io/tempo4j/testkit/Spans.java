package io.tempo4j.testkit;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.model.TraceId;
import java.nio.ByteBuffer;
import java.util.List;

/** Hand-made spans and requests in few words. */
public final class Spans {

  /** A start for spans of tests: some moment in 2026, Unix nanoseconds. */
  public static final long START = 1_790_000_000_000_000_000L;

  private Spans() {}

  /** A span of 1 ms that starts at {@link #START}; {@code parent} 0 for a root. */
  public static Span.Builder span(TraceId trace, long id, long parent) {
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(
                ByteString.copyFrom(
                    ByteBuffer.allocate(16).putLong(trace.high()).putLong(trace.low()).array()))
            .setSpanId(bytes(id))
            .setName("span " + id)
            .setStartTimeUnixNano(START)
            .setEndTimeUnixNano(START + 1_000_000);
    return parent == 0 ? span : span.setParentSpanId(bytes(parent));
  }

  /** A request with all spans under one resource of service {@code service}. */
  public static ExportTraceServiceRequest request(String service, List<Span> spans) {
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(Resource.newBuilder().addAttributes(text("service.name", service)))
                .addScopeSpans(ScopeSpans.newBuilder().addAllSpans(spans)))
        .build();
  }

  /** A request of one span. */
  public static ExportTraceServiceRequest request(Span.Builder span) {
    return request("service", List.of(span.build()));
  }

  /** An attribute with a string value. */
  public static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  /** An attribute with an integer value. */
  public static KeyValue number(String key, long value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setIntValue(value))
        .build();
  }

  private static ByteString bytes(long id) {
    return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(id).array());
  }
}
