package io.tempo4j.testkit;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.EntityRef;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * OTLP requests that use every field of the protocol, extreme values included. The same seed gives
 * the same requests.
 */
public final class RandomRequests {

  private static final long BASE_NANOS = 1_790_000_000_000_000_000L;
  private static final String[] KEYS = {
    "http.method",
    "http.status_code",
    "db.statement",
    "user.id",
    "a",
    "b",
    "",
    "schlüssel",
    "k \"q\""
  };

  private final Random random;
  private final List<ByteString> traceIds = new ArrayList<>();
  private final List<ByteString> spanIds = new ArrayList<>();

  /** A generator of its own traces. */
  public RandomRequests(long seed) {
    this.random = new Random(seed);
    int traces = 1 + random.nextInt(12);
    for (int i = 0; i < traces; i++) {
      traceIds.add(bytes(16));
    }
  }

  /** The ids of the traces that the requests speak of. */
  public List<ByteString> traceIds() {
    return List.copyOf(traceIds);
  }

  /** The next request. */
  public ExportTraceServiceRequest next() {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      ResourceSpans.Builder resourceSpans = ResourceSpans.newBuilder();
      if (random.nextInt(5) > 0) {
        resourceSpans.setResource(resource());
      }
      if (random.nextBoolean()) {
        resourceSpans.setSchemaUrl("https://schema/" + random.nextInt(3));
      }
      for (int j = random.nextInt(3); j >= 0; j--) {
        ScopeSpans.Builder scopeSpans = ScopeSpans.newBuilder();
        if (random.nextInt(5) > 0) {
          scopeSpans.setScope(scope());
        }
        if (random.nextBoolean()) {
          scopeSpans.setSchemaUrl("https://scope/" + random.nextInt(3));
        }
        for (int k = random.nextInt(6); k >= 0; k--) {
          scopeSpans.addSpans(span());
        }
        resourceSpans.addScopeSpans(scopeSpans);
      }
      request.addResourceSpans(resourceSpans);
    }
    return request.build();
  }

  private Resource resource() {
    Resource.Builder resource = Resource.newBuilder();
    resource.addAttributes(text("service.name", "service-" + random.nextInt(3)));
    resource.addAllAttributes(attributes(4));
    if (random.nextInt(4) == 0) {
      resource.setDroppedAttributesCount(random.nextInt());
    }
    if (random.nextInt(4) == 0) {
      resource.addEntityRefs(
          EntityRef.newBuilder().setType("service").addIdKeys("service.name").build());
      resource.addEntityRefs(EntityRef.newBuilder().setType("host").setSchemaUrl("u"));
    }
    return resource.build();
  }

  private InstrumentationScope scope() {
    InstrumentationScope.Builder scope = InstrumentationScope.newBuilder();
    if (random.nextBoolean()) {
      scope.setName("scope-" + random.nextInt(2));
    }
    if (random.nextBoolean()) {
      scope.setVersion("1." + random.nextInt(2));
    }
    scope.addAllAttributes(attributes(2));
    if (random.nextInt(4) == 0) {
      scope.setDroppedAttributesCount(random.nextInt(9));
    }
    return scope.build();
  }

  private Span span() {
    ByteString id = bytes(8);
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(traceIds.get(random.nextInt(traceIds.size())))
            .setSpanId(id)
            .setName(random.nextInt(9) == 0 ? "" : "operation " + random.nextInt(20))
            .setKindValue(random.nextInt(12) == 0 ? random.nextInt() : random.nextInt(6))
            .setStartTimeUnixNano(time())
            .setEndTimeUnixNano(time());
    if (!spanIds.isEmpty() && random.nextInt(4) > 0) {
      span.setParentSpanId(spanIds.get(random.nextInt(spanIds.size())));
    } else if (random.nextInt(6) == 0) {
      span.setParentSpanId(bytes(8));
    }
    spanIds.add(id);
    span.addAllAttributes(attributes(8));
    if (random.nextInt(3) == 0) {
      span.setStatus(
          Status.newBuilder()
              .setCodeValue(random.nextInt(9) == 0 ? random.nextInt() : random.nextInt(3))
              .setMessage(random.nextBoolean() ? "" : "failed " + random.nextInt(5)));
    }
    for (int i = random.nextInt(6) - 3; i >= 0; i--) {
      span.addEvents(
          Span.Event.newBuilder()
              .setName("event " + random.nextInt(3))
              .setTimeUnixNano(time())
              .addAllAttributes(attributes(3))
              .setDroppedAttributesCount(random.nextInt(4) == 0 ? random.nextInt() : 0));
    }
    for (int i = random.nextInt(6) - 4; i >= 0; i--) {
      span.addLinks(
          Span.Link.newBuilder()
              .setTraceId(random.nextBoolean() ? span.getTraceId() : bytes(16))
              .setSpanId(bytes(8))
              .setTraceState(random.nextBoolean() ? "" : "a=b")
              .setFlags(random.nextInt(3) == 0 ? random.nextInt() : 0)
              .setDroppedAttributesCount(random.nextInt(4) == 0 ? random.nextInt() : 0)
              .addAllAttributes(attributes(3)));
    }
    if (random.nextInt(4) == 0) {
      span.setTraceState("vendor=" + random.nextInt(4)).setFlags(random.nextInt());
    }
    if (random.nextInt(6) == 0) {
      span.setDroppedAttributesCount(random.nextInt());
      span.setDroppedEventsCount(random.nextInt(3));
      span.setDroppedLinksCount(random.nextInt(3));
    }
    return span.build();
  }

  private long time() {
    return switch (random.nextInt(24)) {
      case 0 -> 0;
      case 1 -> Long.MIN_VALUE; // 2^63
      case 2 -> -1L;
      default -> BASE_NANOS + random.nextInt(2_000_000_000);
    };
  }

  private List<KeyValue> attributes(int most) {
    List<KeyValue> attributes = new ArrayList<>();
    List<String> keys = new ArrayList<>(List.of(KEYS));
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      String key = keys.remove(random.nextInt(keys.size()));
      attributes.add(KeyValue.newBuilder().setKey(key).setValue(value(0)).build());
    }
    return attributes;
  }

  private AnyValue value(int depth) {
    AnyValue.Builder value = AnyValue.newBuilder();
    switch (random.nextInt(depth > 2 ? 8 : 11)) {
      case 0, 1, 2 -> value.setStringValue("value " + random.nextInt(30));
      case 3 -> value.setStringValue(random.nextBoolean() ? "" : "größe ✓ " + random.nextInt(3));
      case 4 -> value.setIntValue(random.nextBoolean() ? random.nextInt(600) : random.nextLong());
      case 5 -> value.setDoubleValue(doubleValue());
      case 6 -> value.setBoolValue(random.nextBoolean());
      case 7 -> value.setBytesValue(bytes(random.nextInt(20)));
      case 8 -> {
        ArrayValue.Builder array = ArrayValue.newBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.addValues(value(depth + 1));
        }
        value.setArrayValue(array);
      }
      case 9 -> {
        KeyValueList.Builder map = KeyValueList.newBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
          map.addValues(KeyValue.newBuilder().setKey("m" + i).setValue(value(depth + 1)));
        }
        value.setKvlistValue(map);
      }
      default -> {
        // a value without content
      }
    }
    return value.build();
  }

  private double doubleValue() {
    return switch (random.nextInt(6)) {
      case 0 -> Double.NaN;
      case 1 -> Double.NEGATIVE_INFINITY;
      case 2 -> -0.0;
      default -> random.nextGaussian() * 1000;
    };
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private ByteString bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }
}
