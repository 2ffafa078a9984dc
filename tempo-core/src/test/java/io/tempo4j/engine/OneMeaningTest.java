package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.EntityRef;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.otlp.WireWriter;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.testkit.Spans;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What OTLP leaves open, and senders send: every view says the same of it. */
class OneMeaningTest {

  private static final TenantId TENANT = TenantId.SINGLE;
  private static final TraceId TRACE = new TraceId(3, 4);

  private TraceStore store;

  @BeforeEach
  void open() throws Exception {
    store = TraceStore.builder().blocks(new InMemoryObjectStore()).withoutWal().open();
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private Span byId() throws IOException {
    return TracesData.parseFrom(store.findTrace(TENANT, TRACE).tracesData())
        .getResourceSpans(0)
        .getScopeSpans(0)
        .getSpans(0);
  }

  private int found(String query) throws IOException {
    return store.search(TENANT, new SearchRequest(query, 0, -1L, 10, 10)).traces().size();
  }

  /** The labels of the only series. */
  private String by(String field) throws IOException {
    return store
        .metrics(
            TENANT,
            MetricsRequest.instant(
                "{ } | count_over_time() by (" + field + ")",
                Spans.START - 1,
                Spans.START + 1_000_000_000L))
        .series()
        .get(0)
        .labels()
        .toString();
  }

  // ---- links

  private static ByteString bytes(int length, int each) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) each);
    return ByteString.copyFrom(bytes);
  }

  @Test
  void linksWithoutUsableIdsAreKeptWithoutThemAndReported() throws Exception {
    Span.Builder span =
        Spans.span(TRACE, 1, 0)
            .addLinks(Span.Link.newBuilder().addAttributes(Spans.text("k", "none")))
            .addLinks(Span.Link.newBuilder().setTraceId(bytes(8, 1)).setSpanId(bytes(8, 2)))
            .addLinks(Span.Link.newBuilder().setTraceId(bytes(16, 0)).setSpanId(bytes(4, 2)))
            .addLinks(Span.Link.newBuilder().setTraceId(bytes(16, 3)).setSpanId(bytes(8, 4)));
    AppendResult result = store.append(TENANT, Spans.request(span));

    assertThat(result.acceptedSpans()).isEqualTo(1);
    assertThat(result.rejectedSpans()).isZero();
    assertThat(result.message())
        .isEqualTo(
            "link trace id must be 128 bit, received 64 bits, left out (1 links);"
                + " link trace id is all zeros, left out (1 links);"
                + " link span id must be 64 bit, received 32 bits, left out (1 links)");
    for (int look = 0; look < 2; look++) {
      List<Span.Link> links = byId().getLinksList();
      assertThat(links).hasSize(4);
      assertThat(links.get(0).getTraceId()).isEmpty();
      assertThat(links.get(0).getSpanId()).isEmpty();
      assertThat(links.get(0).getAttributes(0).getKey()).isEqualTo("k");
      assertThat(links.get(1).getTraceId()).isEmpty();
      assertThat(links.get(1).getSpanId()).isEqualTo(bytes(8, 2));
      assertThat(links.get(2).getTraceId()).isEmpty();
      assertThat(links.get(2).getSpanId()).isEmpty();
      assertThat(links.get(3).getTraceId()).isEqualTo(bytes(16, 3));
      assertThat(found("{ link:spanID = \"0202020202020202\" }")).isEqualTo(1);
      assertThat(found("{ link:spanID = \"0000000000000000\" }")).isZero();
      assertThat(found("{ link:traceID =~ \"0+\" }")).isZero();
      store.flush();
    }
  }

  @Test
  void aLinkWithoutIdsIsNoLoss() throws Exception {
    AppendResult result =
        store.append(
            TENANT, Spans.request(Spans.span(TRACE, 1, 0).addLinks(Span.Link.newBuilder())));

    assertThat(result.message()).isEmpty();
    assertThat(byId().getLinksList()).containsExactly(Span.Link.getDefaultInstance());
    assertThat(found("{ link:traceID != nil }")).isZero();
  }

  // ---- values with several members

  private static AnyValue text(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  private static AnyValue number(long number) {
    return AnyValue.newBuilder().setIntValue(number).build();
  }

  private static AnyValue array(AnyValue... values) {
    return AnyValue.newBuilder()
        .setArrayValue(ArrayValue.newBuilder().addAllValues(List.of(values)))
        .build();
  }

  private static byte[] joined(AnyValue... members) {
    WireWriter any = new WireWriter(64);
    for (AnyValue member : members) {
      any.raw(member.toByteArray(), 0, member.getSerializedSize());
    }
    return any.toByteArray();
  }

  /** Sends a span with an attribute {@code a} of these bytes. */
  private void send(byte[] any) throws IOException {
    WireWriter request = new WireWriter(256);
    int resourceSpans = request.begin(1);
    int scopeSpans = request.begin(2);
    int span = request.begin(2);
    byte[] fields = Spans.span(TRACE, 1, 0).build().toByteArray();
    request.raw(fields, 0, fields.length);
    int attribute = request.begin(9);
    request.string(1, "a");
    request.bytes(2, any, 0, any.length);
    request.end(attribute);
    request.end(span);
    request.end(scopeSpans);
    request.end(resourceSpans);
    byte[] bytes = request.toByteArray();
    assertThat(store.append(TENANT, bytes, 0, bytes.length).acceptedSpans()).isEqualTo(1);
  }

  private AnyValue value() throws IOException {
    assertThat(byId().getAttributesCount()).isEqualTo(1);
    return byId().getAttributes(0).getValue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ofTwoMembersTheLastCounts(boolean isFlushed) throws Exception {
    send(joined(text("x"), number(7)));
    if (isFlushed) {
      store.flush();
    }

    assertThat(value()).isEqualTo(number(7));
    assertThat(found("{ span.a = 7 }")).isEqualTo(1);
    assertThat(found("{ span.a = \"x\" }")).isZero();
    assertThat(by("span.a")).contains("7").doesNotContain("x");
  }

  @Test
  void theLastMayBeAnythingAndIsNotMerged() throws Exception {
    send(joined(number(7), array(number(1), number(2)), array(text("y"))));
    assertThat(value()).isEqualTo(array(text("y")));
    assertThat(found("{ span.a = \"y\" }")).isEqualTo(1);
    assertThat(found("{ span.a = 1 }")).isZero();
  }

  @Test
  void soItIsInsideOfArraysAndMaps() throws Exception {
    WireWriter any = new WireWriter(64);
    int array = any.begin(5);
    byte[] element = joined(text("x"), number(7));
    any.bytes(1, element, 0, element.length);
    int map = any.begin(1);
    AnyValue pairs =
        AnyValue.newBuilder()
            .setKvlistValue(
                KeyValueList.newBuilder()
                    .addValues(KeyValue.newBuilder().setKey("k").setValue(number(1)))
                    .addValues(KeyValue.newBuilder().setKey("l").setValue(number(2)))
                    .addValues(KeyValue.newBuilder().setKey("k").setValue(text("last"))))
            .build();
    any.raw(pairs.toByteArray(), 0, pairs.getSerializedSize());
    any.end(map);
    any.end(array);
    send(any.toByteArray());

    assertThat(value())
        .isEqualTo(
            array(
                number(7),
                AnyValue.newBuilder()
                    .setKvlistValue(
                        KeyValueList.newBuilder()
                            .addValues(KeyValue.newBuilder().setKey("l").setValue(number(2)))
                            .addValues(KeyValue.newBuilder().setKey("k").setValue(text("last"))))
                    .build()));
    assertThat(found("{ span.a = 7 }")).isEqualTo(1);
    assertThat(found("{ span.a = \"x\" }")).isZero();
  }

  // ---- text that is none

  private static final byte[] NO_TEXT = {(byte) 0xff};

  @Test
  void whatIsNoTextBecomesTextAlsoInsideOfArraysAndMaps() throws Exception {
    WireWriter any = new WireWriter(64);
    int array = any.begin(5);
    int element = any.begin(1);
    any.bytes(1, NO_TEXT, 0, 1);
    any.end(element);
    int second = any.begin(1);
    int map = any.begin(6);
    for (int value = 1; value <= 2; value++) { // two keys that become one
      int entry = any.begin(1);
      any.bytes(1, new byte[] {(byte) (0xfd + value)}, 0, 1);
      byte[] number = number(value).toByteArray();
      any.bytes(2, number, 0, number.length);
      any.end(entry);
    }
    any.end(map);
    any.end(second);
    any.end(array);
    send(any.toByteArray());

    AnyValue last =
        AnyValue.newBuilder()
            .setKvlistValue(
                KeyValueList.newBuilder()
                    .addValues(KeyValue.newBuilder().setKey("\ufffd").setValue(number(2))))
            .build();
    for (int look = 0; look < 2; look++) {
      assertThat(value()).isEqualTo(array(text("\ufffd"), last));
      assertThat(found("{ span.a = \"\ufffd\" }")).isEqualTo(1);
      store.flush();
    }
  }

  /** A request with a span whose resource has these bytes as a reference to an entity. */
  private static byte[] withEntityRef(byte[] ref) {
    WireWriter request = new WireWriter(256);
    int resourceSpans = request.begin(1);
    int resource = request.begin(1);
    request.bytes(3, ref, 0, ref.length);
    request.end(resource);
    int scopeSpans = request.begin(2);
    byte[] span = Spans.span(TRACE, 1, 0).build().toByteArray();
    request.bytes(2, span, 0, span.length);
    request.end(scopeSpans);
    request.end(resourceSpans);
    return request.toByteArray();
  }

  @Test
  void referencesToEntitiesCanBeReadBackByEveryParser() throws Exception {
    WireWriter ref = new WireWriter(16);
    ref.bytes(1, NO_TEXT, 0, 1);
    ref.string(2, "host");
    ref.bytes(3, NO_TEXT, 0, 1);
    ref.string(3, "host.id");
    byte[] request = withEntityRef(ref.toByteArray());
    store.append(TENANT, request, 0, request.length);

    EntityRef read =
        TracesData.parseFrom(store.findTrace(TENANT, TRACE).tracesData())
            .getResourceSpans(0)
            .getResource()
            .getEntityRefs(0);
    assertThat(read)
        .isEqualTo(
            EntityRef.newBuilder()
                .setSchemaUrl("\ufffd")
                .setType("host")
                .addIdKeys("\ufffd")
                .addIdKeys("host.id")
                .build());

    byte[] torn = withEntityRef(new byte[] {10, 5, 'x'});
    assertThatThrownBy(() -> store.append(TENANT, torn, 0, torn.length))
        .isInstanceOf(MalformedOtlpException.class)
        .hasMessageContaining("reaches beyond the enclosing message");
  }

  // ---- keys that come again

  private void assertLast(Span.Builder span, AnyValue last, String literal, String... others)
      throws Exception {
    store.append(TENANT, Spans.request(span));
    for (int look = 0; look < 2; look++) {
      assertThat(byId().getAttributesList().stream().filter(pair -> pair.getKey().equals("a")))
          .containsExactly(KeyValue.newBuilder().setKey("a").setValue(last).build());
      assertThat(byId().getAttributesList().stream().map(KeyValue::getKey)).doesNotHaveDuplicates();
      assertThat(found("{ span.a = " + literal + " }")).isEqualTo(1);
      for (String other : others) {
        assertThat(found("{ span.a = " + other + " }")).as(other).isZero();
      }
      assertThat(by("span.a")).contains(literal.replace("\"", ""));
      store.flush();
    }
  }

  @Test
  void ofAKeyThatComesAgainTheLastValueCounts() throws Exception {
    assertLast(
        Spans.span(TRACE, 1, 0)
            .addAttributes(Spans.number("a", 1))
            .addAttributes(Spans.text("b", "between"))
            .addAttributes(Spans.number("a", 2)),
        number(2),
        "2",
        "1");
    assertThat(found("{ span.b = \"between\" }")).isEqualTo(1);
  }

  @Test
  void alsoIfItsTypeIsAnother() throws Exception {
    assertLast(
        Spans.span(TRACE, 1, 0)
            .addAttributes(Spans.text("a", "x"))
            .addAttributes(Spans.number("a", 1))
            .addAttributes(Spans.text("b", "between"))
            .addAttributes(Spans.text("a", "y"))
            .addAttributes(Spans.number("a", 7)),
        number(7),
        "7",
        "1",
        "\"x\"",
        "\"y\"");
  }

  @Test
  void alsoBeyondTheBoundOnColumns() throws Exception {
    Span.Builder span = Spans.span(TRACE, 1, 0).addAttributes(Spans.text("a", "x"));
    List<KeyValue> many = new ArrayList<>();
    for (int key = 0; key < 1500; key++) {
      many.add(Spans.number("key-" + key, key));
    }
    span.addAllAttributes(many)
        .addAttributes(Spans.number("key-1400", -1))
        .addAttributes(Spans.number("a", 1))
        .addAttributes(Spans.number("a", 7));
    assertLast(span, number(7), "7", "1", "\"x\"");
    assertThat(found("{ span.key-1400 = -1 }")).isEqualTo(1);
    assertThat(found("{ span.key-1400 = 1400 }")).isZero();
    assertThat(found("{ span.key-3 = 3 && span.key-1499 = 1499 }")).isEqualTo(1);
  }

  @Test
  void alsoOfResourcesScopesEventsAndLinks() throws Exception {
    Span.Builder span =
        Spans.span(TRACE, 1, 0)
            .addEvents(
                Span.Event.newBuilder()
                    .addAttributes(Spans.number("a", 1))
                    .addAttributes(Spans.number("a", 2)))
            .addLinks(
                Span.Link.newBuilder()
                    .addAttributes(Spans.number("a", 1))
                    .addAttributes(Spans.text("a", "z")));
    var request = Spans.request("service", List.of(span.build())).toBuilder();
    request
        .getResourceSpansBuilder(0)
        .getResourceBuilder()
        .addAttributes(Spans.text("service.name", "second"));
    request
        .getResourceSpansBuilder(0)
        .getScopeSpansBuilder(0)
        .getScopeBuilder()
        .addAttributes(Spans.number("a", 1))
        .addAttributes(Spans.number("a", 3));
    store.append(TENANT, request.build());
    for (int look = 0; look < 2; look++) {
      assertThat(byId().getEvents(0).getAttributesList()).containsExactly(Spans.number("a", 2));
      assertThat(byId().getLinks(0).getAttributesList()).containsExactly(Spans.text("a", "z"));
      assertThat(found("{ event.a = 2 && link.a = \"z\" && instrumentation.a = 3 }")).isEqualTo(1);
      assertThat(found("{ event.a = 1 || link.a = 1 || instrumentation.a = 1 }")).isZero();
      assertThat(found("{ resource.service.name = \"second\" }")).isEqualTo(1);
      assertThat(found("{ resource.service.name = \"service\" }")).isZero();
      assertThat(
              store
                  .search(TENANT, new SearchRequest("{ }", 0, -1L, 1, 1))
                  .traces()
                  .get(0)
                  .rootServiceName())
          .isEqualTo("second");
      store.flush();
    }
  }
}
