package io.tempo4j.query.diff;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Traces written down one span a line. */
final class Traces {

  private static final long BASE = 1_700_000_000_000_000_000L;
  private static final long MILLI = 1_000_000;

  private final int number;
  private final List<ResourceSpans> spans = new ArrayList<>();

  private Traces(int number) {
    this.number = number;
  }

  static Traces trace(int number) {
    return new Traces(number);
  }

  /** A span of a service; attributes follow as key, value, key, value. */
  Traces span(
      int id,
      int parent,
      String service,
      String name,
      long startMillis,
      long millis,
      Object... rest) {
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(
                ByteString.copyFrom(ByteBuffer.allocate(16).putLong(0).putLong(number).flip()))
            .setSpanId(id(id))
            .setName(name)
            .setKindValue(2)
            .setStartTimeUnixNano(BASE + startMillis * MILLI)
            .setEndTimeUnixNano(BASE + (startMillis + millis) * MILLI);
    if (parent != 0) {
      span.setParentSpanId(id(parent));
    }
    for (int i = 0; i < rest.length; i += 2) {
      if (rest[i].equals("status")) {
        span.setStatus(Status.newBuilder().setCodeValue((Integer) rest[i + 1]));
      } else {
        span.addAttributes(
            KeyValue.newBuilder().setKey((String) rest[i]).setValue(value(rest[i + 1])));
      }
    }
    return add(service, span.build());
  }

  Traces add(String service, Span span) {
    Resource.Builder resource = Resource.newBuilder();
    if (!service.isEmpty()) {
      resource.addAttributes(KeyValue.newBuilder().setKey("service.name").setValue(value(service)));
    }
    spans.add(
        ResourceSpans.newBuilder()
            .setResource(resource)
            .addScopeSpans(ScopeSpans.newBuilder().addSpans(span))
            .build());
    return this;
  }

  static AnyValue value(Object value) {
    AnyValue.Builder any = AnyValue.newBuilder();
    return switch (value) {
      case String text -> any.setStringValue(text).build();
      case Boolean bool -> any.setBoolValue(bool).build();
      case Integer number -> any.setIntValue(number).build();
      case Double real -> any.setDoubleValue(real).build();
      case AnyValue ready -> ready;
      default -> throw new IllegalArgumentException(value.toString());
    };
  }

  static ByteString id(long id) {
    return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(id).flip());
  }

  byte[] bytes() {
    return TracesData.newBuilder().addAllResourceSpans(spans).build().toByteArray();
  }

  /** Few operations, few values, several of everything; parents may be missing or make cycles. */
  static Traces random(long seed, int count) {
    Random random = new Random(seed);
    Traces trace = trace((int) seed);
    for (int i = 1; i <= count; i++) {
      List<Object> rest = new ArrayList<>();
      if (random.nextInt(3) == 0) {
        rest.addAll(List.of("status", random.nextInt(3)));
      }
      if (random.nextBoolean()) {
        rest.addAll(List.of("a", random.nextBoolean() ? (Object) 1 : (Object) 1.0));
      }
      if (random.nextBoolean()) {
        rest.addAll(List.of("file.size", 100 + random.nextInt(12)));
      }
      trace.span(
          random.nextInt(20) == 0 ? 1 + random.nextInt(count) : i,
          random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(count + 2),
          "s" + random.nextInt(2),
          "n" + random.nextInt(3),
          random.nextInt(50),
          random.nextInt(8) * 10L,
          rest.toArray());
    }
    return trace;
  }
}
