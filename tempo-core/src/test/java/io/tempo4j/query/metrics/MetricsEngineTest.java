package io.tempo4j.query.metrics;

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
import io.tempo4j.query.oracle.ListSource;
import io.tempo4j.query.oracle.PlainSpan;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.TestSources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

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
    long startNanos = 1000 * SECOND + Math.round(start * SECOND);
    spans.add(
        PlainSpan.of(
            Resource.newBuilder().addAttributes(text("service.name", service)).build(),
            InstrumentationScope.getDefaultInstance(),
            Span.newBuilder()
                .setTraceId(RandomSpans.traceId(spans.size() + 1))
                .setSpanId(RandomSpans.id(spans.size() + 1))
                .setParentSpanId(ByteString.EMPTY)
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
