package io.tempo4j.query.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tempo4j.column.SpanSource;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.query.oracle.PlainSpan;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.TestSources;
import io.tempo4j.traceql.TraceQlException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What filters mean, case by case. The trace:
 *
 * <pre>
 * root    server  ok     1 s     resource service.name=front
 * +- call client  error  400 ms  event exception at 3 ms, link to trace 9
 * |  `- db        unset  200 ms  resource service.name=base, link to trace 12
 * +- early        unset  -1 ms (counts as 0)
 * orphan          unset  5 ms    parent not there
 * </pre>
 */
class FilterSemanticsTest {

  private static final long MILLI = 1_000_000;
  private static final Resource FRONT = resource("front");
  private static final Resource BASE = resource("base");
  private static final InstrumentationScope LIB =
      InstrumentationScope.newBuilder()
          .setName("lib")
          .setVersion("1.2")
          .addAttributes(text("own", "scope"))
          .build();

  private static final List<PlainSpan> TRACE =
      List.of(
          plain(
              FRONT,
              span(1, 0, "root", 0, 1000)
                  .setKind(Span.SpanKind.SPAN_KIND_SERVER)
                  .setStatus(Status.newBuilder().setCodeValue(1))
                  .addAttributes(text("word", "b"))
                  .addAttributes(number("count", 3))
                  .addAttributes(flag("on", true))),
          plain(
              FRONT,
              span(2, 1, "call", 10, 400)
                  .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
                  .setStatus(Status.newBuilder().setCodeValue(2).setMessage("boom"))
                  .addAttributes(real("count", 3.5))
                  .addAttributes(flag("on", false))
                  .addAttributes(array("list", "x", "y"))
                  .addEvents(
                      Span.Event.newBuilder()
                          .setName("exception")
                          .setTimeUnixNano(RandomSpans.BASE + 13 * MILLI)
                          .addAttributes(text("type", "TypeError")))
                  .addEvents(
                      Span.Event.newBuilder()
                          .setName("retry")
                          .setTimeUnixNano(RandomSpans.BASE + 20 * MILLI)
                          .addAttributes(text("type", "Timeout")))
                  .addLinks(
                      Span.Link.newBuilder()
                          .setTraceId(RandomSpans.traceId(9))
                          .setSpanId(id(7))
                          .addAttributes(text("way", "follows")))),
          plain(
              BASE,
              span(3, 2, "db", 20, 200)
                  .addAttributes(text("own", "span"))
                  .addAttributes(text("", "e"))
                  .addAttributes(
                      attribute(
                          "sizes",
                          AnyValue.newBuilder()
                              .setArrayValue(
                                  ArrayValue.newBuilder()
                                      .addValues(AnyValue.newBuilder().setIntValue(1))
                                      .addValues(AnyValue.newBuilder().setIntValue(3)))))
                  .addLinks(
                      Span.Link.newBuilder().setTraceId(RandomSpans.traceId(12)).setSpanId(id(8)))),
          plain(BASE, span(4, 1, "early", 30, -1).addAttributes(text("count", "3"))),
          plain(BASE, span(5, 99, "orphan", 40, 5)));

  private final SearchEngine engine = new SearchEngine();

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "{ } => root call db early orphan",
        "{ true } => root call db early orphan",
        "{ false } =>",
        "{ true && true } => root call db early orphan",
        // intrinsics
        "{ name = \"db\" } => db",
        "{ span:name =~ \"r.*|d.\" } => root db",
        "{ name !~ \".*a.*\" } => root db",
        "{ name > \"early\" } => root orphan",
        "{ status = error } => call",
        "{ status != unset } => root call",
        "{ span:status = ok } => root",
        "{ statusMessage = \"boom\" } => call",
        "{ statusMessage = \"\" } => root db early orphan",
        "{ kind = server } => root",
        "{ kind != unspecified } => root call",
        "{ duration > 300ms } => root call",
        "{ duration = 0s } => early",
        "{ duration >= 0 } => root call db early orphan",
        "{ duration < 5.5ms } => early orphan",
        "{ duration != 1s } => call db early orphan",
        "{ span:id = \"0000000000000003\" } => db",
        // zeros on the left of an id may be left out
        "{ span:id = \"3\" } => db",
        "{ span:id = \"0003\" } => db",
        "{ span:id = \"00000000000000003\" } =>",
        "{ span:id = \"g\" } =>",
        "{ span:id != \"3\" } => root call early orphan",
        "{ span:id != \"g\" } => root call db early orphan",
        "{ span:id =~ \"3|0004\" } => db early",
        "{ span:id =~ \"[34]\" } => db early",
        "{ span:id =~ \"0+[34]\" } => db early",
        "{ span:id !~ \"[34]\" } => root call orphan",
        "{ span:id > \"3\" } => early orphan",
        "{ span:id <= \"2\" } => root call",
        "{ \"3\" = span:id } => db",
        // as JSON of traces by id shows them
        "{ span:id = \"AAAAAAAAAAM=\" } => db",
        "{ span:id != \"AAAAAAAAAAM=\" } => root call early orphan",
        "{ span:id = \"AAAAAAAAAAM\" } =>",
        "{ trace:id = \"QAAAAAAAAAAAAAAAAAAAAQ==\" } => root call db early orphan",
        "{ link:traceID = \"AAAAAAAAAAAAAAAAAAAADA==\" } => db",
        "{ span:parentID = \"1\" } => call early",
        "{ span:parentID = span:id } =>",
        "{ span:parentID = \"0000000000000000\" } => root",
        "{ span:parentID = \"0\" } => root",
        "{ span:parentID != \"\" } => call db early orphan",
        "{ span:parentID != \"0000000000000000\" } => call db early orphan",
        "{ span:parentID =~ \"\" } => root",
        "{ span:parentID =~ \"0{16}\" } => root",
        "{ span:parentID !~ \"0*\" } => call db early orphan",
        "{ trace:id = \"4\" } =>",
        "{ trace:id != \"4\" } => root call db early orphan",
        "{ trace:id =~ \"40+1\" } => root call db early orphan",
        "{ link:spanID = \"7\" } => call",
        "{ link:spanID != \"7\" } => db",
        "{ link:spanID =~ \"[67]\" } => call",
        "{ link:traceID = \"c\" && link:spanID = \"8\" } => db",
        "{ link:traceID = \"0c\" && link:spanID = \"7\" } =>",
        "{ link:traceID =~ \"[bc]\" } => db",
        "{ link:traceID !~ \"[bc]\" } => call",
        "{ span:parentID = \"0000000000000001\" } => call early",
        "{ span:parentID = \"0000000000000063\" } => orphan",
        "{ span:parentID = \"\" } => root",
        "{ trace:id = \"40000000000000000000000000000001\" } => root call db early orphan",
        "{ trace:id = \"40000000000000000000000000000002\" } =>",
        "{ traceDuration = 1s } => root call db early orphan",
        "{ trace:duration > 1s } =>",
        "{ rootName = \"root\" && name = \"db\" } => db",
        "{ trace:rootName = \"db\" } =>",
        "{ rootServiceName = \"front\" && resource.service.name = \"base\" } => db early orphan",
        "{ childCount = 2 } => root",
        "{ span:childCount > 0 } => root call",
        "{ nestedSetParent < 0 } => root",
        "{ nestedSetParent = 1 } => call early",
        "{ nestedSetLeft = 3 && nestedSetRight = 4 } => db",
        "{ nestedSetRight = 8 } => root",
        "{ nestedSetLeft = 0 } => orphan",
        "{ event:name = \"retry\" } => call",
        "{ event:name != \"retry\" } => call",
        "{ event:timeSinceStart = 3ms } => call",
        "{ event:timeSinceStart > 20ms } =>",
        "{ link:traceID = \"40000000000000000000000000000009\" } => call",
        "{ link:spanID = \"0000000000000007\" } => call",
        "{ instrumentation:name = \"lib\" } => root call db early orphan",
        "{ instrumentation:version != \"1.2\" } =>",
        // attributes, scopes
        "{ span.word = \"b\" } => root",
        "{ .word = \"b\" } => root",
        "{ resource.word = \"b\" } =>",
        "{ resource.service.name = \"front\" } => root call",
        "{ .service.name = \"front\" } => root call",
        "{ event.type = \"Timeout\" } => call",
        // without a scope: the span, then the resource, nowhere else
        "{ .type = \"TypeError\" } =>",
        "{ .way = \"follows\" } =>",
        "{ link.way = \"follows\" } => call",
        "{ instrumentation.own = \"scope\" } => root call db early orphan",
        "{ .own = \"scope\" } =>",
        "{ .own = \"span\" } => db",
        "{ .own != \"span\" } =>",
        "{ .own = nil } => root call early orphan",
        // an attribute whose key is empty
        "{ span.\"\" = \"e\" } => db",
        "{ .\"\" = \"e\" && resource.\"\" = nil } => db",
        "{ name = \"orphan\" } | select(span.\"\") => orphan",
        // one and the same event, see traceql.md
        "{ event:name = \"exception\" && event.type = \"TypeError\" } => call",
        "{ event:name = \"exception\" && event.type = \"Timeout\" } =>",
        "{ event:name = \"exception\" && event:timeSinceStart > 5ms } =>",
        "{ event:name = \"retry\" && event:timeSinceStart > 5ms } => call",
        "{ event:name = \"exception\" && name = \"call\" && event.type = \"Timeout\" } =>",
        "{ event:name =~ \"retry|exception\" && event.type = \"Timeout\" } => call",
        "{ event:name = \"exception\" && event.type != \"Timeout\" } => call",
        "{ event:name = \"exception\" && event.type = \"TypeError\" && link.way = \"follows\" } => call",
        "{ event:name = \"exception\" } && { event.type = \"Timeout\" } => call",
        "{ event:name = \"exception\" } | { event.type = \"Timeout\" } => call",
        "{ } >> { event:name = \"exception\" && event.type = \"Timeout\" } =>",
        "{ } >> { event:name = \"exception\" && event.type = \"TypeError\" } => call",
        // alternatives within it, also with what is asked of the span
        "{ (event:name = \"exception\" || event:name = \"x\") && event.type = \"TypeError\" } => call",
        "{ (event:name = \"exception\" || event:name = \"x\") && event.type = \"Timeout\" } =>",
        "{ (event:name = \"exception\" || name = \"call\") && event.type = \"Timeout\" } => call",
        "{ (event:name = \"exception\" || name = \"db\") && event.type = \"Timeout\" } =>",
        "{ event.type = \"Timeout\" || name = \"db\" } => call db",
        "{ (event.type = \"Timeout\" || name = \"db\") && (event:name = \"exception\" || true) }"
            + " => call db",
        "{ (event:name = \"retry\" || link.way = \"x\") && event.type = \"Timeout\" } => call",
        "{ (event:name = \"retry\" || link.way = \"x\") && event.type = \"TypeError\" } =>",
        "{ (event:name = \"x\" || link.way = \"follows\") && event.type = \"TypeError\" } => call",
        // a negation has events of its own
        "{ !(event:name = \"exception\") } => root db early orphan",
        "{ !(event:name = \"exception\" && event.type = \"Timeout\") } => root call db early orphan",
        "{ !(event:name = \"exception\" && event.type = \"TypeError\") } => root db early orphan",
        "{ event:name = \"exception\" && !(event.type = \"Timeout\") } =>",
        "{ event:name = \"exception\" && !(event.type = \"x\") } => call",
        "{ event:name = \"exception\" && !!(event.type = \"Timeout\") } => call",
        // a span without events is asked with one that has no fields
        "{ event.type = nil } => root db early orphan",
        "{ event.missing = nil } => root call db early orphan",
        "{ event:name = \"exception\" && event.missing = nil } => call",
        "{ event:name = \"exception\" && event.type = nil } =>",
        "{ event.type = nil && event.missing = nil } => root db early orphan",
        "{ event.type != nil && event:name = \"retry\" } => call",
        "{ link.way = nil && name != \"root\" } => db early orphan",
        // calculations and comparisons of two fields are of one event too
        "{ event:timeSinceStart * 2 = 6ms && event:name = \"exception\" } => call",
        "{ event:timeSinceStart * 2 = 6ms && event:name = \"retry\" } =>",
        "{ event:timeSinceStart * 2 = 20ms } => call",
        "{ event:timeSinceStart < duration / 50 && event:name = \"exception\" } => call",
        "{ event:timeSinceStart < duration / 50 && event:name = \"retry\" } =>",
        "{ event:name = event.type } =>",
        // a missing attribute compares false, under != too
        "{ .word != \"x\" } => root",
        "{ .word !~ \"x\" } => root",
        "{ .missing != 1 } =>",
        "{ .missing = .missing } =>",
        "{ .word != nil } => root",
        "{ .word = nil } => call db early orphan",
        "{ .missing = nil } => root call db early orphan",
        "{ nil != .word } => root",
        // types: numbers compare as numbers, other mixtures are false
        "{ .count >= 3 } => root call",
        "{ .count > 3 } => call",
        "{ .count = 3.0 } => root",
        "{ .count = 3.5 } => call",
        "{ .count != 3 } => call",
        "{ .count = \"3\" } => early",
        "{ .count != \"x\" } => early",
        "{ 3 <= .count } => root call",
        "{ .count = true } =>",
        // truth values
        "{ .on } => root",
        "{ !.on } => call",
        "{ .on = true } => root",
        "{ .on != true } => call",
        "{ .word } =>",
        "{ !.word } =>",
        "{ !(.on) } => call",
        "{ !!.on } => root",
        // negation of a comparison holds where the comparison does not
        "{ !(.word = \"b\") } => call db early orphan",
        "{ !(.word = \"b\" || name = \"db\") } => call early orphan",
        // arrays: any for = and =~, none for != and !~
        "{ .list = \"x\" } => call",
        "{ .list =~ \"y|z\" } => call",
        "{ .list != \"z\" } => call",
        "{ .list != \"x\" } =>",
        "{ .list !~ \"y\" } =>",
        "{ .list !~ \"z\" } => call",
        // any for the ordering operators
        "{ .list > \"a\" } => call",
        "{ .list > \"x\" } => call",
        "{ .list > \"y\" } =>",
        "{ .list <= \"x\" } => call",
        "{ .list < \"x\" } =>",
        "{ \"x\" < .list } => call",
        "{ .list >= 1 } =>",
        "{ span.sizes > 2 } => db",
        "{ span.sizes >= 2.5 } => db",
        "{ span.sizes > 3 } =>",
        "{ span.sizes <= 1 } => db",
        "{ span.sizes < span.sizes } => db",
        "{ .count > span.sizes } =>",
        "{ .list = 1 } =>",
        "{ .list != 1 } =>",
        // precedence: && and || group from the left
        "{ name = \"root\" || name = \"db\" && status = unset } => db",
        "{ name = \"root\" || (name = \"db\" && status = unset) } => root db",
        // attribute against attribute, arithmetic
        "{ span.own != instrumentation.own } => db",
        "{ duration > 100ms + 200ms } => root call",
        "{ .count + 1 = 4 } => root",
        "{ .count * 2 = 7.0 } => call",
        "{ .count - .count = 0 } => root call",
        "{ duration / 2 = 100ms } => db",
        "{ -.count < -3 } => call",
        "{ .count ^ 2 = 9 } => root",
        "{ .count % 2 = 1 } => root",
        // a divisor that happens to be 0
        "{ .count / (.count - .count) = 1 } =>",
        "{ .count % (.count - 3) = 0 } => call",
        "{ parent.word = \"b\" } => call early",
        "{ parent.service.name = \"front\" && resource.service.name = \"base\" } => db early",
        // spansets relate traces
        "{ name = \"db\" } && { status = error } => call db",
        "{ name = \"db\" } && { name = \"none\" } =>",
        "{ name = \"db\" } || { name = \"none\" } => db",
        "({ name = \"db\" } && { name = \"none\" }) || { name = \"root\" } => root",
        "{ status = unset } | { duration > 1ms } => db orphan",
        "{ name = \"db\" } | select(.own) => db",
        "{ name = \"db\" } | coalesce() => db",
      })
  void selects(String queryAndNames) throws IOException {
    int split = queryAndNames.lastIndexOf("=>");
    String query = queryAndNames.substring(0, split);
    String names = queryAndNames.substring(split + 2).strip();
    for (TestSources.Kind kind : TestSources.Kind.values()) {
      assertThat(names(query, TestSources.source("s", kind, TRACE, new Random(1))))
          .as("%s in %s", query, kind)
          .isEqualTo(names);
    }
  }

  private String names(String query, SpanSource source) throws IOException {
    SearchRequest request = new SearchRequest(query, 0, Long.MAX_VALUE, 10, 100);
    SearchResult result = engine.search(List.of(source), request, QueryContext.unbounded());
    return result.traces().stream()
        .flatMap(trace -> trace.spansets().get(0).spans().stream())
        .map(match -> nameOf(match.spanId()))
        .collect(Collectors.joining(" "));
  }

  private static String nameOf(long spanId) {
    return TRACE.stream()
        .filter(s -> s.spanId() == spanId)
        .map(s -> s.span().getName())
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ } | rate()",
      })
  void whatIsNotEvaluatedIsRefusedByName(String query) {
    assertThatThrownBy(() -> engine.check(query))
        .isInstanceOfSatisfying(
            UnsupportedQueryException.class,
            e -> {
              assertThat(e.line()).isEqualTo(1);
              assertThat(e).hasMessageContaining("unsupported at line 1, col " + e.column());
            });
  }

  @Test
  void badQueriesAreRefusedWithTheirPlace() {
    assertThatThrownBy(() -> engine.check("{ .a = }"))
        .isInstanceOf(TraceQlException.class)
        .hasMessageContaining("line 1");
  }

  @Test
  void resultsShowWhatTheQuerySpeaksOf() throws IOException {
    SpanMatch match =
        only(
            "{ name = \"call\" && status = error && kind = client && duration > 1ms"
                + " && event.type = \"Timeout\" && .list = \"x\" && .missing = nil }"
                + " | select(.service.name, childCount, link.way)");
    assertThat(match.name()).isEqualTo("call");
    assertThat(match.durationNanos()).isEqualTo(400 * MILLI);
    assertThat(match.attributes())
        .containsExactly(
            shown("status", "error"),
            shown("kind", "client"),
            // of two events the one that was asked for
            shown("type", "Timeout"),
            new Attribute(
                "list",
                new AttributeValue.ArrayValue(
                    List.of(
                        new AttributeValue.StringValue("x"), new AttributeValue.StringValue("y")))),
            shown("service.name", "front"),
            new Attribute("childCount", new AttributeValue.IntValue(1)),
            shown("way", "follows"));
    assertThat(only("{ status = error }").name()).isEmpty();
  }

  /** Also where each value by itself would be found in an earlier event. */
  @Test
  void valuesAreShownOfTheEventThatFulfilsTheConditions() throws IOException {
    assertThat(
            only("{ event:timeSinceStart > 5ms && event:name =~ \".*\" && event.type != nil }")
                .attributes())
        .containsExactly(
            shown("event:timeSinceStart", "10ms"),
            shown("event:name", "retry"),
            shown("type", "Timeout"));
    assertThat(
            only("{ event:name != \"exception\" && event:timeSinceStart > 0ms } | select(event.type)")
                .attributes())
        .contains(shown("type", "Timeout"));
  }

  @Test
  void whatIsAskedForTwiceIsShownOnce() throws IOException {
    assertThat(only("{ .count = 3 } | select(span.count, .count)").attributes())
        .containsExactly(new Attribute("count", new AttributeValue.IntValue(3)));
  }

  /** 2.H, 2.I: intrinsics are never absent; without a root its names are empty. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "{ rootName = \"\" } => orphan",
        "{ rootServiceName = \"\" } => orphan",
        "{ rootName != \"root\" } => orphan",
        "{ trace:rootService !~ \"f.*\" } => orphan",
        "{ rootName != nil } => orphan",
        "{ rootName = \"orphan\" } =>",
      })
  void namesOfAMissingRootAreEmpty(String queryAndNames) throws IOException {
    int split = queryAndNames.lastIndexOf("=>");
    List<PlainSpan> rootless = TRACE.subList(4, 5);
    for (TestSources.Kind kind : TestSources.Kind.values()) {
      SpanSource source = TestSources.source("s", kind, rootless, new Random(1));
      SearchRequest request =
          new SearchRequest(queryAndNames.substring(0, split), 0, Long.MAX_VALUE, 10, 100);
      assertThat(engine.search(List.of(source), request, QueryContext.unbounded()).traces())
          .as("%s in %s", queryAndNames, kind)
          .hasSize(queryAndNames.endsWith("orphan") ? 1 : 0);
    }
  }

  @Test
  void resultsTellOfTheWholeTrace() throws IOException {
    SpanSource source = TestSources.source("s", TestSources.Kind.BLOCK, TRACE, new Random(1));
    SearchRequest request = new SearchRequest("{ status = unset }", 0, Long.MAX_VALUE, 10, 2);
    TraceMatch trace =
        engine.search(List.of(source), request, QueryContext.unbounded()).traces().get(0);
    assertThat(trace.rootServiceName()).isEqualTo("front");
    assertThat(trace.rootTraceName()).isEqualTo("root");
    assertThat(trace.startNanos()).isEqualTo(RandomSpans.BASE);
    assertThat(trace.durationNanos()).isEqualTo(1000 * MILLI);
    assertThat(trace.serviceStats())
        .containsEntry("front", new TraceMatch.ServiceStats(2, 1))
        .containsEntry("base", new TraceMatch.ServiceStats(3, 0));
    assertThat(trace.spansets().get(0).matched()).isEqualTo(3);
    assertThat(trace.spansets().get(0).spans())
        .extracting(SpanMatch::spanId)
        .containsExactly(3L, 4L);
  }

  private SpanMatch only(String query) throws IOException {
    SpanSource source = TestSources.source("s", TestSources.Kind.BLOCK, TRACE, new Random(1));
    SearchRequest request = new SearchRequest(query, 0, Long.MAX_VALUE, 10, 100);
    List<SpanMatch> spans =
        engine
            .search(List.of(source), request, QueryContext.unbounded())
            .traces()
            .get(0)
            .spansets()
            .get(0)
            .spans();
    assertThat(spans).hasSize(1);
    return spans.get(0);
  }

  private static Attribute shown(String key, String value) {
    return new Attribute(key, new AttributeValue.StringValue(value));
  }

  private static Resource resource(String service) {
    return Resource.newBuilder().addAttributes(text("service.name", service)).build();
  }

  private static PlainSpan plain(Resource resource, Span.Builder span) {
    return PlainSpan.of(resource, LIB, span.build());
  }

  private static Span.Builder span(
      long id, long parent, String name, long startMillis, long millis) {
    long start = RandomSpans.BASE + startMillis * MILLI;
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(RandomSpans.traceId(1))
            .setSpanId(id(id))
            .setName(name)
            .setStartTimeUnixNano(start)
            .setEndTimeUnixNano(start + millis * MILLI);
    return parent == 0 ? span : span.setParentSpanId(id(parent));
  }

  private static ByteString id(long id) {
    return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(id).flip());
  }

  private static KeyValue text(String key, String value) {
    return attribute(key, AnyValue.newBuilder().setStringValue(value));
  }

  private static KeyValue number(String key, long value) {
    return attribute(key, AnyValue.newBuilder().setIntValue(value));
  }

  private static KeyValue real(String key, double value) {
    return attribute(key, AnyValue.newBuilder().setDoubleValue(value));
  }

  private static KeyValue flag(String key, boolean value) {
    return attribute(key, AnyValue.newBuilder().setBoolValue(value));
  }

  private static KeyValue array(String key, String... values) {
    ArrayValue.Builder array = ArrayValue.newBuilder();
    for (String value : values) {
      array.addValues(AnyValue.newBuilder().setStringValue(value));
    }
    return attribute(key, AnyValue.newBuilder().setArrayValue(array));
  }

  private static KeyValue attribute(String key, AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }
}
