package io.tempo4j.server.http;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** OTLP messages with everything that the format can carry, extremes included. */
final class RandomTraces {

  private static final String[] TEXTS = {
    "",
    "checkout",
    "GET /cart/{id}",
    "a\"b\\c\n\t\u0001\u007f",
    "größer",
    "日本",
    "😀 grin",
    "</script>"
  };

  private static final long[] NUMBERS = {
    0, 1, -1, 42, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, 1_700_000_000_000_000_000L
  };

  private static final double[] REALS = {
    0.0, -0.0, 1.5, -1e300, Double.MIN_VALUE, Double.NaN, Double.POSITIVE_INFINITY, 450.0
  };

  private final Random random;

  RandomTraces(long seed) {
    this.random = new Random(seed);
  }

  TracesData traces(int resources) {
    TracesData.Builder traces = TracesData.newBuilder();
    for (int i = 0; i < resources; i++) {
      ResourceSpans.Builder resource =
          ResourceSpans.newBuilder()
              .setResource(
                  Resource.newBuilder()
                      .addAllAttributes(attributes(2))
                      .setDroppedAttributesCount(count()))
              .setSchemaUrl(text());
      for (int j = random.nextInt(3); j >= 0; j--) {
        ScopeSpans.Builder scope =
            ScopeSpans.newBuilder()
                .setScope(
                    InstrumentationScope.newBuilder()
                        .setName(text())
                        .setVersion(text())
                        .addAllAttributes(attributes(1))
                        .setDroppedAttributesCount(count()))
                .setSchemaUrl(text());
        for (int k = random.nextInt(4); k >= 0; k--) {
          scope.addSpans(span());
        }
        resource.addScopeSpans(scope);
      }
      traces.addResourceSpans(resource);
    }
    return traces.build();
  }

  private Span span() {
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(id(16))
            .setSpanId(id(8))
            .setTraceState(text())
            .setParentSpanId(random.nextBoolean() ? id(8) : ByteString.EMPTY)
            .setFlags(count())
            .setName(text())
            .setKindValue(random.nextInt(8))
            .setStartTimeUnixNano(number())
            .setEndTimeUnixNano(number())
            .addAllAttributes(attributes(4))
            .setDroppedAttributesCount(count())
            .setDroppedEventsCount(count())
            .setDroppedLinksCount(count())
            .setStatus(Status.newBuilder().setCodeValue(random.nextInt(4)).setMessage(text()));
    for (int i = random.nextInt(3); i > 0; i--) {
      span.addEvents(
          Span.Event.newBuilder()
              .setTimeUnixNano(number())
              .setName(text())
              .addAllAttributes(attributes(1))
              .setDroppedAttributesCount(count()));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      span.addLinks(
          Span.Link.newBuilder()
              .setTraceId(id(16))
              .setSpanId(id(8))
              .setTraceState(text())
              .addAllAttributes(attributes(1))
              .setDroppedAttributesCount(count())
              .setFlags(count()));
    }
    return span.build();
  }

  private List<KeyValue> attributes(int most) {
    List<KeyValue> attributes = new ArrayList<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      attributes.add(keyValue(0));
    }
    return attributes;
  }

  private KeyValue keyValue(int depth) {
    return KeyValue.newBuilder().setKey("key." + random.nextInt(9)).setValue(value(depth)).build();
  }

  private AnyValue value(int depth) {
    AnyValue.Builder value = AnyValue.newBuilder();
    switch (random.nextInt(depth < 3 ? 8 : 6)) {
      case 0 -> value.setStringValue(text());
      case 1 -> value.setBoolValue(random.nextBoolean());
      case 2 -> value.setIntValue(number());
      case 3 -> value.setDoubleValue(REALS[random.nextInt(REALS.length)]);
      case 4 -> value.setBytesValue(id(random.nextInt(5)));
      case 5 -> {}
      case 6 ->
          value.setArrayValue(
              ArrayValue.newBuilder().addValues(value(depth + 1)).addValues(value(depth + 1)));
      default ->
          value.setKvlistValue(
              KeyValueList.newBuilder()
                  .addValues(keyValue(depth + 1))
                  .addValues(keyValue(depth + 1)));
    }
    return value.build();
  }

  private String text() {
    return TEXTS[random.nextInt(TEXTS.length)];
  }

  private long number() {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }

  private int count() {
    return random.nextInt(4) == 0 ? -1 : random.nextInt(3);
  }

  private ByteString id(int bytes) {
    byte[] id = new byte[bytes];
    random.nextBytes(id);
    return ByteString.copyFrom(id);
  }
}
