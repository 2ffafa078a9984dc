package io.tempo4j.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.column.SpanSource;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.metrics.MetricsEngine;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.TimeSeries;
import io.tempo4j.query.oracle.PlainSpan;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.TestSources;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What queries mean here and not in Tempo, one method for each such row of {@code
 * docs/reference/differences-from-tempo.md}. The trace:
 *
 * <pre>
 * root      level=6
 * `- child  level=7  sizes=[1, 3]  timeout=5000000  10 ms
 *    `- leaf  ratio=2.0  zero=0
 * orphan    parent not there
 * `- lost
 * </pre>
 */
class DifferencesFromTempoTest {

  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1000 * MILLI;

  private static final List<PlainSpan> TRACE =
      List.of(
          span(1, 0, "root", number("level", 6)),
          span(
              2,
              1,
              "child",
              number("level", 7),
              KeyValue.newBuilder()
                  .setKey("sizes")
                  .setValue(
                      AnyValue.newBuilder()
                          .setArrayValue(
                              ArrayValue.newBuilder()
                                  .addValues(AnyValue.newBuilder().setIntValue(1))
                                  .addValues(AnyValue.newBuilder().setIntValue(3))))
                  .build(),
              number("timeout", 5 * MILLI)),
          span(
              3,
              2,
              "leaf",
              KeyValue.newBuilder()
                  .setKey("ratio")
                  .setValue(AnyValue.newBuilder().setDoubleValue(2))
                  .build(),
              number("zero", 0)),
          span(4, 99, "orphan"),
          span(5, 4, "lost"));

  @Test
  void numbersCompareAcrossTypes() throws IOException {
    assertFinds("{ span.level > 6.5 }", "child");
    assertFinds("{ span.ratio = 2 }", "leaf");
    assertFinds("{ span.ratio < span.level }", "");
    assertFinds("{ span.level >= 6.0 }", "root child");
  }

  @Test
  void powersTakeTheirOperandsInOrder() throws IOException {
    assertFinds("{ span.level ^ 2 > 40 }", "child");
    assertFinds("{ 2 ^ span.level = 64 }", "root");
  }

  @Test
  void inequalityIsOfAllElements() throws IOException {
    assertFinds("{ span.sizes != 3 }", "");
    assertFinds("{ span.sizes != 4 }", "child");
    assertFinds("{ span.sizes !~ \"1\" }", "");
  }

  @Test
  void negationHoldsWhereTheConditionDoesNot() throws IOException {
    assertFinds("{ !(span.level = 6) }", "child leaf orphan lost");
    assertFinds("{ span.level = 6 }", "root");
  }

  @Test
  void durationsCompareWithAttributes() throws IOException {
    assertFinds("{ duration > span.timeout }", "child");
  }

  @Test
  void divisionByAFieldThatIsZeroHasNoValue() throws IOException {
    assertFinds("{ 4 / span.zero = 1 || span.level % 4 = 2 }", "root");
  }

  @Test
  void parentsHaveAttributes() throws IOException {
    assertFinds("{ parent.level = 6 }", "child");
  }

  @Test
  void unionsKeepAllThatMatch() throws IOException {
    assertFinds("{ name = \"leaf\" } &<< { }", "root child leaf");
    assertFinds("{ name = \"root\" } &>> { }", "root child leaf");
  }

  @Test
  void negatedRelationsAreExact() throws IOException {
    assertFinds("{ name = \"leaf\" } !< { }", "root leaf orphan lost");
  }

  @Test
  void orphansHaveChildren() throws IOException {
    assertFinds("{ span:childCount = 1 }", "root child orphan");
  }

  @Test
  void spansWithoutAValueAreAGroup() throws IOException {
    assertFinds("{ } | by(span.level) | count() > 1", "leaf orphan lost");
  }

  @Test
  void pipelinesCompare() throws IOException {
    assertFinds(
        "({ span.level != nil } | count()) + 1 = ({ span.level = nil } | count())",
        "root child leaf orphan lost");
  }

  @Test
  void traceInSeveralSourcesIsOneTrace() throws IOException {
    List<SpanSource> sources = new ArrayList<>();
    for (PlainSpan span : TRACE) {
      sources.add(source("s" + span.spanId(), List.of(span)));
    }
    assertThat(names("{ name = \"root\" } >> { name = \"leaf\" }", sources)).isEqualTo("leaf");
    assertThat(names("{ } | count() = 5", sources)).isEqualTo("root child leaf orphan lost");
  }

  @Test
  void intervalsWithoutSpansAreGaps() throws IOException {
    List<PlainSpan> spans = List.of(at(1, 5, "a"), at(2, 25, "a"));
    for (String function :
        List.of(
            "quantile_over_time(duration, .5)",
            "avg_over_time(duration)",
            "max_over_time(duration)")) {
      List<TimeSeries> series =
          metrics("{ } | " + function, List.of(source("s", spans)), 10 * SECOND);
      assertThat(series).as(function).hasSize(1);
      double[] values = series.get(0).values();
      assertThat(values[0]).as(function).isPositive();
      assertThat(values[1]).as(function).isNaN();
      assertThat(values[2]).as(function).isPositive();
    }
  }

  @Test
  void comparisonsAreExact() throws IOException {
    List<SpanSource> sources = new ArrayList<>();
    for (String most : List.of("x", "z")) {
      List<PlainSpan> spans = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        spans.add(at(10 * most.charAt(0) + i, 5, i < 3 ? most : "y"));
      }
      sources.add(source(most, spans));
    }
    List<String> counts = new ArrayList<>();
    for (TimeSeries series : metrics("{ } | compare({ false }, 1)", sources, 30 * SECOND)) {
      for (Attribute label : series.labels()) {
        if (label.key().equals("span.value")
            && label.value() instanceof AttributeValue.StringValue text) {
          counts.add(text.value() + " " + series.values()[0]);
        }
      }
    }
    assertThat(counts).containsExactlyInAnyOrder("y 4.0", "nil 10.0");
  }

  // ----

  private static void assertFinds(String query, String names) throws IOException {
    assertThat(names(query, List.of(source("s", TRACE)))).as(query).isEqualTo(names);
  }

  private static String names(String query, List<SpanSource> sources) throws IOException {
    SearchRequest request = new SearchRequest(query + " | select(name)", 0, Long.MAX_VALUE, 10, 99);
    return new SearchEngine()
        .search(sources, request, QueryContext.unbounded()).traces().stream()
            .flatMap(trace -> trace.spansets().stream())
            .flatMap(spanset -> spanset.spans().stream())
            .map(SpanMatch::name)
            .collect(Collectors.joining(" "));
  }

  private static List<TimeSeries> metrics(String query, List<SpanSource> sources, long stepNanos)
      throws IOException {
    long start = RandomSpans.BASE;
    MetricsRequest request =
        stepNanos == 30 * SECOND
            ? MetricsRequest.instant(query, start, start + 30 * SECOND)
            : MetricsRequest.range(query, start + stepNanos, start + 30 * SECOND, stepNanos);
    return new MetricsEngine().query(sources, request, QueryContext.unbounded()).series();
  }

  private static SpanSource source(String name, List<PlainSpan> spans) throws IOException {
    return TestSources.source(name, TestSources.Kind.BLOCK, spans, new Random(1));
  }

  private static KeyValue number(String key, long value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setIntValue(value))
        .build();
  }

  private static PlainSpan span(long id, long parent, String name, KeyValue... attributes) {
    return span(1, id, parent, name, id * MILLI, attributes);
  }

  /** A trace of one span. */
  private static PlainSpan at(long id, int second, String value) {
    return span(
        id,
        id,
        0,
        "op",
        second * SECOND,
        KeyValue.newBuilder()
            .setKey("value")
            .setValue(AnyValue.newBuilder().setStringValue(value))
            .build());
  }

  private static PlainSpan span(
      long trace, long id, long parent, String name, long sinceBase, KeyValue... attributes) {
    long start = RandomSpans.BASE + sinceBase;
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(RandomSpans.traceId(trace))
            .setSpanId(bytes(id))
            .setName(name)
            .setStartTimeUnixNano(start)
            .setEndTimeUnixNano(start + 10 * MILLI)
            .addAllAttributes(List.of(attributes));
    return PlainSpan.of(
        Resource.getDefaultInstance(),
        InstrumentationScope.getDefaultInstance(),
        (parent == 0 ? span : span.setParentSpanId(bytes(parent))).build());
  }

  private static ByteString bytes(long id) {
    return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(id).array());
  }
}
