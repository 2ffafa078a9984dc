package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.otlp.WireCursor;
import io.tempo4j.query.QueryBudgetException;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.QueryStoppedException;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.search.SpanMatch;
import io.tempo4j.query.search.SpansetMatch;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.server.config.ConfigException;
import io.tempo4j.server.config.ConfigLoader;
import io.tempo4j.traceql.TraceQl;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests over a socket against a backend that answers what the test says. */
class HttpApiTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static final ServerState STATE = new ServerState();
  private static final ServerState TENANTS_STATE = new ServerState();
  private static final FakeBackend BACKEND = new FakeBackend();

  private static Server single;
  private static Server multi;

  @BeforeAll
  static void start() throws Exception {
    single =
        serve(
            STATE,
            """
            query_frontend: {search: {max_result_limit: 1000}, max_query_expression_size_bytes: 200}
            querier: {search: {query_timeout: 300ms}}
            storage: {trace: {s3: {secret_key: hush}}}
            """);
    multi = serve(TENANTS_STATE, "multitenancy_enabled: true\nhttp_api_prefix: /tempo");
    assertThat(get("/ready").statusCode()).isEqualTo(503);
    assertThat(get("/ready").body()).isEqualTo("Some services are not Running:\nStarting: 1\n");
    assertThat(get("/live").statusCode()).isEqualTo(200);
    assertThat(get("/api/search?q=%7B%7D").statusCode()).isEqualTo(503);
    STATE.ready(BACKEND);
    TENANTS_STATE.ready(BACKEND);
  }

  private static Server serve(ServerState state, String yaml) throws ConfigException {
    ServerBuilder builder = Server.builder().http(0).requestTimeoutMillis(0);
    new HttpApi(
            state,
            ConfigLoader.parse("test.yaml", yaml).config(),
            BuildInfo.load(),
            new PrometheusRegistry())
        .attachTo(builder);
    Server server = builder.build();
    server.start().join();
    return server;
  }

  @AfterAll
  static void stop() {
    single.closeAsync();
    multi.closeAsync();
  }

  @AfterEach
  void reset() {
    BACKEND.search.set((tenant, request, context) -> FakeBackend.NOTHING);
    BACKEND.traces.clear();
  }

  private static HttpResponse<String> get(String path, String... headers) {
    return send(single, "GET", path, HttpResponse.BodyHandlers.ofString(), headers);
  }

  private static <T> HttpResponse<T> send(
      Server server,
      String method,
      String path,
      HttpResponse.BodyHandler<T> handler,
      String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.activeLocalPort() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return CLIENT.send(request.build(), handler);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(path, e);
    }
  }

  private static AssembledTrace whole(TracesData traces) {
    return new AssembledTrace(traces.toByteArray(), 1, false);
  }

  @ParameterizedTest
  @CsvSource({
    "/ready, text/plain; charset=utf-8, ready",
    "/live, text/plain; charset=utf-8, live",
    "/api/echo, text/plain; charset=utf-8, echo",
  })
  void healthAnswersText(String path, String type, String body) {
    HttpResponse<String> response = get(path);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue(type);
    assertThat(response.body().strip()).isEqualTo(body);
  }

  /** Grafana health check: buildinfo carries a semantic version. */
  @Test
  void buildInfoHasTheFieldsThatGrafanaReads() throws IOException {
    JsonNode json = MAPPER.readTree(get("/api/status/buildinfo").body());

    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("version", "revision", "branch", "buildDate", "buildUser", "goVersion");
    assertThat(json.path("version").asText()).matches("3\\.0\\.0-tempo4j\\.\\d+\\..*");
  }

  @Test
  void statusShowsConfigurationWithoutSecrets() {
    HttpResponse<String> config = get("/status/config");

    assertThat(config.headers().firstValue("content-type")).hasValue("text/yaml; charset=utf-8");
    assertThat(config.body()).contains("max_result_limit: 1000", "secret_key: '********'");
    assertThat(config.body()).doesNotContain("hush");
    assertThat(get("/status").body()).contains("all: Running", "GET,HEAD /api/search");
  }

  static Stream<Arguments> refusedSearches() {
    return Stream.of(
        // 2.H: limit and spss
        Arguments.of("q=%7B%7D&limit=0", "invalid limit: must be a positive number"),
        Arguments.of("q=%7B%7D&limit=-3", "invalid limit: must be a positive number"),
        Arguments.of("q=%7B%7D&limit=x", "invalid limit: expected a whole number, got 'x'"),
        Arguments.of("q=%7B%7D&limit=1001", "limit 1001 exceeds max limit 1000"),
        Arguments.of("q=%7B%7D&spss=101", "spans per span set exceeds 100. received 101"),
        Arguments.of("q=%7B%7D&spss=-1", "invalid spss: must be a positive number"),
        // 2.H: q and tags
        Arguments.of(
            "q=%7B%7D&tags=a%3Db", "invalid request: can't specify tags and q in the same query"),
        Arguments.of("tags=a%3Db%20a%3Dc", "invalid tags: tag a has been set twice"),
        // 2.H: start and end
        Arguments.of(
            "q=%7B%7D&start=20&end=10",
            "http parameter start must be before end. received start=20 end=10"),
        Arguments.of(
            "q=%7B%7D&start=20",
            "http parameter start must be before end. received start=20 end=0"),
        Arguments.of(
            "q=%7B%7D&end=1700000000",
            "range specified by start and end exceeds 168h0m0s. received start=0 end=1700000000"),
        Arguments.of(
            "q=%7B%7D&start=1.5&end=3", "invalid start: expected whole Unix seconds, got '1.5'"),
        Arguments.of(
            "q=%7B%7D&start=1&end=99999999999999999999",
            "invalid end: expected whole Unix seconds within 0 and 9223372036, got"
                + " '99999999999999999999'"),
        Arguments.of(
            "q=%7B%7D&start=-1", "invalid start: expected whole Unix seconds within 0 and"),
        Arguments.of(
            "q=%7B%7D&end=" + "9".repeat(300),
            "invalid end: expected whole Unix seconds within 0 and 9223372036, got '"
                + "9".repeat(40)
                + "…'"),
        Arguments.of(
            "q=%7B%7D&limit=4294967295",
            "invalid limit: expected a whole number within -2147483648 and 2147483647, got"
                + " '4294967295'"),
        Arguments.of(
            "minDuration=2s&maxDuration=1s",
            "invalid maxDuration: must be greater than minDuration. received minDuration=2s"
                + " maxDuration=1s"),
        Arguments.of(
            "q=%7B%7D&explain=maybe", "invalid explain: expected true or false, got 'maybe'"),
        Arguments.of(
            "minDuration=long", "invalid minDuration: expected a duration such as 30s, 1h30m"),
        // 2.H: expression above the bound
        Arguments.of(
            "q=" + "%7B%7D".repeat(101),
            "TraceQL expression of 202 bytes exceeds the maximum of 200 bytes"));
  }

  @ParameterizedTest
  @MethodSource("refusedSearches")
  void wrongParametersAreRefusedInText(String parameters, String message) {
    HttpResponse<String> response = get("/api/search?" + parameters);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
    assertThat(response.body()).startsWith(message);
  }

  @Test
  void wrongTraceQlIsRefusedWithThePlace() {
    BACKEND.search.set((tenant, request, context) -> {
      TraceQl.parse(request.query());
      return FakeBackend.NOTHING;
    });

    HttpResponse<String> response = get("/api/search?q=%7B%20status%20%3D");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).startsWith("invalid TraceQL query: parse error at line 1, col ");
  }

  @Test
  void queryBeyondItsBudgetIsUnprocessable() {
    BACKEND.search.set((tenant, request, context) -> {
      throw new QueryBudgetException(1000);
    });

    HttpResponse<String> response = get("/api/search?q=%7B%7D");

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.body()).contains("budget of 1000 bytes");
  }

  static Stream<Arguments> acceptedSearches() {
    long max = Long.MAX_VALUE;
    return Stream.of(
        Arguments.of("q=%7B%7D", new SearchRequest("{}", 0, max, 20, 3)),
        Arguments.of(
            "q=%7B%7D&start=10&end=20&limit=5&spss=7",
            new SearchRequest("{}", 10_000_000_000L, 20_000_000_000L, 5, 7)),
        // 3.0: no spans per spanset means as many as there are, within the bound
        Arguments.of("q=%7B%7D&spss=0", new SearchRequest("{}", 0, max, 20, 100)),
        Arguments.of("", new SearchRequest("{}", 0, max, 20, 3)),
        Arguments.of(
            "q=%7B%7D&explain=true",
            new SearchRequest("{}", 0, max, 20, 3).with(SearchRequest.Detail.EXPLANATION)),
        Arguments.of("q=%7B%7D&start=0&end=0", new SearchRequest("{}", 0, max, 20, 3)),
        Arguments.of(
            "tags=service.name%3Dcart%20http.status_code%3D500&minDuration=1.5s&maxDuration=1m",
            new SearchRequest(
                "{ .service.name =~ \".*cart.*\" && .http.status_code = 500"
                    + " && traceDuration >= 1500000000ns && traceDuration <= 60000000000ns }",
                0,
                max,
                20,
                3)),
        // Clients of before 2022 send their tags as parameters
        Arguments.of("region=eu&limit=3", new SearchRequest("{ .region = \"eu\" }", 0, max, 3, 3)));
  }

  @ParameterizedTest
  @MethodSource("acceptedSearches")
  void parametersBecomeASearch(String parameters, SearchRequest expected) {
    assertThat(get("/api/search?" + parameters).statusCode()).isEqualTo(200);
    assertThat(BACKEND.lastSearch.get()).isEqualTo(expected);
    assertThat(TraceQl.parse(BACKEND.lastSearch.get().query())).isNotNull();
  }

  /** 2.H: the shape, and nothing but the shape, since clients refuse unknown fields. */
  @Test
  void searchResultHasTemposFields() throws IOException {
    SpanMatch span =
        new SpanMatch(
            0x0a1bL,
            "GET /cart",
            1_700_000_000_000_000_001L,
            1_234_567L,
            List.of(
                new Attribute("http.status_code", new AttributeValue.IntValue(500)),
                new Attribute("service.name", new AttributeValue.StringValue("cart"))));
    TraceMatch trace =
        new TraceMatch(
            TraceId.parse("00c816535e98d74357f0e0e81aab80f8"),
            "gateway",
            "GET /",
            true,
            1_700_000_000_000_000_000L,
            2_999_999L,
            List.of(
                new SpansetMatch(
                    List.of(span),
                    7,
                    List.of(new Attribute("count()", new AttributeValue.IntValue(7))))),
            Map.of("cart", new TraceMatch.ServiceStats(3, 0)));
    TraceMatch rootless =
        new TraceMatch(TraceId.parse("1"), "", "", false, 5, 0, List.of(), Map.of());
    BACKEND.search.set((tenant, request, context) ->
        new SearchResult(List.of(trace, rootless), new QueryStats(4, 1, 9, 2, 11, 12, 1300)));

    HttpResponse<String> response = get("/api/search?q=%7B%7D");

    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    String spanset =
        """
        {"spans":[{"spanID":"0000000000000a1b","name":"GET /cart",
          "startTimeUnixNano":"1700000000000000001","durationNanos":"1234567",
          "attributes":[{"key":"http.status_code","value":{"intValue":"500"}},
                        {"key":"service.name","value":{"stringValue":"cart"}}]}],
         "matched":7,"attributes":[{"key":"count()","value":{"intValue":"7"}}]}\
        """;
    assertThat(MAPPER.readTree(response.body()))
        .isEqualTo(
            MAPPER.readTree(
                """
                {"traces":[
                  {"traceID":"c816535e98d74357f0e0e81aab80f8","rootServiceName":"gateway",
                   "rootTraceName":"GET /","startTimeUnixNano":"1700000000000000000",
                   "durationMs":2,"spanSet":SPANSET,"spanSets":[SPANSET],
                   "serviceStats":{"cart":{"spanCount":3}}},
                  {"traceID":"1","rootServiceName":"<root span not yet received>",
                   "startTimeUnixNano":"5"}],
                 "metrics":{"inspectedTraces":11,"inspectedBytes":"1300","totalBlocks":4,
                   "completedJobs":9,"totalJobs":9}}\
                """
                    .replace("SPANSET", spanset)));
  }

  @Test
  void emptySearchResultHasAnEmptyList() {
    assertThat(get("/api/search?q=%7B%7D").body()).isEqualTo("{\"traces\":[],\"metrics\":{}}");
  }

  /** 2.G: v1 answers 404 without a body, v2 an empty trace. */
  @Test
  void missingTraceDependsOnTheVersion() {
    HttpResponse<String> version1 = get("/api/traces/abc");
    HttpResponse<String> version2 = get("/api/v2/traces/abc");

    assertThat(version1.statusCode()).isEqualTo(404);
    assertThat(version1.body()).isEmpty();
    assertThat(version2.statusCode()).isEqualTo(200);
    assertThat(version2.body()).isEqualTo("{\"trace\":{},\"metrics\":{}}");
    byte[] protobuf =
        send(
                single,
                "GET",
                "/api/v2/traces/abc",
                HttpResponse.BodyHandlers.ofByteArray(),
                "Accept",
                "application/protobuf")
            .body();
    assertThat(protobuf).containsExactly(0x0a, 0x00);
  }

  /** 2.G: up to 32 hexadecimal digits, zeros on the left may be missing. */
  @Test
  void traceIsFoundByIdsOfEveryLength() throws IOException {
    TracesData traces = new RandomTraces(3).traces(2);
    BACKEND.traces.put(TraceId.parse("0abc"), whole(traces));

    for (String id : List.of("abc", "0ABC", "0".repeat(29) + "abc")) {
      JsonNode version1 = MAPPER.readTree(get("/api/traces/" + id).body());
      assertThat(version1.fieldNames()).toIterable().containsExactly("batches");
      JsonNode version2 = MAPPER.readTree(get("/api/v2/traces/" + id).body());
      assertThat(version2.path("trace").path("resourceSpans")).isEqualTo(version1.path("batches"));
    }
    for (String id : List.of("xyz", "0".repeat(33))) {
      assertThat(get("/api/traces/" + id).statusCode()).isEqualTo(400);
      assertThat(get("/api/v2/traces/" + id).body()).startsWith("trace id ");
    }
    assertThat(get("/api/traces/abc?start=5&end=4").statusCode()).isEqualTo(400);
  }

  /** 2.G: the Accept header is tested for a part. */
  @Test
  void traceComesAsProtobufWhenAccepted() throws IOException {
    TracesData traces = new RandomTraces(4).traces(2);
    BACKEND.traces.put(TraceId.parse("7"), whole(traces));

    HttpResponse<byte[]> version1 =
        send(
            single,
            "GET",
            "/api/traces/7",
            HttpResponse.BodyHandlers.ofByteArray(),
            "Accept",
            "text/html, application/protobuf;q=0.9");
    HttpResponse<byte[]> version2 =
        send(
            single,
            "GET",
            "/api/v2/traces/7",
            HttpResponse.BodyHandlers.ofByteArray(),
            "Accept",
            "application/protobuf");

    assertThat(version1.headers().firstValue("content-type")).hasValue("application/protobuf");
    assertThat(TracesData.parseFrom(version1.body())).isEqualTo(NamedResourcesTest.named(traces));
    WireCursor response = new WireCursor(version2.body(), 0, version2.body().length);
    assertThat(response.next()).isTrue();
    assertThat(response.field()).isEqualTo(1);
    assertThat(
            TracesData.parser()
                .parseFrom(version2.body(), response.from(), response.to() - response.from()))
        .isEqualTo(NamedResourcesTest.named(traces));
    assertThat(response.next()).isFalse();
  }

  /** 2.G: too large a trace is an error in v1 and comes in part in v2. */
  @Test
  void tooLargeTraceDependsOnTheVersion() throws IOException {
    TracesData traces = new RandomTraces(6).traces(1);
    BACKEND.traces.put(TraceId.parse("7"), new AssembledTrace(traces.toByteArray(), 1, true));

    HttpResponse<String> version1 = get("/api/traces/7");
    JsonNode version2 = MAPPER.readTree(get("/api/v2/traces/7").body());
    byte[] protobuf =
        send(
                single,
                "GET",
                "/api/v2/traces/7",
                HttpResponse.BodyHandlers.ofByteArray(),
                "Accept",
                "application/protobuf")
            .body();

    assertThat(version1.statusCode()).isEqualTo(422);
    assertThat(version1.body()).isEqualTo("trace exceeds max size (max bytes: 1000)");
    String message = "Trace exceeds maximum size of 1000 bytes, a partial trace is returned";
    assertThat(version2.path("status").asText()).isEqualTo("PARTIAL");
    assertThat(version2.path("message").asText()).isEqualTo(message);
    assertThat(version2.path("trace").path("resourceSpans")).hasSize(1);
    assertThat(new String(protobuf, StandardCharsets.ISO_8859_1))
        .endsWith("\u0018\u0001\"" + (char) message.length() + message);
  }

  @Test
  void answersAreCompressedWhenAskedFor() throws IOException {
    BACKEND.traces.put(TraceId.parse("7"), whole(new RandomTraces(5).traces(30)));
    String plain = get("/api/traces/7").body();

    HttpResponse<byte[]> response =
        send(
            single,
            "GET",
            "/api/traces/7",
            HttpResponse.BodyHandlers.ofByteArray(),
            "Accept-Encoding",
            "gzip");

    assertThat(response.headers().firstValue("content-encoding")).hasValue("gzip");
    assertThat(
            new String(
                new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes(),
                StandardCharsets.UTF_8))
        .isEqualTo(plain);
  }

  @Test
  void slowQueryEndsAtItsDeadline() throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    BACKEND.search.set((tenant, request, context) -> {
      try {
        while (true) {
          context.check();
        }
      } catch (QueryStoppedException e) {
        stopped.countDown();
        throw e;
      }
    });

    HttpResponse<String> response = get("/api/search?q=%7B%7D");

    assertThat(response.statusCode()).isEqualTo(504);
    assertThat(response.body()).isEqualTo("the query took longer than 300ms");
    assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void failedQueryIsAnErrorInText() {
    BACKEND.search.set((tenant, request, context) -> {
      throw new IOException("the bucket is gone");
    });

    HttpResponse<String> response = get("/api/search?q=%7B%7D");

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).contains("the bucket is gone");
  }

  @Test
  void flushTakesGetAndPost() {
    int before = BACKEND.flushes.get();

    for (String method : List.of("GET", "POST")) {
      assertThat(send(single, method, "/flush", HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(204);
    }

    assertThat(BACKEND.flushes).hasValue(before + 2);
    assertThat(send(single, "DELETE", "/flush", HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(405);
  }

  /** 2.C: with tenancy on the header is needed; off, it is ignored. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, 400, no org id",
        "team-a, 200, -",
        "a|b, 400, queries over several tenants are not supported: X-Scope-OrgID 'a|b'",
        "a/b, 400, tenant id 'a/b' has an unsupported character '/' at position 1",
        ".., 400, tenant id must not be '..'",
      })
  void tenancyNeedsTheHeader(String tenant, int status, String message) {
    String[] headers = tenant == null ? new String[0] : new String[] {"X-Scope-OrgID", tenant};

    for (String path : List.of("/tempo/api/search?q=%7B%7D", "/tempo/api/v2/traces/1")) {
      HttpResponse<String> response =
          send(multi, "GET", path, HttpResponse.BodyHandlers.ofString(), headers);
      assertThat(response.statusCode()).isEqualTo(status);
      if (message != null) {
        assertThat(response.body()).isEqualTo(message);
      } else {
        assertThat(BACKEND.lastTenant.get()).isEqualTo(new TenantId(tenant));
      }
    }
    if (tenant != null) {
      assertThat(get("/api/search?q=%7B%7D", headers).statusCode()).isEqualTo(200);
      assertThat(BACKEND.lastTenant.get()).isEqualTo(TenantId.SINGLE);
    }
  }

  @Test
  void metricsCountRequestsUnderTemposNames() {
    get("/api/search?q=%7B%7D");

    String metrics = get("/metrics").body();

    assertThat(metrics)
        .containsPattern(
            "tempo_request_duration_seconds_count\\{method=\"GET\",route=\"api_search\","
                + "status_code=\"200\",ws=\"false\"} \\d")
        .contains(
            "tempo_query_frontend_queries_total{op=\"search\",result=\"completed\","
                + "tenant=\"single-tenant\"}");
  }
}
