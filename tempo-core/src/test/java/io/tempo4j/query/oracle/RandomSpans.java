package io.tempo4j.query.oracle;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.EntityRef;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Spans that collide on purpose: few ids, few keys, few values, every type, hostile extremes. */
public final class RandomSpans {

  public static final List<String> KEYS = List.of("a", "b", "service.name", "x y");
  public static final List<String> WORDS =
      List.of("", "a", "ab", "b", "frontend", "ß", "\uD83D\uDE00");
  public static final List<Long> INTS =
      List.of(0L, 1L, -1L, 2L, 500L, Long.MAX_VALUE, Long.MIN_VALUE);
  static final List<Double> DOUBLES =
      List.of(0.0, -0.0, 1.0, 1.5, -1.0, 2.0, 500.0, Double.NaN, Double.POSITIVE_INFINITY, 9.3e18);
  public static final long BASE = 1_700_000_000_000_000_000L;

  private final Random random;
  private final boolean isRepeatingKeys;
  private final boolean isRich;

  private RandomSpans(long seed, boolean isRepeatingKeys, boolean isRich) {
    random = new Random(seed);
    this.isRepeatingKeys = isRepeatingKeys;
    this.isRich = isRich;
  }

  public static RandomSpans of(long seed) {
    return new RandomSpans(seed, false, false);
  }

  /** Spans may have several events and links, ids zeros on their left. */
  public static RandomSpans rich(long seed) {
    return new RandomSpans(seed, false, true);
  }

  /** Rows may have a key more than once, which OTLP forbids. */
  public static RandomSpans withRepeatedKeys(long seed) {
    return new RandomSpans(seed, true, true);
  }

