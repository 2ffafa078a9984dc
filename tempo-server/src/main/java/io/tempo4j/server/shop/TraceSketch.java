package io.tempo4j.server.shop;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tempo4j.model.TraceId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One trace while it is being made up: spans by service, ids drawn from the given randomness. */
public final class TraceSketch {

  private static final int ID_BYTES = 8;

  /** A client's span, which ends when the server's span below it has ended. */
  private record Wait(Span.Builder client, Span.Builder server, long networkNanos) {}

  private final SplittableRandom random;
  private final TraceId id;
  private final ByteString traceId;
  private final Map<String, List<Span.Builder>> spansByService = new LinkedHashMap<>();
  private final List<Wait> waits = new ArrayList<>();

  TraceSketch(SplittableRandom random) {
    this.random = random;
    // The lowest bit keeps an all-zero id, which is invalid, impossible.
    this.id = new TraceId(random.nextLong(), random.nextLong() | 1);
    this.traceId =
        ByteString.copyFrom(
            ByteBuffer.allocate(TraceId.BYTES).putLong(id.high()).putLong(id.low()).flip());
  }

  /** The id that all of its spans have. */
  public TraceId traceId() {
    return id;
  }

  /** Whether the root span has failed. */
  public boolean hasFailed() {
    return spansByService.values().stream()
        .flatMap(List::stream)
        .anyMatch(span ->
            span.getParentSpanId().isEmpty()
                && span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR);
  }

  /** Adds a span; without a parent it is the root. The result may be filled further. */
  Span.Builder span(
      String service, String name, Span.SpanKind kind, Span.@Nullable Builder parent) {
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(traceId)
            .setSpanId(
                ByteString.copyFrom(
                    ByteBuffer.allocate(ID_BYTES).putLong(random.nextLong() | 1).flip()))
            .setName(name)
            .setKind(kind);
    if (parent != null) {
      span.setParentSpanId(parent.getSpanId());
    }
    spansByService.computeIfAbsent(service, unused -> new ArrayList<>()).add(span);
    return span;
  }

  static void attribute(Span.Builder span, String key, String value) {
    span.addAttributes(
        KeyValue.newBuilder().setKey(key).setValue(AnyValue.newBuilder().setStringValue(value)));
  }

  static void attribute(Span.Builder span, String key, long value) {
    span.addAttributes(
        KeyValue.newBuilder().setKey(key).setValue(AnyValue.newBuilder().setIntValue(value)));
  }

  static void attribute(Span.Builder span, String key, double value) {
    span.addAttributes(
        KeyValue.newBuilder().setKey(key).setValue(AnyValue.newBuilder().setDoubleValue(value)));
  }

  static void attribute(Span.Builder span, String key, boolean value) {
    span.addAttributes(
        KeyValue.newBuilder().setKey(key).setValue(AnyValue.newBuilder().setBoolValue(value)));
  }

  static void attribute(Span.Builder span, String key, List<String> values) {
    ArrayValue.Builder array = ArrayValue.newBuilder();
    values.forEach(value -> array.addValues(AnyValue.newBuilder().setStringValue(value)));
    span.addAttributes(
        KeyValue.newBuilder().setKey(key).setValue(AnyValue.newBuilder().setArrayValue(array)));
  }

  /** Marks the span as failed with the exception event that an instrumentation would add. */
  static void fail(Span.Builder span, String exception, String message) {
    span.setStatus(
        Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR).setMessage(message));
    span.addEvents(
        Span.Event.newBuilder()
            .setName("exception")
            .setTimeUnixNano(span.getEndTimeUnixNano())
            .addAttributes(text("exception.type", exception))
            .addAttributes(text("exception.message", message)));
  }

  /** Makes the client's span end, and fail, as the server's span below it does. */
  void awaits(Span.Builder client, Span.Builder server, long networkNanos) {
    waits.add(new Wait(client, server, networkNanos));
  }

  /** How many spans there are so far. */
  public int spanCount() {
    return spansByService.values().stream().mapToInt(List::size).sum();
  }

  /** The spans as the services' exporters would send them: one resource per service. */
  public List<ResourceSpans> resourceSpans() {
    for (Wait wait : waits) {
      wait.client()
          .setEndTimeUnixNano(wait.server().getEndTimeUnixNano() + wait.networkNanos())
          .setStatus(wait.server().getStatus());
    }
    List<ResourceSpans> result = new ArrayList<>();
    spansByService.forEach((service, spans) -> {
      ScopeSpans.Builder scope =
          ScopeSpans.newBuilder()
              .setScope(
                  InstrumentationScope.newBuilder().setName("io.tempo4j.demo").setVersion("1.0"));
      spans.forEach(scope::addSpans);
      result.add(
          ResourceSpans.newBuilder()
              .setResource(
                  Resource.newBuilder()
                      .addAttributes(text("service.name", service))
                      .addAttributes(text("service.namespace", "shop"))
                      .addAttributes(text("service.version", "1.4.2"))
                      .addAttributes(text("deployment.environment.name", "demo"))
                      .addAttributes(text("host.name", service + "-0")))
              .addScopeSpans(scope)
              .build());
    });
    return result;
  }

  static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }
}
