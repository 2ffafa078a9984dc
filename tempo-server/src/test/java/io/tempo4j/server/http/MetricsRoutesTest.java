package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.server.Server;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryBudgetException;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.metrics.Exemplar;
import io.tempo4j.query.metrics.MetricsEngine;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.metrics.TimeAxis;
import io.tempo4j.query.metrics.TimeSeries;
import io.tempo4j.server.config.ConfigLoader;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Metrics over a socket; the rows name the fact that each shows. */
class MetricsRoutesTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String RANGE = "/api/metrics/query_range?";
  private static final String INSTANT = "/api/metrics/query?";
  private static final String RATE = "q=" + encoded("{ } | rate()");
  private static final long SECOND = 1_000_000_000L;
  private static final FakeBackend BACKEND = new FakeBackend();

  private static Server server;

  @BeforeAll
  static void start() throws Exception {
    ServerState state = new ServerState();
    state.ready(BACKEND);
    var builder = Server.builder().http(0).requestTimeoutMillis(0);
    String yaml =
        """
        query_frontend:
          metrics: {max_response_series: 7}
          max_query_expression_size_bytes: 200
        """;
    new HttpApi(
            state,
            ConfigLoader.parse("test.yaml", yaml).config(),
            BuildInfo.load(),
            new PrometheusRegistry())
        .attachTo(builder);
    server = builder.build();
    server.start().join();
  }

  @AfterAll
  static void stop() {
    server.closeAsync();
  }

  @BeforeEach
  void reset() {
    BACKEND.metrics.set(FakeBackend::noSeries);
    BACKEND.lastMetrics.set(null);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static HttpResponse<String> get(String path) {
    URI uri = URI.create("http://127.0.0.1:" + server.activeLocalPort() + path);
    try {
      return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(path, e);
    }
  }

  static Stream<Arguments> ranges() {
    return Stream.of(
        Arguments.of(
            "seconds", "start=100&end=200&step=10", 100 * SECOND, 200 * SECOND, 10 * SECOND),
        Arguments.of(
            "seconds with a fraction",
            "start=100.5&end=200.25&step=0.5",
            100_500_000_000L,
            200_250_000_000L,
            500_000_000L),
        Arguments.of(
            "more than ten digits are nanoseconds",
            "start=1700000000&end=1700000100000000000&step=5s",
            1_700_000_000 * SECOND,
            1_700_000_100 * SECOND,
            5 * SECOND),
        Arguments.of(
            "RFC 3339",
            "start=2023-11-14T22:13:20Z&end=2023-11-14T23:14:20%2B01:00&step=1m",
            1_700_000_000 * SECOND,
            1_700_000_060 * SECOND,
            60 * SECOND),
        Arguments.of(
            "since counts back from the end",
            "since=90s&end=1000&step=1s",
            910 * SECOND,
            1000 * SECOND,
            SECOND),
        Arguments.of(
            "default is one hour", "end=7200&step=60", 3600 * SECOND, 7200 * SECOND, 60 * SECOND),
        Arguments.of(
            "default step of an hour: 15 s",
            "start=3600&end=7200",
            3600 * SECOND,
            7200 * SECOND,
            15 * SECOND),
        Arguments.of(
            "default step of ten minutes: 2 s",
            "start=100&end=700",
            100 * SECOND,
            700 * SECOND,
            2 * SECOND),
        Arguments.of(
            "default step of a day: a multiple of 5 min",
            "start=100&end=86500",
            100 * SECOND,
            86500 * SECOND,
            300 * SECOND),
        Arguments.of(
            "default step below a minute: a multiple of 50 ms",
            "start=100&end=130",
            100 * SECOND,
            130 * SECOND,
            100_000_000L),
        Arguments.of(
            "default step of two minutes: 1 s",
            "start=100&end=220",
            100 * SECOND,
            220 * SECOND,
            SECOND));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ranges")
  void readsTimes(String fact, String parameters, long start, long end, long step) {
    HttpResponse<String> response = get(RANGE + RATE + "&" + parameters);

    assertThat(response.body()).startsWith("{\"series\":[]");
    MetricsRequest request = BACKEND.lastMetrics.get();
    assertThat(List.of(request.startNanos(), request.endNanos(), request.stepNanos()))
        .containsExactly(start, end, step);
    assertThat(request.query()).isEqualTo("{ } | rate()");
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(
            "reversed times", RANGE, "start=200&end=100", "end must be greater than start"),
        Arguments.of(
            "an empty range", RANGE, "start=200&end=200", "end must be greater than start"),
        Arguments.of(
            "also at once", INSTANT, "start=200&end=100", "end must be greater than start"),
        Arguments.of(
            "a range above the bound",
            RANGE,
            "start=100&end=86501",
            "metrics query time range exceeds the maximum allowed duration of 24h0m0s"),
        Arguments.of(
            "too many steps",
            RANGE,
            "start=3600&end=3960&step=35ms",
            "step of 35ms is too small, minimum step for given range is 36ms"),
        Arguments.of(
            "five million steps",
            RANGE,
            "start=100&end=5100&step=1ms",
            "step of 1ms is too small, minimum step for given range is 500ms"),
        Arguments.of(
            "one nanosecond",
            RANGE,
            "start=100&end=86400&step=1ns",
            "step of 1ns is too small, minimum step for given range is 8.63s"),
        Arguments.of("step 0", RANGE, "start=1&end=2&step=0", "step must be greater than 0"),
        Arguments.of("step 0s", RANGE, "start=1&end=2&step=0s", "step must be greater than 0"),
        Arguments.of(
            "negative step", RANGE, "start=1&end=2&step=-1", "step must be greater than 0"),
        Arguments.of(
            "no step at all",
            RANGE,
            "start=1&end=2&step=x",
            "invalid step: expected a duration such as 30s, 1h30m or 100ms, got 'x'"),
        Arguments.of(
            "no time",
            RANGE,
            "start=yesterday&end=2",
            "invalid start: expected Unix seconds, nanoseconds or a date such as"
                + " 2026-01-02T15:04:05Z, got 'yesterday'"),
        Arguments.of(
            "a time that is too late",
            RANGE,
            "start=1&end=1e30",
            "invalid end: expected a time after 1970 and before 2262, got '1e30'"),
        Arguments.of(
            "a date that is too late",
            RANGE,
            "start=1&end=9999-01-01T00:00:00Z",
            "invalid end: expected a time after 1970 and before 2262, got '9999-01-01T00:00:00Z'"),
        Arguments.of(
            "a date that is too early",
            RANGE,
            "start=1969-12-31T23:59:59Z&end=2",
            "invalid start: expected a time after 1970 and before 2262, got"
                + " '1969-12-31T23:59:59Z'"),
        Arguments.of(
            "a huge step",
            RANGE,
            "start=1&end=2&step=1e30",
            "invalid step: expected a number of seconds within 0 and 9223372036, got '1e30'"),
        Arguments.of(
            "the hugest exponent",
            RANGE,
            "start=1e2147483647&end=2",
            "invalid start: expected a time after 1970 and before 2262, got '1e2147483647'"),
        Arguments.of(
            "an exponent beyond all",
            RANGE,
            "start=1e4001700000000&end=2",
            "invalid start: expected a time after 1970 and before 2262, got '1e4001700000000'"),
        Arguments.of(
            "a huge exponent",
            RANGE,
            "start=1e999999999&end=2",
            "invalid start: expected a time after 1970 and before 2262, got '1e999999999'"),
        Arguments.of(
            "a tiny exponent",
            RANGE,
            "start=1e-999999999&end=2",
            "invalid start: expected a time after 1970 and before 2262, got '1e-999999999'"),
        Arguments.of(
            "many digits",
            RANGE,
            "start=" + "1".repeat(60) + "&end=2",
            "invalid start: expected a number of at most 40 characters, got '"
                + "1".repeat(40)
                + "…'"),
        Arguments.of(
            "since is no duration",
            RANGE,
            "since=-5m",
            "invalid since: expected a duration such as 30s, 1h30m or 100ms, got '-5m'"),
        Arguments.of(
            "exemplars is no number",
            RANGE,
            "start=1&end=2&exemplars=many",
            "invalid exemplars: expected a whole number, got 'many'"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refusesParameters(String fact, String path, String parameters, String message) {
    HttpResponse<String> response = get(path + RATE + "&" + parameters);

    assertThat(response.body()).isEqualTo(message);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
  }

  static Stream<Arguments> wrongQueries() {
    return Stream.of(
        Arguments.of("no TraceQL", "{ .a = | rate()"),
        Arguments.of("nothing at all", ""),
        Arguments.of("a search", "{ }"),
        Arguments.of("topk(0)", "{ } | rate() | topk(0)"),
        Arguments.of("division by zero", "({ } | rate()) / 0"),
        Arguments.of("a quantile above 1", "{ } | quantile_over_time(duration, 2)"),
        Arguments.of("six fields", "{ } | rate() by (.a, .b, .c, .d, .e, .f)"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongQueries")
  void refusesQueries(String fact, String query) {
    MetricsEngine engine = new MetricsEngine();
    BACKEND.metrics.set(request -> {
      engine.check(request.query());
      return FakeBackend.noSeries(request);
    });

    HttpResponse<String> response = get(RANGE + "q=" + encoded(query) + "&start=1&end=2");

    assertThat(response.body()).startsWith("invalid TraceQL query: ");
    assertThat(response.statusCode()).isEqualTo(400);
  }

  @Test
  void queryBeyondItsBudgetIsUnprocessable() {
    BACKEND.metrics.set(request -> {
      throw new QueryBudgetException(1000);
    });

    HttpResponse<String> response = get(RANGE + RATE + "&start=1&end=2");

    assertThat(response.body()).contains("budget of 1000 bytes");
    assertThat(response.statusCode()).isEqualTo(422);
  }

  @Test
  void refusesLongQueries() {
    assertThat(get(INSTANT + "q=" + "x".repeat(201)).body())
        .isEqualTo("TraceQL expression of 201 bytes exceeds the maximum of 200 bytes");
  }

  /** Grafana says {@code query}; {@code q} goes first where both are there. */
  @Test
  void takesTheQueryUnderBothNames() {
    get(INSTANT + "query=one&start=1&end=2");
    assertThat(BACKEND.lastMetrics.get().query()).isEqualTo("one");
    get(INSTANT + "query=one&q=two&start=1&end=2");
    assertThat(BACKEND.lastMetrics.get().query()).isEqualTo("two");
  }

  /** Exemplars: 100 where none are named, never more, none in instant queries. */
  @Test
  void boundsExemplarsAndSeries() {
    get(RANGE + RATE + "&start=1&end=9");
    assertThat(BACKEND.lastMetrics.get().exemplars()).isEqualTo(100);
    get(RANGE + RATE + "&start=1&end=9&exemplars=3");
    assertThat(BACKEND.lastMetrics.get().exemplars()).isEqualTo(3);
    get(RANGE + RATE + "&start=1&end=9&exemplars=5000");
    assertThat(BACKEND.lastMetrics.get().exemplars()).isEqualTo(100);
    assertThat(BACKEND.lastMetrics.get().maxSeries()).isEqualTo(7);
    get(INSTANT + RATE + "&start=1&end=9&exemplars=3");
    assertThat(BACKEND.lastMetrics.get().exemplars()).isZero();
  }

  /** The whole range is one step. */
  @Test
  void asksForOneValueOverTheRange() {
    get(INSTANT + RATE + "&start=100&end=250&step=10");

    MetricsRequest request = BACKEND.lastMetrics.get();
    assertThat(request.isInstant()).isTrue();
    assertThat(request.stepNanos()).isEqualTo(150 * SECOND);
  }

  private static Attribute label(String key, AttributeValue value) {
    return new Attribute(key, value);
  }

  private static MetricsResult result(MetricsRequest request, boolean isTruncated) {
    TimeAxis axis = TimeAxis.of(request);
    double[] values = new double[axis.bucketCount()];
    values[0] = 1.5;
    if (values.length > 3) {
      values[1] = Double.NaN;
      values[2] = 0;
      values[3] = Double.POSITIVE_INFINITY;
    }
    return new MetricsResult(
        axis,
        List.of(
            new TimeSeries(
                List.of(
                    label("span.a", new AttributeValue.StringValue("x")),
                    label("span.b", new AttributeValue.IntValue(3)),
                    label("p", new AttributeValue.DoubleValue(0.9)),
                    label("span.c", new AttributeValue.BoolValue(true))),
                values,
                List.of(new Exemplar(new TraceId(1, 2), 0xabcL, 11 * SECOND, 0.25)))),
        isTruncated,
        new QueryStats(2, 0, 3, 1, 10, 20, 30));
  }

  /** Timestamps are strings and the ends of buckets; zeros, NaN and infinity are left out. */
  @Test
  void writesSeries() throws IOException {
    BACKEND.metrics.set(request -> result(request, false));

    JsonNode json = MAPPER.readTree(get(RANGE + RATE + "&start=20&end=50&step=10").body());

    JsonNode expected =
        MAPPER.readTree(
            """
            {"series":[{"labels":[
               {"key":"span.a","value":{"stringValue":"x"}},
               {"key":"span.b","value":{"intValue":"3"}},
               {"key":"p","value":{"doubleValue":0.9}},
               {"key":"span.c","value":{"boolValue":true}}],
              "samples":[{"timestampMs":"20000","value":1.5},{"timestampMs":"40000"}],
              "exemplars":[{"labels":[
                {"key":"trace:id","value":{"stringValue":"00000000000000010000000000000002"}},
                {"key":"span:id","value":{"stringValue":"0000000000000abc"}}],
                "value":0.25,"timestampMs":"11000"}]}],
             "metrics":{"inspectedTraces":10,"inspectedBytes":"30","totalBlocks":2,
               "completedJobs":3,"totalJobs":3}}
            """);
    assertThat(json).isEqualTo(expected);
  }

  @Test
  void writesSingleValues() throws IOException {
    BACKEND.metrics.set(request -> result(request, false));

    JsonNode series =
        MAPPER.readTree(get(INSTANT + RATE + "&start=10&end=40").body()).path("series").get(0);

    assertThat(series.path("value").doubleValue()).isEqualTo(1.5);
    assertThat(series.fieldNames()).toIterable().containsExactly("labels", "value");
  }

  /** More series than allowed: the answer says that it is not all. */
  @Test
  void saysThatSeriesAreMissing() throws IOException {
    BACKEND.metrics.set(request -> result(request, true));

    for (String path : List.of(RANGE, INSTANT)) {
      JsonNode json = MAPPER.readTree(get(path + RATE + "&start=10&end=40").body());
      assertThat(json.path("status").asText()).isEqualTo("PARTIAL");
      assertThat(json.path("message").asText())
          .isEqualTo("Response exceeds maximum series limit of 1, a partial response is returned");
    }
  }
}
