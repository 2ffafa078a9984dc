package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.metrics.Exemplar;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.metrics.TimeAxis;
import io.tempo4j.query.metrics.TimeSeries;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.search.SpanMatch;
import io.tempo4j.query.search.SpansetMatch;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.query.tags.TagNames;
import io.tempo4j.query.tags.TagScope;
import io.tempo4j.query.tags.TagValue;
import io.tempo4j.query.tags.TagValues;
import io.tempo4j.query.tags.Truncation;
import io.tempo4j.server.config.ConfigLoader;
import io.tempo4j.server.messages.SearchMessages;
import io.tempo4j.server.tempopb.QueryInstantResponse;
import io.tempo4j.server.tempopb.QueryRangeResponse;
import io.tempo4j.server.tempopb.SearchResponse;
import io.tempo4j.server.tempopb.SearchTagValuesResponse;
import io.tempo4j.server.tempopb.SearchTagValuesV2Response;
import io.tempo4j.server.tempopb.SearchTagsResponse;
import io.tempo4j.server.tempopb.SearchTagsV2Response;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers as protobuf say what the same answers say as JSON. */
class ProtobufAnswersTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final QueryStats STATS = new QueryStats(2, 0, 3, 1, 10, 20, 30);
  private static final FakeBackend BACKEND = new FakeBackend();

  private static Server server;
  private static WebClient client;

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
    client = WebClient.of("http://127.0.0.1:" + server.activeLocalPort());
    BACKEND.search.set((tenant, request, context) -> search());
    BACKEND.metrics.set(ProtobufAnswersTest::metrics);
    BACKEND.tagNames.set((request, context, pieces) -> names());
    BACKEND.tagValues.set((request, context, pieces) -> values());
  }

  @AfterAll
  static void stop() {
    server.closeAsync();
  }

  private static SearchResult search() {
    SpanMatch span =
        new SpanMatch(
            -5, "GET", -1, 7, List.of(new Attribute("a", new AttributeValue.DoubleValue(0.1))));
    List<SpansetMatch> spansets =
        List.of(
            new SpansetMatch(
                Collections.nCopies(200, span),
                300,
                List.of(new Attribute("count()", new AttributeValue.IntValue(300)))),
            new SpansetMatch(List.of(span), 1, List.of()));
    TraceMatch trace =
        new TraceMatch(
            new TraceId(0, -1),
            "shop",
            "GET /",
            true,
            1_700_000_000_000_000_000L,
            3_000_000_000_000L,
            spansets,
            Map.of(
                "shop", new TraceMatch.ServiceStats(9, 1), "", new TraceMatch.ServiceStats(0, 0)));
    TraceMatch rootless =
        new TraceMatch(new TraceId(0, 1), "", "", false, 5, 0, List.of(), Map.of());
    return new SearchResult(List.of(trace, rootless), STATS);
  }

  private static MetricsResult metrics(MetricsRequest request) {
    TimeAxis axis = TimeAxis.of(request);
    double[] values = new double[axis.bucketCount()];
    values[0] = 0.25;
    values[values.length - 1] = values.length == 1 ? 0.25 : Double.NaN;
    TimeSeries series =
        new TimeSeries(
            List.of(
                new Attribute("span.a", new AttributeValue.StringValue("x")),
                new Attribute("p", new AttributeValue.DoubleValue(0.5))),
            values,
            List.of(new Exemplar(new TraceId(1, 2), 0xabc, 11_000_000, 3)));
    return new MetricsResult(axis, List.of(series, series), true, STATS);
  }

  private static TagNames names() {
    return new TagNames(
        List.of(
            new TagNames.ScopedNames(TagScope.RESOURCE, List.of("a", "service.name")),
            new TagNames.ScopedNames(TagScope.SPAN, List.of("a", "b"))),
        Truncation.LIMIT,
        STATS);
  }

  private static TagValues values() {
    return new TagValues(
        List.of(
            new TagValue(TagValue.Type.STRING, "1"),
            new TagValue(TagValue.Type.INT, "1"),
            new TagValue(TagValue.Type.KEYWORD, "ok")),
        Truncation.NONE,
        STATS);
  }

  static Stream<Arguments> answers() {
    return Stream.of(
        Arguments.of("/api/search?q=%7B%7D", SearchResponse.parser()),
        Arguments.of(
            "/api/metrics/query_range?q=%7B%7D|rate()&start=10&end=50&step=10",
            QueryRangeResponse.parser()),
        Arguments.of(
            "/api/metrics/query?q=%7B%7D|rate()&start=10&end=50", QueryInstantResponse.parser()),
        Arguments.of("/api/search/tags", SearchTagsResponse.parser()),
        Arguments.of("/api/v2/search/tags", SearchTagsV2Response.parser()),
        Arguments.of("/api/search/tag/a/values", SearchTagValuesResponse.parser()),
        Arguments.of("/api/v2/search/tag/.a/values", SearchTagValuesV2Response.parser()));
  }

  private static AggregatedHttpResponse get(String path, String accept) {
    return client
        .execute(RequestHeaders.of(HttpMethod.GET, path, "accept", accept))
        .aggregate()
        .join();
  }

  @ParameterizedTest
  @MethodSource("answers")
  void protobufSaysWhatJsonSays(String path, Parser<? extends Message> parser) throws Exception {
    AggregatedHttpResponse json = get(path, "application/json");
    AggregatedHttpResponse protobuf = get(path, "application/protobuf");

    assertThat(json.headers().get("content-type")).isEqualTo("application/json");
    assertThat(protobuf.headers().get("content-type")).isEqualTo("application/protobuf");
    ObjectNode message = ProtobufJson.of(parser.parseFrom(protobuf.content().array()));
    // Strict clients of the JSON form do not know this one.
    JsonNode spans = ((ObjectNode) message.get("metrics")).remove("inspectedSpans");
    assertThat(spans == null || spans.asText().equals("20")).isTrue();
    assertThat(MAPPER.readTree(message.toString())).isEqualTo(MAPPER.readTree(json.contentUtf8()));
  }

  @Test
  void protobufIsMadeWhileItIsWritten() {
    SearchResult many =
        new SearchResult(Collections.nCopies(1_000_000, search().traces().getFirst()), STATS);

    LimitedOutput little = new LimitedOutput(50_000);
    assertThatThrownBy(() -> ProtobufBody.of(() -> SearchMessages.of(many)).writeTo(little))
        .isInstanceOf(IOException.class);
    assertThat(little.writtenBytes()).isBetween(1L, 50_000L);
  }
}
