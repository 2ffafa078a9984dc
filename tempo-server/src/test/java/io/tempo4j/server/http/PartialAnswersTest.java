package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.tags.TagNames;
import io.tempo4j.query.tags.TagValues;
import io.tempo4j.query.tags.Truncation;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.server.config.ConfigLoader;
import io.tempo4j.server.tempopb.PartialStatus;
import io.tempo4j.server.tempopb.QueryRangeResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers over a socket that lack a block say so, in forms that clients bear. */
class PartialAnswersTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final FakeBackend BACKEND = new FakeBackend();
  private static final String BLOCK = "00000000-0000-0000-0000-000000000001";
  private static final Coverage LACKING = Coverage.without(List.of(BLOCK));
  private static final String EXPLANATION = "the answer lacks blocks that cannot be read: " + BLOCK;

  private static Server server;

  @BeforeAll
  static void start() throws Exception {
    ServerState state = new ServerState();
    ServerBuilder builder = Server.builder().http(0).requestTimeoutMillis(0);
    new HttpApi(
            state,
            ConfigLoader.parse("test.yaml", "").config(),
            BuildInfo.load(),
            new PrometheusRegistry())
        .attachTo(builder);
    server = builder.build();
    server.start().join();
    state.ready(BACKEND);
    byte[] trace =
        TracesData.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .addScopeSpans(
                        ScopeSpans.newBuilder()
                            .addSpans(
                                Span.newBuilder()
                                    .setTraceId(ByteString.copyFrom(new byte[16]))
                                    .setSpanId(
                                        ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0, 1}))
                                    .setName("a"))))
            .build()
            .toByteArray();
    AssembledTrace whole = new AssembledTrace(trace, 1, false);
    BACKEND.traces.put(TraceId.parse("a"), whole.withCoverage(LACKING));
    BACKEND.traces.put(TraceId.parse("b"), whole);
    BACKEND.traces.put(
        TraceId.parse("c"), new AssembledTrace(new byte[0], 0, false).withCoverage(LACKING));
    BACKEND.search.set((tenant, request, context) -> FakeBackend.NOTHING.withCoverage(LACKING));
    BACKEND.metrics.set(request -> FakeBackend.noSeries(request).withCoverage(LACKING));
    BACKEND.tagNames.set((request, context, pieces) ->
        new TagNames(List.of(), Truncation.NONE, FakeBackend.NOTHING.stats())
            .withCoverage(LACKING));
    BACKEND.tagValues.set((request, context, pieces) ->
        new TagValues(List.of(), Truncation.NONE, FakeBackend.NOTHING.stats())
            .withCoverage(LACKING));
  }

  @AfterAll
  static void stop() {
    server.closeAsync();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.activeLocalPort() + "/api" + path));
  }

  private static HttpResponse<byte[]> get(String path, String accept) throws Exception {
    return CLIENT.send(
        request(path).header("accept", accept).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static Optional<String> partial(HttpResponse<?> response) {
    return response.headers().firstValue("x-tempo4j-partial");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/search?q=%7B%7D",
        "/metrics/query_range?q=%7B%7D%7Crate()&start=1&end=100",
        "/metrics/query?q=%7B%7D%7Crate()&start=1&end=100",
        "/search/tags",
        "/v2/search/tags",
        "/search/tag/a/values",
        "/v2/search/tag/span.a/values",
        "/traces/a",
        "/v2/traces/a",
        "/v2/traces/a?q=%7B%7D",
        "/traces/c",
      })
  void everyAnswerNamesTheBlockInAHeader(String path) throws Exception {
    for (String accept : List.of("application/json", "application/protobuf")) {
      assertThat(partial(get(path, accept))).as(path).contains(EXPLANATION);
    }
  }

  @Test
  void aSearchHasNoFieldThatClientsRefuse() throws Exception {
    JsonNode body = MAPPER.readTree(get("/search?q=%7B%7D", "application/json").body());
    Set<String> fields = new HashSet<>();
    body.fieldNames().forEachRemaining(fields::add);
    assertThat(fields).containsOnly("traces", "metrics");
  }

  @Test
  void answersThatHaveAStatusSayThatTheyArePartial() throws Exception {
    for (String path :
        List.of(
            "/metrics/query_range?q=%7B%7D%7Crate()&start=1&end=100",
            "/metrics/query?q=%7B%7D%7Crate()&start=1&end=100", "/v2/traces/a")) {
      JsonNode body = MAPPER.readTree(get(path, "application/json").body());
      assertThat(body.path("status").asText()).as(path).isEqualTo("PARTIAL");
      assertThat(body.path("message").asText()).as(path).isEqualTo(EXPLANATION);
    }
    QueryRangeResponse range =
        QueryRangeResponse.parseFrom(
            get("/metrics/query_range?q=%7B%7D%7Crate()&start=1&end=100", "application/protobuf")
                .body());
    assertThat(range.getStatus()).isEqualTo(PartialStatus.PARTIAL);
    assertThat(range.getMessage()).isEqualTo(EXPLANATION);
    JsonNode filtered = MAPPER.readTree(get("/v2/traces/b?q=%7B%7D", "application/json").body());
    assertThat(filtered.path("message").asText()).doesNotContain(BLOCK);
  }

  @Test
  void answersThatLackNothingSayNothing() throws Exception {
    HttpResponse<byte[]> answer = get("/v2/traces/b", "application/json");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(partial(answer)).isEmpty();
    assertThat(MAPPER.readTree(answer.body()).has("status")).isFalse();
  }

  @Test
  void aMessageHasBothReasonsIfSeriesAreMissingToo() {
    MetricsResult truncated =
        new MetricsResult(
            new io.tempo4j.query.metrics.TimeAxis(0, 1, 1),
            List.of(),
            true,
            FakeBackend.NOTHING.stats(),
            LACKING);
    assertThat(io.tempo4j.server.messages.MetricsMessages.incomplete(truncated).split("; "))
        .hasSize(2)
        .satisfies(reasons -> assertThat(Arrays.asList(reasons)).last().isEqualTo(EXPLANATION));
  }
}