  public List<PlainSpan> spans(int count) {
    List<Resource> resources = new ArrayList<>();
    List<InstrumentationScope> scopes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      resources.add(resource());
      scopes.add(scope());
    }
    List<PlainSpan> spans = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      spans.add(
          new PlainSpan(
              pick(resources),
              chance(5) ? "https://schema/resource" : "",
              pick(scopes),
              chance(5) ? "https://schema/scope" : "",
              span(count)));
    }
    return spans;
  }

  /**
   * Spans of a few traces with trees in them: several roots, parents that are missing, cycles,
   * pairs that share an id, spans that are there twice, and such that are nearly the same. No
   * others start at one moment.
   */
  public List<PlainSpan> trees(int count) {
    List<PlainSpan> drawn = spans(count);
    int traces = 1 + count / 12;
    List<List<Long>> ids = new ArrayList<>();
    for (int i = 0; i < traces; i++) {
      ids.add(new ArrayList<>());
    }
    List<PlainSpan> spans = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int trace = random.nextInt(traces);
      List<Long> known = ids.get(trace);
      long id = chance(12) && !known.isEmpty() ? pick(known) : i + 1;
      long start = BASE + (random.nextInt(50) * 1000L + i) * 1_000_000L;
      Span.Builder span =
          drawn.get(i).span().toBuilder()
              .setTraceId(traceId(1 + trace))
              .setSpanId(spanId(id))
              .setStartTimeUnixNano(start)
              .setEndTimeUnixNano(start + random.nextInt(2000) * 1_000_000L)
              .clearParentSpanId()
              .clearAttributes()
              .addAllAttributes(
                  drawn.get(i).span().getAttributesList().stream()
                      .map(RandomSpans::moderate)
                      .toList());
      long parent = parent(known, id, count);
      if (parent != 0) {
        span.setParentSpanId(spanId(parent));
      }
      known.add(id);
      spans.add(
          new PlainSpan(
              drawn.get(i).resource(),
              drawn.get(i).resourceSchemaUrl(),
              drawn.get(i).scope(),
              drawn.get(i).scopeSchemaUrl(),
              span.build()));
    }
    return withCopies(spans);
  }

  /** With some of them a second time, and some nearly so, anywhere. */
  public List<PlainSpan> withCopies(List<PlainSpan> spans) {
    List<PlainSpan> all = new ArrayList<>(spans);
    for (PlainSpan span : spans) {
      while (chance(4)) {
        PlainSpan copy = chance(2) ? reordered(span) : nearly(span);
        all.add(random.nextInt(all.size() + 1), copy);
      }
    }
    return all;
  }

  /** The same span with its attributes in another order, which means nothing. */
  private PlainSpan reordered(PlainSpan span) {
    List<KeyValue> attributes = new ArrayList<>(span.span().getAttributesList());
    if (!isRepeatingKeys) {
      Collections.shuffle(attributes, random);
    }
    return with(
        span, span.span().toBuilder().clearAttributes().addAllAttributes(attributes).build());
  }

  /** A span that differs in one thing alone. */
  private PlainSpan nearly(PlainSpan plain) {
    Span.Builder span = plain.span().toBuilder();
    switch (random.nextInt(9)) {
      case 0 -> span.setStatus(Status.newBuilder().setCodeValue(random.nextInt(3)));
      case 1 -> span.setEndTimeUnixNano(span.getEndTimeUnixNano() + 1_000_000L);
      case 2 -> span.clearAttributes().addAllAttributes(attributes());
      case 3 -> span.setName(pick(WORDS));
      case 4 -> span.addEvents(Span.Event.newBuilder().setName("another"));
      case 5 -> span.addLinks(Span.Link.newBuilder().setTraceId(traceId(9)).setSpanId(id(9)));
      case 6 -> span.setFlags(7);
      case 7 -> {
        return new PlainSpan(
            plain.resource(), plain.resourceSchemaUrl(), scope(), "another", plain.span());
      }
      default -> {
        return new PlainSpan(
            resource(), "another", plain.scope(), plain.scopeSchemaUrl(), plain.span());
      }
    }
    return with(plain, span.build());
  }

  private static PlainSpan with(PlainSpan plain, Span span) {
    return new PlainSpan(
        plain.resource(), plain.resourceSchemaUrl(), plain.scope(), plain.scopeSchemaUrl(), span);
  }

  private static KeyValue moderate(KeyValue attribute) {
    AnyValue value = attribute.getValue();
    boolean isExtreme =
        Math.abs((double) value.getIntValue()) > 1e6 || Math.abs(value.getDoubleValue()) > 1e6;
    return isExtreme
        ? attribute.toBuilder().setValue(AnyValue.newBuilder().setIntValue(-7)).build()
        : attribute;
  }

  private long parent(List<Long> known, long own, int count) {
    return switch (random.nextInt(12)) {
      case 0, 1 -> 0;
      case 2 -> count + 1 + random.nextInt(3); // missing
      case 3 -> 1 + random.nextInt(count); // perhaps a cycle
      case 4 -> own;
      default -> known.isEmpty() ? 0 : pick(known);
    };
  }

  private Span span(int count) {
    long start = chance(12) ? hostileTime() : BASE + random.nextInt(2000) * 1_000_000L;
    long end = chance(12) ? hostileTime() : start + random.nextInt(1000) * 1_000_000L;
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(traceId(1 + random.nextInt(1 + count / 6)))
            .setSpanId(spanId(1 + random.nextInt(count)))
            .setName(pick(WORDS))
            .setKindValue(chance(20) ? 9 : random.nextInt(6))
            .setStartTimeUnixNano(start)
            .setEndTimeUnixNano(end)
            .setStatus(status())
            .addAllAttributes(attributes());
    if (!chance(4)) {
      span.setParentSpanId(spanId(1 + random.nextInt(count)));
    }
    if (chance(4)) {
      span.setTraceState("k=v")
          .setFlags(-1)
          .setDroppedAttributesCount(-1)
          .setDroppedEventsCount(2)
          .setDroppedLinksCount(3);
    }
    for (int i = random.nextInt(isRich ? 5 : 3); i > 0; i--) {
      span.addEvents(
          Span.Event.newBuilder()
              .setTimeUnixNano(chance(10) ? hostileTime() : start + random.nextInt(3) * 1_000_000L)
              .setName(pick(WORDS))
              .setDroppedAttributesCount(random.nextInt(2))
              .addAllAttributes(attributes()));
    }
    for (int i = random.nextInt(isRich ? 4 : 2); i > 0; i--) {
      span.addLinks(
          Span.Link.newBuilder()
              .setTraceId(chance(4) ? ByteString.EMPTY : traceId(random.nextInt(3)))
              .setSpanId(chance(4) ? ByteString.EMPTY : spanId(random.nextInt(3)))
              .setTraceState(chance(2) ? "l=1" : "")
              .setFlags(random.nextInt(3))
              .setDroppedAttributesCount(random.nextInt(2))
              .addAllAttributes(attributes()));
    }
    return span.build();
  }

  private Status status() {
    Status.Builder status = Status.newBuilder().setCodeValue(random.nextInt(3));
    return (chance(3) ? status.setMessage(pick(WORDS)) : status).build();
  }

  private Resource resource() {
    Resource.Builder resource = Resource.newBuilder().addAllAttributes(attributes());
    if (chance(2)) {
      resource
          .setDroppedAttributesCount(7)
          .addEntityRefs(EntityRef.newBuilder().setType("service").addIdKeys("service.name"));
    }
    return resource.build();
  }

  private InstrumentationScope scope() {
    return InstrumentationScope.newBuilder()
        .setName(pick(WORDS))
        .setVersion(pick(WORDS))
        .setDroppedAttributesCount(random.nextInt(2))
        .addAllAttributes(attributes())
        .build();
  }

  private List<KeyValue> attributes() {
    List<KeyValue> attributes = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      String key = pick(KEYS);
      if (isRepeatingKeys || attributes.stream().noneMatch(kv -> kv.getKey().equals(key))) {
        attributes.add(KeyValue.newBuilder().setKey(key).setValue(value(0)).build());
      }
    }
    return attributes;
  }

  private AnyValue value(int depth) {
    AnyValue.Builder value = AnyValue.newBuilder();
    return switch (random.nextInt(depth > 1 ? 6 : 8)) {
      case 0, 1 -> value.setStringValue(pick(WORDS)).build();
      case 2 -> value.setIntValue(pick(INTS)).build();
      case 3 -> value.setDoubleValue(pick(DOUBLES)).build();
      case 4 -> value.setBoolValue(random.nextBoolean()).build();
      case 5 ->
          chance(2)
              ? value.build()
              : value.setBytesValue(ByteString.copyFromUtf8(pick(WORDS))).build();
      case 6 -> {
        ArrayValue.Builder array = ArrayValue.newBuilder();
        AnyValue first = value(depth + 1);
        for (int i = random.nextInt(3); i > 0; i--) {
          array.addValues(chance(3) ? first : value(depth + 1));
        }
        yield value.setArrayValue(array).build();
      }
      default ->
          value
              .setKvlistValue(
                  KeyValueList.newBuilder()
                      .addValues(KeyValue.newBuilder().setKey("k").setValue(value(depth + 1))))
              .build();
    };
  }

  private long hostileTime() {
    return pick(List.of(0L, 1L, Long.MIN_VALUE, Long.MAX_VALUE, -1L));
  }

  private boolean chance(int of) {
    return random.nextInt(of) == 0;
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  public static ByteString traceId(long number) {
    return ByteString.copyFrom(
        ByteBuffer.allocate(16).putLong(number << 62).putLong(number).flip());
  }

  public static ByteString id(long number) {
    return bytes(number * 0x9E3779B97F4A7C15L);
  }

  private ByteString spanId(long number) {
    return isRich ? bytes(richId(number)) : id(number);
  }

  /** The number of a span id of rich spans. */
  static long richId(long number) {
    long mixed = number * 0x9E3779B97F4A7C15L;
    return number % 4 == 2 ? mixed >>> 12 : mixed;
  }

  private static ByteString bytes(long id) {
    return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(id).flip());
  }
}
