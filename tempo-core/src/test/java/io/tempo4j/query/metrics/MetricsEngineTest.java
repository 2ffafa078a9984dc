package io.tempo4j.query.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.tempo4j.query.QueryBudgetException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStoppedException;
import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.query.oracle.ListSource;
import io.tempo4j.query.oracle.PlainSpan;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.TestSources;
import io.tempo4j.traceql.TraceQlException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What single queries answer over spans made for them; times are seconds after 1000. */
class MetricsEngineTest {

  private static final long SECOND = 1_000_000_000L;

  private final MetricsEngine engine = new MetricsEngine();
  private final List<PlainSpan> spans = new ArrayList<>();

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static KeyValue number(String key, long value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setIntValue(value))
        .build();
  }

  private void span(String service, double start, double seconds, KeyValue... attributes) {
    span("", service, start, seconds, attributes);
  }

  private void span(
      String traceState, String service, double start, double seconds, KeyValue... attributes) {
    long startNanos = 1000 * SECOND + Math.round(start * SECOND);
    spans.add(
        PlainSpan.of(
            Resource.newBuilder().addAttributes(text("service.name", service)).build(),
            InstrumentationScope.getDefaultInstance(),
            Span.newBuilder()
                .setTraceId(RandomSpans.traceId(spans.size() + 1))
                .setSpanId(RandomSpans.id(spans.size() + 1))
                .setParentSpanId(ByteString.EMPTY)
                .setTraceState(traceState)
                .setName("op")
                .setStartTimeUnixNano(startNanos)
                .setEndTimeUnixNano(startNanos + Math.round(seconds * SECOND))
                .addAllAttributes(Arrays.asList(attributes))
                .build()));
  }

  /** Series as {@code labels value value ...}, "-" for none; start and end after second 1000. */
  private List<String> range(String query, int start, int end, int step) throws IOException {
    return shown(
        MetricsRequest.range(query, (1000 + start) * SECOND, (1000 + end) * SECOND, step * SECOND));
  }

  private List<String> instant(String query, int start, int end) throws IOException {
    return shown(MetricsRequest.instant(query, (1000 + start) * SECOND, (1000 + end) * SECOND));
  }

  private List<String> shown(MetricsRequest request) throws IOException {
    SpanSource source = new ListSource("spans", spans, ListSource.Layout.BLOCK);
    return engine.query(List.of(source), request, QueryContext.unbounded()).series().stream()
        .map(MetricsEngineTest::shown)
        .toList();
  }

  private static List<String> shown(MetricsResult result) {
    return result.series().stream().map(MetricsEngineTest::shown).toList();
  }

  private static String shown(TimeSeries series) {
    return series.labels().stream().map(MetricsEngineTest::shown).collect(Collectors.joining(","))
        + Arrays.stream(series.values())
            .mapToObj(value -> Double.isNaN(value) ? " -" : " " + value)
            .collect(Collectors.joining());
  }

  private static String shown(Attribute label) {
    return label.key()
        + "="
        + switch (label.value()) {
          case AttributeValue.StringValue text -> text.value();
          case AttributeValue.IntValue number -> number.value();
          case AttributeValue.DoubleValue number -> number.value();
          default -> label.value();
        };
  }

  /** Buckets are open on the left and closed on the right; the one before the start comes along. */
  @Test
  void countsSpansByTheirStart() throws IOException {
    span("a", 10, 1);
    span("a", 10.5, 1);
    span("a", 20, 1);
    span("a", 21, 1);

    assertThat(range("{ } | count_over_time()", 10, 30, 10))
        .containsExactly("__name__=count_over_time 1.0 2.0 1.0");
    assertThat(range("{ } | rate()", 10, 30, 10)).containsExactly("__name__=rate 0.1 0.2 0.1");
  }

  /** A step as long as the range is no other than any other step. */
  @Test
  void alignsAStepThatIsAsLongAsTheRange() throws IOException {
    for (int second = 1; second <= 180; second++) {
      span("a", second, 1);
    }

    assertThat(range("{ } | count_over_time()", 27, 87, 60))
        .containsExactly("__name__=count_over_time 20.0 60.0 60.0");
    assertThat(range("{ } | count_over_time()", 27, 87, 59))
        .containsExactly("__name__=count_over_time 3.0 59.0 59.0");
    assertThat(instant("{ } | count_over_time()", 27, 87))
        .containsExactly("__name__=count_over_time 60.0");
  }

  @Test
  void comparesAndCalculatesWithCalculatedNumbers() throws IOException {
    span("a", 11, 1);
    span("a", 12, 1);
    span("b", 13, 1);

    for (String query :
        List.of(
            "({ } | rate() by (resource.service.name)) > 1 / 10",
            "{ } | rate() by (resource.service.name) > 1 / 10",
            "{ } | rate() by (resource.service.name) >= (1 + 1) * 100ms")) {
      assertThat(instant(query, 10, 20)).as(query).containsExactly("resource.service.name=a 0.2");
    }
    assertThat(instant("(1 + 2) * ({ } | count_over_time())", 10, 20))
        .containsExactly("__name__=count_over_time 9.0");
    assertThat(instant("({ } | count_over_time()) / (8 - 2 ^ 2 / 2)", 10, 20))
        .containsExactly("__name__=count_over_time 0.5");
  }

  /** As in searches: an answer has no number of nanoseconds that is not said to be one. */
  @Test
  void showsDurationsAsTexts() throws IOException {
    span("a", 11, 1.5);
    span("a", 12, 0.25);

    assertThat(instant("{ } | count_over_time() by (duration)", 10, 20))
        .containsExactly("duration=1.5s 1.0", "duration=250ms 1.0");
  }

  @Test
  void givesOneValueForTheWholeRangeAsItStands() throws IOException {
    span("a", 10, 1);
    span("a", 10.5, 1);
    span("b", 13, 1);
    span("b", 13.5, 1);

    assertThat(instant("{ } | count_over_time() by (resource.service.name)", 10, 13))
        .containsExactly("resource.service.name=a 1.0", "resource.service.name=b 1.0");
    assertThat(instant("{ } | rate()", 10, 14)).containsExactly("__name__=rate 0.75");
  }

  @Test
  void takesNumbersOfSpans() throws IOException {
    span("a", 11, 2, number("n", 3));
    span("a", 12, 4);
    span("a", 13, 6, number("n", 8));

    assertThat(instant("{ } | max_over_time(duration)", 10, 20))
        .containsExactly("__name__=max_over_time 6.0");
    assertThat(instant("{ } | avg_over_time(duration)", 10, 20))
        .containsExactly("__name__=avg_over_time 4.0");
    assertThat(instant("{ } | sum_over_time(span.n)", 10, 20))
        .containsExactly("__name__=sum_over_time 11.0");
    assertThat(instant("{ } | avg_over_time(span.n)", 10, 20))
        .containsExactly("__name__=avg_over_time 5.5");
    assertThat(instant("{ } | min_over_time(span.n)", 10, 20))
        .containsExactly("__name__=min_over_time 3.0");
  }

  // ---- labels

  /** A field that is not there has no label; if none is there the first reads nil. */
  @Test
  void namesGroupsByWhatIsThere() throws IOException {
    span("a", 11, 1, text("x", "1"));
    span("a", 12, 1, number("x", 1), text("y", "2"));
    span("a", 13, 1, text("y", "2"));
    span("a", 14, 1);
    span("a", 15, 1, text("x", "nil"));

    assertThat(instant("{ } | count_over_time() by (span.x, span.y)", 10, 20))
        .containsExactlyInAnyOrder(
            "span.x=1 1.0", "span.x=1,span.y=2 1.0", "span.y=2 1.0", "span.x=nil 2.0");
    assertThat(instant("{ } | count_over_time() by (span.nowhere)", 10, 20))
        .containsExactly("span.nowhere=nil 5.0");
  }

  /** An array has no label, as in Tempo. */
  @Test
  void takesArraysForNoValue() throws IOException {
    KeyValue array =
        KeyValue.newBuilder()
            .setKey("x")
            .setValue(
                AnyValue.newBuilder()
                    .setArrayValue(
                        ArrayValue.newBuilder()
                            .addValues(AnyValue.newBuilder().setStringValue("in"))))
            .build();
    span("a", 11, 1, array);
    span("a", 12, 1);

    assertThat(instant("{ } | count_over_time() by (span.x)", 10, 20))
        .containsExactly("span.x=nil 2.0");
  }

  @Test
  void namesFieldsAsTempoDoes() throws IOException {
    span("a", 11, 1, text("x y", "1"));

    assertThat(
            instant(
                "{ } | count_over_time() by (span:childCount, span:status, span.\"x y\", .\"x y\")",
                10,
                20))
        .containsExactly("span:childCount=0,status=unset,span.\"x y\"=1,.\"x y\"=1 1.0");
  }

  /** Without spans a count is a series of zeros, other functions have nothing to say. */
  @Test
  void answersForNoSpans() throws IOException {
    assertThat(range("{ } | rate()", 21, 30, 10)).containsExactly("__name__=rate 0.0 0.0");
    for (String query :
        List.of(
            "{ } | rate() by (name)",
            "{ } | max_over_time(duration)",
            "{ } | avg_over_time(span.n) by (name)",
            "{ } | quantile_over_time(duration, .5)",
            "{ } | histogram_over_time(duration)",
            "{ } | compare({ status = error })",
            "{ } | rate() > 0",
            "1 / ({ } | rate())",
            "({ } | rate()) / ({ } | rate())")) {
      assertThat(range(query, 21, 30, 10)).as(query).isEmpty();
    }
  }

  // ---- powers of two

  /** Durations are bucketed in nanoseconds and shown in seconds; what is below 2 has no bucket. */
  @Test
  void countsByPowersOfTwo() throws IOException {
    span("a", 11, 1, number("n", 1), number("m", 4));
    span("a", 12, 1, number("n", 2), number("m", 5));
    span("a", 13, 1.2, number("n", 3));

    assertThat(instant("{ } | histogram_over_time(span.n)", 10, 20))
        .containsExactly("__bucket=2.0 1.0", "__bucket=4.0 1.0");
    assertThat(instant("{ } | histogram_over_time(span.m) by (resource.service.name)", 10, 20))
        .containsExactly(
            "resource.service.name=a,__bucket=4.0 1.0", "resource.service.name=a,__bucket=8.0 1.0");
    assertThat(instant("{ } | histogram_over_time(duration)", 10, 20))
        .containsExactly("__bucket=1.073741824 2.0", "__bucket=2.147483648 1.0");
  }

  @Test
  void countsFractionsByPowersOfTwo() {
    assertThat(FieldNumbers.powerOf(1.0) - FieldNumbers.POWER_BIAS).isZero();
    assertThat(FieldNumbers.powerOf(1.5) - FieldNumbers.POWER_BIAS).isEqualTo(1);
    assertThat(FieldNumbers.powerOf(0.25) - FieldNumbers.POWER_BIAS).isEqualTo(-2);
    assertThat(FieldNumbers.powerOf(0.3) - FieldNumbers.POWER_BIAS).isEqualTo(-1);
    assertThat(FieldNumbers.powerOf(Double.MIN_VALUE) - FieldNumbers.POWER_BIAS).isEqualTo(-1074);
    assertThat(FieldNumbers.powerOf(3 * Double.MIN_VALUE) - FieldNumbers.POWER_BIAS)
        .isEqualTo(-1072);
    assertThat(FieldNumbers.powerOf(Double.MAX_VALUE) - FieldNumbers.POWER_BIAS).isEqualTo(1024);
    assertThat(FieldNumbers.powerOf(Long.MAX_VALUE) - FieldNumbers.POWER_BIAS).isEqualTo(63);
    for (double none : new double[] {0, -0.0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThat(FieldNumbers.powerOf(none)).isEqualTo(FieldNumbers.NO_POWER);
    }
  }

  /** Exact at the bound of a bucket, between bounds by the logarithm; p is a number. */
  @Test
  void interpolatesQuantiles() throws IOException {
    for (int i = 0; i < 4; i++) {
      span("a", 11, 1, number("n", 8));
    }
    for (int i = 0; i < 4; i++) {
      span("a", 21, 1, number("n", 30));
    }

    assertThat(range("{ } | quantile_over_time(span.n, 0, .5, 1)", 21, 30, 10))
        .containsExactly(
            "p=0.0 " + 4 * Math.pow(2, 0.25) + " " + 16 * Math.pow(2, 0.25),
            "p=0.5 " + 4 * Math.pow(2, 0.5) + " " + 16 * Math.pow(2, 0.5),
            "p=1.0 8.0 32.0");
    // Between buckets that have spans, not between powers.
    assertThat(instant("{ } | quantile_over_time(span.n, .75)", 10, 30))
        .containsExactly("p=0.75 " + 8 * Math.pow(2, 2 * 0.5));
  }

  // ---- what comes after the first function

  @Test
  void ranksInEveryBucketByItself() throws IOException {
    span("a", 11, 1);
    span("a", 12, 1);
    span("b", 13, 1);
    span("b", 21, 1);
    span("c", 22, 1);
    span("c", 23, 1);
    String by = " by (resource.service.name)";

    assertThat(range("{ } | count_over_time()" + by + " | topk(1)", 21, 30, 10))
        .containsExactly("resource.service.name=a 2.0 -", "resource.service.name=c - 2.0");
    assertThat(range("{ } | count_over_time()" + by + " | bottomk(1)", 21, 30, 10))
        .containsExactly("resource.service.name=a - 0.0", "resource.service.name=c 0.0 -");
    assertThat(range("{ } | count_over_time()" + by + " | topk(10)", 21, 30, 10)).hasSize(3);
    assertThat(range("{ } | count_over_time()" + by + " | topk(1) > 2", 21, 30, 10)).isEmpty();
  }

  /** Durations are compared in seconds. */
  @Test
  void keepsPointsThatPassAComparison() throws IOException {
    span("a", 11, 1);
    span("b", 12, 3);

    assertThat(instant("{ } | max_over_time(duration) by (resource.service.name) > 1500ms", 10, 20))
        .containsExactly("resource.service.name=b 3.0");
    assertThat(instant("{ } | count_over_time() by (resource.service.name) != 1", 10, 20))
        .isEmpty();
  }

  /** Dividing by zero gives points that are left out. */
  @Test
  void calculatesWithSeries() throws IOException {
    span("a", 11, 1, number("bad", 1));
    span("a", 12, 1);
    span("b", 13, 1);
    span("b", 21, 1, number("bad", 1));
    String bad = "({ span.bad = 1 } | count_over_time() by (resource.service.name))";
    String all = "({ } | count_over_time() by (resource.service.name))";

    assertThat(range(bad + " / " + all, 21, 30, 10))
        .containsExactly("resource.service.name=a 0.5 -", "resource.service.name=b 0.0 1.0");
    assertThat(range("100 * " + bad, 21, 30, 10))
        .containsExactly("resource.service.name=a 100.0 0.0", "resource.service.name=b 0.0 100.0");
    assertThat(range(bad + " / (" + bad + " - " + bad + ")", 21, 30, 10)).isEmpty();
    assertThat(range(all + " / ({ } | count_over_time())", 21, 30, 10))
        .containsExactly(
            "resource.service.name=a " + 2.0 / 3 + " 0.0",
            "resource.service.name=b " + 1.0 / 3 + " 1.0");
    assertThat(range("({ } | rate()) - ({ } | count_over_time())", 21, 30, 10))
        .containsExactly("__name__=(rate - count_over_time) -2.7 -0.9");
    assertThat(range("({ } | count_over_time()) % 2", 21, 30, 10))
        .containsExactly("__name__=count_over_time 1.0 1.0");
    assertThat(range("({ } | count_over_time()) ^ 2", 21, 30, 10))
        .containsExactly("__name__=count_over_time 9.0 1.0");
    assertThat(range(bad + " + ({ } | count_over_time() by (name))", 21, 30, 10)).isEmpty();
  }

  // ---- comparison

  @Test
  void comparesAttributesOfSelectedSpansWithThoseOfOthers() throws IOException {
    span("a", 11, 1, text("x", "1"));
    span("a", 12, 1, text("x", "2"));
    span("b", 13, 3, text("x", "2"));

    List<String> all = instant("{ } | compare({ duration > 2s }, 1)", 10, 20);

    assertThat(all)
        .contains(
            "__meta_type=baseline,resource.service.name=a 2.0",
            "__meta_type=selection,resource.service.name=b 1.0",
            // of equal values the first
            "__meta_type=baseline,span.x=1 1.0",
            "__meta_type=baseline_total,span.x=nil 2.0",
            "__meta_type=selection_total,span.x=nil 1.0",
            // what Tempo always has a column for
            "__meta_type=baseline,span.http.route=nil 2.0",
            "__meta_type=baseline_total,span.http.route=nil 2.0")
        .noneMatch(line -> line.contains("span.x=2") && line.contains("baseline"))
        .noneMatch(line -> line.contains("duration"));
  }

  /** The selection may be confined to a time; its end is exclusive. */
  @Test
  void comparesWithinAWindow() throws IOException {
    span("a", 11, 1);
    span("a", 12, 1);
    span("a", 13, 1);

    assertThat(
            instant(
                "{ } | compare({ }, 10, %d, %d)".formatted(1012 * SECOND, 1013 * SECOND), 10, 20))
        .contains(
            "__meta_type=baseline,resource.service.name=a 2.0",
            "__meta_type=selection,resource.service.name=a 1.0");
  }

  // ---- sampling

  /** Which spans belong to a sample depends on them alone, so parts of it add up. */
  @Test
  void samplesAndExtrapolates() throws IOException {
    for (int i = 0; i < 20_000; i++) {
      span(i % 4 == 0 ? "a" : "b", 10.001 + i / 2500.0, 2, number("n", i % 10));
    }
    for (String hint : List.of("sample=0.25", "span_sample=0.25", "trace_sample=0.25")) {
      assertThat(number("{ } | count_over_time() with(" + hint + ")"))
          .isCloseTo(20_000, percent(4));
      assertThat(number("{ resource.service.name = \"a\" } | rate() with(" + hint + ")"))
          .isCloseTo(500, percent(8));
      assertThat(number("{ } | sum_over_time(span.n) with(" + hint + ")"))
          .isCloseTo(90_000, percent(6));
      assertThat(number("{ } | avg_over_time(span.n) with(" + hint + ")"))
          .isCloseTo(4.5, percent(4));
      assertThat(number("{ } | max_over_time(duration) with(" + hint + ")")).isEqualTo(2);
    }
    assertThat(number("{ } | count_over_time() with(span_sample=0.5, trace_sample=0.5)"))
        .isCloseTo(20_000, percent(4));
    double total =
        Double.parseDouble(
            instant("{ } | compare({ }) with(sample=0.1)", 10, 20).stream()
                .filter(line -> line.startsWith("__meta_type=selection_total,name"))
                .findFirst()
                .orElseThrow()
                .replaceAll(".* ", ""));
    assertThat(total).isCloseTo(20_000, percent(8));
  }

  /** A span counts as often as its sampler says, for functions that count or add up. */
  @ParameterizedTest(name = "{0} is {1} as stored, {2} extrapolated")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          count_over_time()               | 3   | 7
          rate()                          | 0.3 | 0.7
          sum_over_time(span.n)           | 6   | 17
          avg_over_time(span.n)           | 2   | 2.4285714285714284
          min_over_time(span.n)           | 1   | 1
          max_over_time(span.n)           | 3   | 3
          quantile_over_time(span.n, .5)  | 2   | 2.378414230005442
          """)
  void countsWhatSamplersLeftOutIfAsked(String function, double stored, double extrapolated)
      throws IOException {
    span("", "a", 11, 1, number("n", 1));
    span("ot=th:8", "a", 12, 1, number("n", 2));
    span("rojo=1,ot=th:c", "a", 13, 1, number("n", 3));

    String query = "{ } | " + function;
    for (String hint : List.of("", " with(extrapolate=false)", " with(extrapolate=1)")) {
      assertThat(number(query + hint)).isCloseTo(stored, percent(1e-9));
    }
    assertThat(number(query + " with(extrapolate=true)")).isCloseTo(extrapolated, percent(1e-9));
  }

  @Test
  void comparesAndGroupsWhatSamplersLeftOut() throws IOException {
    span("ot=th:8", "a", 11, 1, number("n", 1));
    span("ot=th:c", "a", 12, 2, number("n", 1));
    span("", "b", 13, 2, number("n", 1));

    assertThat(
            instant("{ } | compare({ duration > 1s }) with(extrapolate=true)", 10, 20).stream()
                .filter(line -> line.contains("service.name=") || line.contains("span.n=")))
        .containsExactlyInAnyOrder(
            "__meta_type=baseline,resource.service.name=a 2.0",
            "__meta_type=baseline_total,resource.service.name=nil 2.0",
            "__meta_type=selection,resource.service.name=a 4.0",
            "__meta_type=selection,resource.service.name=b 1.0",
            "__meta_type=selection_total,resource.service.name=nil 5.0",
            "__meta_type=baseline,span.n=1 2.0",
            "__meta_type=baseline_total,span.n=nil 2.0",
            "__meta_type=selection,span.n=1 5.0",
            "__meta_type=selection_total,span.n=nil 5.0");
    assertThat(
            instant(
                "{ } | count_over_time() by (resource.service.name) with(extrapolate=true)",
                10,
                20))
        .containsExactly("resource.service.name=a 6.0", "resource.service.name=b 1.0");
  }

  /** No sample at all: hints that make no sense, or ask for everything. */
  @Test
  void countsAllWithoutASample() throws IOException {
    for (int i = 0; i < 100; i++) {
      span("a", 11 + i / 100.0, 1);
    }
    for (String hint : List.of("sample=1", "sample=0", "sample=-1", "sample=7", "sample=false")) {
      assertThat(number("{ } | count_over_time() with(" + hint + ")")).isEqualTo(100);
    }
    assertThat(number("{ } | count_over_time() with(sample=true)")).isEqualTo(100);
  }

  /** Once enough spans of a source were counted, the rest of it is extrapolated. */
  @Test
  void leavesOutRowGroupsIfAdaptive() throws IOException {
    for (int i = 0; i < 8000; i++) {
      span("a", 11, 1);
    }
    MetricsEngine adaptive = new MetricsEngine(new MetricsLimits(1 << 30, 2000));
    SpanSource source = new ListSource("spans", spans, ListSource.Layout.BLOCK);
    MetricsRequest request =
        MetricsRequest.instant(
            "{ } | count_over_time() with(sample=true)", 1010 * SECOND, 1020 * SECOND);

    MetricsResult result = adaptive.query(List.of(source), request, QueryContext.unbounded());

    assertThat(result.series().get(0).values()[0]).isEqualTo(8000);
    assertThat(result.stats().inspectedSpans()).isBetween(2000L, 2100L);
  }

  private static Percentage percent(double percentage) {
    return Percentage.withPercentage(percentage);
  }

  private double number(String query) throws IOException {
    List<String> series = instant(query, 10, 20);
    assertThat(series).hasSize(1);
    return Double.parseDouble(series.get(0).replaceAll(".* ", ""));
  }

  // ---- exemplars

  private List<TimeSeries> withExemplars(String query, int count) throws IOException {
    SpanSource source = new ListSource("spans", spans, ListSource.Layout.BLOCK);
    MetricsRequest request =
        MetricsRequest.range(query, 1020 * SECOND, 1040 * SECOND, 10 * SECOND).withExemplars(count);
    return engine.query(List.of(source), request, QueryContext.unbounded()).series();
  }

  @Test
  void showsSpansThatStandForOthers() throws IOException {
    for (int i = 0; i < 500; i++) {
      span(i % 2 == 0 ? "a" : "b", 10.5 + i * 29 / 500.0, i % 2 == 0 ? 2 : 4);
    }
    for (TimeSeries series :
        withExemplars("{ } | max_over_time(duration) by (resource.service.name)", 10)) {
      double seconds = shown(series).startsWith("resource.service.name=a") ? 2 : 4;
      assertThat(series.exemplars())
          .isNotEmpty()
          .allSatisfy(exemplar -> assertThat(exemplar.value()).isEqualTo(seconds))
          .isSortedAccordingTo(Comparator.comparingLong(Exemplar::timestampNanos));
    }
    List<TimeSeries> rate = withExemplars("{ } | rate()", 10);
    assertThat(rate.get(0).exemplars()).hasSizeBetween(9, 10);
    assertThat(rate.get(0).exemplars())
        .allSatisfy(exemplar -> {
          int bucket = (int) ((exemplar.timestampNanos() - 1010 * SECOND - 1) / (10 * SECOND));
          assertThat(exemplar.value()).isEqualTo(rate.get(0).values()[bucket]);
        });
    assertThat(
            withExemplars("{ } | quantile_over_time(duration, .5, 1)", 10).stream()
                .map(
                    series -> series.exemplars().stream().map(Exemplar::value).distinct().toList()))
        .containsExactly(List.of(2.0), List.of(4.0));
  }

  /** Of a comparison the totals of names have them, each span on its side. */
  @Test
  void comparisonsHaveExemplarsBesideTheirTotals() throws IOException {
    for (int i = 0; i < 100; i++) {
      span("a", 10.5 + 0.29 * i, i % 2 == 0 ? 1 : 3);
    }
    List<TimeSeries> series = withExemplars("{ } | compare({ duration > 2s })", 10);
    List<TimeSeries> having = series.stream().filter(one -> !one.exemplars().isEmpty()).toList();
    assertThat(having)
        .extracting(one -> one.labels().stream().map(MetricsEngineTest::shown).toList())
        .containsExactly(
            List.of("__meta_type=baseline_total", "name=nil"),
            List.of("__meta_type=selection_total", "name=nil"));
    assertThat(having.stream().mapToInt(one -> one.exemplars().size()).sum()).isBetween(9, 10);
    for (TimeSeries one : having) {
      int odd = one == having.get(0) ? 0 : 1;
      assertThat(one.exemplars())
          .allSatisfy(exemplar -> {
            double seconds = (exemplar.timestampNanos() - 1010 * SECOND) / (double) SECOND;
            assertThat(Math.round((seconds - 0.5) / 0.29) % 2).isEqualTo(odd);
          });
    }
    assertThat(withExemplars("{ } | compare({ duration > 2s })", 0))
        .allSatisfy(one -> assertThat(one.exemplars()).isEmpty());
  }

  @Test
  void hintsBoundExemplars() throws IOException {
    for (int i = 0; i < 100; i++) {
      span("a", 10.5 + i / 5.0, 1);
    }
    assertThat(withExemplars("{ } | rate() with(exemplars=false)", 10).get(0).exemplars())
        .isEmpty();
    assertThat(withExemplars("{ } | rate() with(exemplars=3)", 10).get(0).exemplars())
        .hasSizeLessThanOrEqualTo(3)
        .isNotEmpty();
    assertThat(withExemplars("{ } | rate() with(exemplars=true)", 10).get(0).exemplars())
        .hasSizeGreaterThan(5);
    assertThat(withExemplars("{ } | rate()", 0).get(0).exemplars()).isEmpty();
    // A point that a comparison takes away takes its exemplars along.
    assertThat(withExemplars("{ } | count_over_time() > 49", 10).get(0).exemplars())
        .isNotEmpty()
        .allSatisfy(e -> assertThat(e.timestampNanos()).isGreaterThan(1020 * SECOND));
  }

  // ---- bounds

  @Test
  void saysThatThereAreMoreSeries() throws IOException {
    for (String service : List.of("c", "a", "b")) {
      span(service, 11, 1);
    }
    SpanSource source = new ListSource("spans", spans, ListSource.Layout.BLOCK);
    MetricsRequest request =
        MetricsRequest.instant(
                "{ } | rate() by (resource.service.name)", 1010 * SECOND, 1020 * SECOND)
            .withMaxSeries(2);

    MetricsResult result = engine.query(List.of(source), request, QueryContext.unbounded());

    assertThat(result.isTruncated()).isTrue();
    assertThat(result.series().stream().map(MetricsEngineTest::shown))
        .containsExactly("resource.service.name=a 0.1", "resource.service.name=b 0.1");
  }

  @Test
  void endsQueriesThatHoldTooMuch() throws IOException {
    for (int i = 0; i < 3000; i++) {
      span("a", 11, 1, text("x", "value " + i));
    }
    MetricsEngine small = new MetricsEngine(new MetricsLimits(100_000, Long.MAX_VALUE));
    SpanSource source = new ListSource("spans", spans, ListSource.Layout.BLOCK);
    for (String query : List.of("{ } | rate() by (span.x)", "{ } | compare({ }, 3000)")) {
      MetricsRequest request = MetricsRequest.instant(query, 1010 * SECOND, 1020 * SECOND);
      assertThatThrownBy(() -> small.query(List.of(source), request, QueryContext.unbounded()))
          .isInstanceOf(QueryBudgetException.class);
    }
    MetricsRequest wide =
        MetricsRequest.range("{ } | rate() by (span.x)", 0, 1100 * SECOND, 1100 * SECOND / 60_000);
    MetricsEngine larger = new MetricsEngine(new MetricsLimits(50_000_000, Long.MAX_VALUE));
    assertThatThrownBy(() -> larger.query(List.of(source), wide, QueryContext.unbounded()))
        .isInstanceOf(QueryBudgetException.class);
  }

  /** Where few points are shown, all series need not be there at once. */
  @Test
  void ranksMoreSeriesThanThereIsRoomFor() throws IOException {
    for (int i = 0; i < 3000; i++) {
      span("a", 11 + i % 60, 1 + i % 7, text("x", "value " + i % 1500));
    }
    SpanSource source = new ListSource("spans", spans, ListSource.Layout.BLOCK);
    MetricsEngine small = new MetricsEngine(new MetricsLimits(450_000, Long.MAX_VALUE));
    for (String stages :
        List.of("| topk(2)", "| bottomk(2)", "> 1 | topk(2)", "| topk(3) >= 1 | bottomk(1)")) {
      for (String function :
          List.of(
              "count_over_time()", "avg_over_time(duration)", "histogram_over_time(duration)")) {
        String query = "{ } | " + function + " by (span.x) " + stages;
        MetricsRequest request =
            MetricsRequest.range(query, 1010 * SECOND, 1080 * SECOND, 1 * SECOND);
        MetricsPartial partial =
            engine.evaluate(List.of(source), request, QueryContext.unbounded());
        assertThat(shown(small.finish(request, partial)))
            .as(query)
            .isNotEmpty()
            .isEqualTo(shown(engine.finish(request, partial)));
      }
    }
  }

  /** An attribute with a value of its own for every span is no reason not to compare. */
  @Test
  void forgetsRareValuesOfComparisonsWhenMemoryIsShort() throws IOException {
    for (int i = 0; i < 8000; i++) {
      span("a", 11, i % 4, text("id", "value " + i), text("kind", i % 100 < 99 ? "most" : "few"));
    }
    List<SpanSource> sources = new ArrayList<>();
    for (int i = 0; i < 8000; i += 500) {
      sources.add(new ListSource("spans " + i, spans.subList(i, i + 500), ListSource.Layout.BLOCK));
    }
    MetricsRequest request =
        MetricsRequest.instant("{ } | compare({ duration > 2s }, 2)", 1010 * SECOND, 1020 * SECOND);
    MetricsEngine small = new MetricsEngine(new MetricsLimits(150_000, Long.MAX_VALUE));

    MetricsPartial partial = small.evaluate(sources, request, QueryContext.unbounded());
    MetricsPartial sent = MetricsPartial.decode(partial.encode());

    assertThat(partial.heapBytes()).isLessThan(150_000);
    assertThat(small.finish(request, sent).series().stream().map(MetricsEngineTest::shown))
        .contains(
            "__meta_type=baseline,span.kind=most 6000.0",
            "__meta_type=baseline_total,span.id=nil 6000.0",
            "__meta_type=selection,span.kind=few 80.0",
            "__meta_type=selection,span.kind=most 1920.0",
            "__meta_type=selection_total,span.id=nil 2000.0")
        .filteredOn(series -> series.contains("selection,span.id="))
        .hasSize(2);
  }

  @Test
  void endsWhenItIsToldTo() throws IOException {
    span("a", 11, 1);
    SpanSource source = new ListSource("spans", spans, ListSource.Layout.BLOCK);
    MetricsRequest request = MetricsRequest.instant("{ } | rate()", 1010 * SECOND, 1020 * SECOND);
    QueryContext cancelled = QueryContext.of(System::nanoTime, Duration.ofHours(1), () -> true);
    QueryContext late = QueryContext.of(System::nanoTime, Duration.ofNanos(-1), () -> false);

    for (QueryContext context : List.of(cancelled, late)) {
      assertThatThrownBy(() -> engine.query(List.of(source), request, context))
          .isInstanceOf(QueryStoppedException.class);
    }
  }

  @Test
  void tellsOfItsProgress() throws IOException {
    span("a", 11, 1);
    span("b", 12, 1);
    List<SpanSource> sources = new ArrayList<>();
    for (PlainSpan span : spans) {
      sources.add(new ListSource("source", List.of(span), ListSource.Layout.BLOCK));
    }
    MetricsRequest request =
        MetricsRequest.instant("{ } | count_over_time() | topk(1)", 1010 * SECOND, 1020 * SECOND);
    List<String> told = new ArrayList<>();

    engine.query(
        sources,
        request,
        QueryContext.unbounded(),
        progress ->
            told.add(
                progress.completedSources()
                    + "/"
                    + progress.totalSources()
                    + " "
                    + shown(progress.result().series().get(0))));

    assertThat(told)
        .containsExactly("1/2 __name__=count_over_time 1.0", "2/2 __name__=count_over_time 2.0");
  }

  /** The spans made so far, and a child of the first that starts then in a source of its own. */
  private List<SpanSource> withChildElsewhere(long childStartNanos) {
    PlainSpan parent = spans.get(0);
    PlainSpan child =
        PlainSpan.of(
            parent.resource(),
            parent.scope(),
            parent.span().toBuilder()
                .setSpanId(RandomSpans.id(77))
                .setParentSpanId(parent.span().getSpanId())
                .setName("child")
                .setStartTimeUnixNano(childStartNanos)
                .build());
    return List.of(
        new ListSource("one", spans, ListSource.Layout.BLOCK),
        new ListSource("two", List.of(child), ListSource.Layout.BLOCK));
  }

  /** What decides may have started before the range, and lie where nothing is counted. */
  @Test
  void findsTracesByPartsWithoutSpansThatCount() throws IOException {
    span("a", 5, 8);
    List<SpanSource> sources = withChildElsewhere(1012 * SECOND);
    for (String query :
        List.of(
            "{ name = \"op\" } && { name = \"child\" }",
            "{ name = \"child\" } && { name = \"op\" }")) {
      MetricsRequest request =
          MetricsRequest.instant(query + " | count_over_time()", 1010 * SECOND, 1020 * SECOND);
      assertThat(shown(engine.query(sources, request, QueryContext.unbounded())))
          .as(query)
          .containsExactly("__name__=count_over_time 1.0");
    }
  }

  /** A trace whose spans lie in two sources is one trace to operators and groups. */
  @Test
  void relatesSpansOfDifferentSources() throws IOException {
    span("a", 11, 3);
    List<SpanSource> sources = withChildElsewhere(1011 * SECOND);
    for (String query :
        List.of(
            "{ name = \"op\" } > { name = \"child\" } | count_over_time()",
            "{ name = \"child\" } | count_over_time() by (rootName)",
            "{ } | count() = 2 | count_over_time() by (childCount)")) {
      MetricsRequest request = MetricsRequest.instant(query, 1010 * SECOND, 1020 * SECOND);
      assertThat(
              engine.query(sources, request, QueryContext.unbounded()).series().stream()
                  .map(MetricsEngineTest::shown)
                  .toList())
          .as(query)
          .isEqualTo(
              query.contains("childCount")
                  ? List.of("span:childCount=0 1.0", "span:childCount=1 1.0")
                  : List.of(
                      query.contains("rootName")
                          ? "rootName=op 1.0"
                          : "__name__=count_over_time 1.0"));
    }
  }

  @Test
  void refusesWhatIsNoMetricsQuery() {
    for (String query : List.of("{ }", "{ } | count() > 2", "{ } | by(name)")) {
      assertThatThrownBy(() -> engine.check(query))
          .isInstanceOf(UnsupportedQueryException.class)
          .hasMessageContaining("without a metrics function");
    }
    for (String query :
        List.of(
            "",
            "{ } | topk(1)",
            "{ } | rate() | topk(0)",
            "{ } | rate() | topk(-1)",
            "{ } | rate(duration)",
            "{ } | sum_over_time()",
            "{ } | sum_over_time(name)",
            "{ } | quantile_over_time(duration)",
            "{ } | quantile_over_time(duration, 1.5)",
            "{ } | compare()",
            "{ } | compare({ }, 0)",
            "{ } | compare({ }, 5, 10, 5)",
            "{ } | rate() by ()",
            "{ } | rate() by (.a, .b, .c, .d, .e, .f)")) {
      assertThatThrownBy(() -> engine.check(query)).as(query).isInstanceOf(TraceQlException.class);
    }
    assertThatThrownBy(
            () -> engine.check(String.join(" + ", Collections.nCopies(65, "({ } | rate())"))))
        .isInstanceOf(UnsupportedQueryException.class)
        .hasMessageContaining("more than 64 metrics functions");
  }

  @Test
  void refusesRangesThatAreNone() {
    assertThatThrownBy(() -> MetricsRequest.range("", -1, 5, 1)).hasMessageContaining("negative");
    assertThatThrownBy(() -> MetricsRequest.range("", 5, 5, 1))
        .hasMessage("end must be greater than start");
    assertThatThrownBy(() -> MetricsRequest.range("", 9, 5, 1))
        .hasMessage("end must be greater than start");
    assertThatThrownBy(() -> MetricsRequest.range("", 1, 5, 0)).hasMessageContaining("step");
    assertThatThrownBy(() -> MetricsRequest.range("", 1, 5, -3)).hasMessageContaining("step");
    assertThatThrownBy(() -> MetricsRequest.range("", 0, Long.MAX_VALUE - 1, 1))
        .hasMessageContaining("too small");
    assertThatThrownBy(() -> MetricsRequest.range("", 1, Long.MAX_VALUE, Long.MAX_VALUE / 2))
        .hasMessageContaining("too large");
    assertThatThrownBy(() -> MetricsRequest.instant("", 1, 5).withExemplars(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MetricsRequest.instant("", 1, 5).withMaxSeries(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The start goes back to a multiple of the step and one more, the end goes on to one. */
  @Test
  void widensRangesToWholeSteps() {
    TimeAxis axis = TimeAxis.of(MetricsRequest.range("", 25, 51, 10));
    assertThat(axis).isEqualTo(new TimeAxis(10, 10, 5));
    assertThat(axis.endNanos()).isEqualTo(60);
    assertThat(axis.timestampNanos(0)).isEqualTo(20);
    assertThat(axis.bucketOf(10)).isEqualTo(-1);
    assertThat(axis.bucketOf(11)).isEqualTo(0);
    assertThat(axis.bucketOf(20)).isEqualTo(0);
    assertThat(axis.bucketOf(21)).isEqualTo(1);
    assertThat(axis.bucketOf(60)).isEqualTo(4);
    assertThat(axis.bucketOf(61)).isEqualTo(-1);
    assertThat(axis.bucketOf(-1)).isEqualTo(-1);
    assertThat(TimeAxis.of(MetricsRequest.range("", 20, 50, 10)))
        .isEqualTo(new TimeAxis(10, 10, 4));
    assertThat(TimeAxis.of(MetricsRequest.range("", 5, 15, 10))).isEqualTo(new TimeAxis(0, 10, 2));
    assertThat(TimeAxis.of(MetricsRequest.range("", 27, 37, 10)))
        .isEqualTo(new TimeAxis(10, 10, 3));
    assertThat(TimeAxis.of(MetricsRequest.instant("", 5, 15))).isEqualTo(new TimeAxis(5, 10, 1));
    assertThat(TimeAxis.of(MetricsRequest.range("", 5, 18, 10))).isEqualTo(new TimeAxis(0, 10, 2));
  }

  /** In a head all columns share a dictionary: what is no array must not be read as one. */
  @Test
  void comparesArraysOfHeads() throws IOException {
    KeyValue array =
        KeyValue.newBuilder()
            .setKey("list")
            .setValue(
                AnyValue.newBuilder()
                    .setArrayValue(
                        ArrayValue.newBuilder()
                            .addValues(AnyValue.newBuilder().setStringValue("x"))))
            .build();
    span("shop", 1, 1, text("word", "a text that is no array"), array);
    SpanSource head = TestSources.source("head", TestSources.Kind.HEAD, spans, new Random(1));

    List<String> series =
        engine
            .query(
                List.of(head),
                MetricsRequest.instant(
                    "{} | compare({ span.word != nil })", 1000 * SECOND, 1010 * SECOND),
                QueryContext.unbounded())
            .series()
            .stream()
            .map(MetricsEngineTest::shown)
            .toList();

    assertThat(series).anySatisfy(line -> assertThat(line).contains("span.list="));
  }
}
