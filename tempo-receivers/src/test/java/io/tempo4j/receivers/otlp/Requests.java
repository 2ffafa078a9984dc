package io.tempo4j.receivers.otlp;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;

/** Requests to send. */
final class Requests {

  private Requests() {}

  /** One resource, one scope, that many spans. */
  static ExportTraceServiceRequest spans(int count) {
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    for (int i = 0; i < count; i++) {
      scope.addSpans(
          Span.newBuilder()
              .setTraceId(id(16, i))
              .setSpanId(id(8, i))
              .setName("span " + i)
              .setStartTimeUnixNano(1_700_000_000_000_000_000L + i)
              .setEndTimeUnixNano(1_700_000_000_000_001_000L + i));
    }
    return request(scope);
  }

  /** One span with an attribute that makes the message about that large. */
  static ExportTraceServiceRequest ofBytes(int bytes) {
    StringBuilder text = new StringBuilder(bytes);
    for (int i = 0; text.length() < bytes; i++) {
      text.append(i).append(' ');
    }
    return request(
        ScopeSpans.newBuilder()
            .addSpans(
                Span.newBuilder()
                    .setTraceId(id(16, 1))
                    .setSpanId(id(8, 1))
                    .addAttributes(
                        KeyValue.newBuilder()
                            .setKey("text")
                            .setValue(AnyValue.newBuilder().setStringValue(text.toString())))));
  }

  private static ExportTraceServiceRequest request(ScopeSpans.Builder scope) {
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(
                    Resource.newBuilder()
                        .addAttributes(
                            KeyValue.newBuilder()
                                .setKey("service.name")
                                .setValue(AnyValue.newBuilder().setStringValue("shop"))))
                .addScopeSpans(scope))
        .build();
  }

  private static ByteString id(int length, int number) {
    return ByteString.copyFrom(
        ByteBuffer.allocate(length).putInt(0x5eed).putInt(length - 4, number + 1).array());
  }
}
