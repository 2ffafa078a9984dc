package io.tempo4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tempo4j.model.TraceId;
import io.tempo4j.server.tempopb.QueryInstantRequest;
import io.tempo4j.server.tempopb.QueryInstantResponse;
import io.tempo4j.server.tempopb.QueryRangeRequest;
import io.tempo4j.server.tempopb.QueryRangeResponse;
import io.tempo4j.server.tempopb.SearchRequest;
import io.tempo4j.server.tempopb.SearchResponse;
import io.tempo4j.server.tempopb.SearchTagValuesRequest;
import io.tempo4j.server.tempopb.SearchTagValuesResponse;
import io.tempo4j.server.tempopb.SearchTagValuesV2Response;
import io.tempo4j.server.tempopb.SearchTagsRequest;
import io.tempo4j.server.tempopb.SearchTagsResponse;
import io.tempo4j.server.tempopb.SearchTagsV2Response;
import io.tempo4j.server.tempopb.StreamingQuerierGrpc;
import io.tempo4j.server.tempopb.TimeSeries;
import io.tempo4j.testkit.Spans;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole server, with blocks and a head, says over gRPC what it says over HTTP. */
class GrpcEndToEndTest {

  private static final long SECOND = 1_000_000_000;
  private static final long START = Spans.START / SECOND;
  private static final long END = START + 60;

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir private static Path folder;

  private static TempoServer server;
  private static ManagedChannel channel;
  private static StreamingQuerierGrpc.StreamingQuerierBlockingStub grpc;

  @BeforeAll
  static void start() throws Exception {
    server = TempoServer.start(ServerEndToEndTest.config(folder));
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.httpUrl().getPort())
            .usePlaintext()
            .build();
    grpc = StreamingQuerierGrpc.newBlockingStub(channel);
    for (int part = 0; part < 3; part++) {
      for (int i = 0; i < 40; i++) {
        send(part, i);
      }
      if (part < 2) {
        assertThat(http("POST", "/flush", HttpRequest.BodyPublishers.noBody()).statusCode())
            .isEqualTo(204);
      }
    }
  }

  /** Of each trace one span comes with each part, so that every trace lies in three places. */
  private static void send(int part, int number) throws Exception {
    long start = Spans.START + (number * 977L % 50_000) * 1_000_000;
    Span.Builder span =
        Spans.span(new TraceId(7, number), part + 1, part)
            .setName("op-" + number % 3)
            .setStartTimeUnixNano(start)
            .setEndTimeUnixNano(start + number * 1_000_000L)
            .addAttributes(Spans.text("part", "part-" + part))
            .addAttributes(Spans.number("number", number % 5))
            .setStatus(Status.newBuilder().setCodeValue(number % 4 == 0 ? 2 : 0));
    HttpResponse<byte[]> response =
        CLIENT.send(
            HttpRequest.newBuilder(server.otlpHttpUrl().orElseThrow().resolve("/v1/traces"))
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Spans.request(span).toByteArray()))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(200);
  }

  @AfterAll
  static void stop() throws Exception {
    channel.shutdownNow();
    server.close();
  }

  private static HttpResponse<byte[]> http(
      String method, String path, HttpRequest.BodyPublisher body) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(server.httpUrl().resolve(path))
            .header("Accept", "application/protobuf")
            .method(method, body)
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static <M extends Message> M get(Parser<M> parser, String path) throws Exception {
    HttpResponse<byte[]> response = http("GET", path, HttpRequest.BodyPublishers.noBody());
    assertThat(response.statusCode()).isEqualTo(200);
    return parser.parseFrom(response.body());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static <M, E> List<E> all(Iterator<M> answer, Function<M, List<E>> items) {
    List<E> all = new ArrayList<>();
    answer.forEachRemaining(message -> all.addAll(items.apply(message)));
    return all;
  }

  @Test
  void searchesFindTheSameTracesInTheSameOrder() throws Exception {
    for (String query :
        List.of(
            "{}",
            "{ status = error }",
            "{ span.part = \"part-2\" } >> { span.part = \"part-0\" }",
            "{ span.part = \"part-0\" } >> { span.part = \"part-2\" }",
            "{} | by(name) | count() > 2 | select(span.number)")) {
      SearchResponse whole =
          get(SearchResponse.parser(), "/api/search?limit=30&spss=5&q=" + encoded(query));

      assertThat(
              all(
                  grpc.search(
                      SearchRequest.newBuilder()
                          .setQuery(query)
                          .setLimit(30)
                          .setSpansPerSpanSet(5)
                          .build()),
                  SearchResponse::getTracesList))
          .as(query)
          .isEqualTo(whole.getTracesList());
    }
  }

  @Test
  void tagsAndValuesAreTheSame() throws Exception {
    SearchTagsRequest tags = SearchTagsRequest.getDefaultInstance();
    assertThat(all(grpc.searchTags(tags), SearchTagsResponse::getTagNamesList))
        .contains("part", "number", "service.name")
        .hasSameElementsAs(get(SearchTagsResponse.parser(), "/api/search/tags").getTagNamesList());
    assertThat(
            all(
                grpc.searchTagsV2(tags),
                (SearchTagsV2Response message) ->
                    message.getScopesList().stream()
                        .flatMap(scope ->
                            scope.getTagsList().stream().map(tag -> scope.getName() + " " + tag))
                        .toList()))
        .containsExactlyInAnyOrderElementsOf(
            get(SearchTagsV2Response.parser(), "/api/v2/search/tags").getScopesList().stream()
                .flatMap(
                    scope -> scope.getTagsList().stream().map(tag -> scope.getName() + " " + tag))
                .toList());
    SearchTagValuesRequest values =
        SearchTagValuesRequest.newBuilder().setTagName("span.part").build();
    assertThat(all(grpc.searchTagValuesV2(values), SearchTagValuesV2Response::getTagValuesList))
        .hasSize(3)
        .containsExactlyInAnyOrderElementsOf(
            get(SearchTagValuesV2Response.parser(), "/api/v2/search/tag/span.part/values")
                .getTagValuesList());
    assertThat(
            all(
                grpc.searchTagValues(values.toBuilder().setTagName("part").build()),
                SearchTagValuesResponse::getTagValuesList))
        .containsExactlyInAnyOrder("part-0", "part-1", "part-2");
  }

  @Test
  void seriesAreTheSame() throws Exception {
    String query = "{} | rate() by (span.part)";
    String range = "start=" + START + "&end=" + END;
    QueryRangeResponse series =
        get(
            QueryRangeResponse.parser(),
            "/api/metrics/query_range?step=10s&" + range + "&q=" + encoded(query));
    Map<List<KeyValue>, Map<Long, Double>> streamed = new HashMap<>();
    grpc.metricsQueryRange(
            QueryRangeRequest.newBuilder()
                .setQuery(query)
                .setStart(START * SECOND)
                .setEnd(END * SECOND)
                .setStep(10 * SECOND)
                .build())
        .forEachRemaining(message -> keep(message, streamed));

    Map<List<KeyValue>, Map<Long, Double>> whole = new HashMap<>();
    keep(series, whole);
    assertThat(whole).hasSize(3);
    assertThat(streamed).isEqualTo(whole);
    assertThat(
            all(
                grpc.metricsQueryInstant(
                    QueryInstantRequest.newBuilder()
                        .setQuery(query)
                        .setStart(START * SECOND)
                        .setEnd(END * SECOND)
                        .build()),
                QueryInstantResponse::getSeriesList))
        .isEqualTo(
            get(
                    QueryInstantResponse.parser(),
                    "/api/metrics/query?" + range + "&q=" + encoded(query))
                .getSeriesList());
  }

  /** What comes later replaces what came before. */
  private static void keep(
      QueryRangeResponse message, Map<List<KeyValue>, Map<Long, Double>> into) {
    for (TimeSeries series : message.getSeriesList()) {
      Map<Long, Double> values =
          into.computeIfAbsent(series.getLabelsList(), labels -> new HashMap<>());
      series
          .getSamplesList()
          .forEach(sample -> values.put(sample.getTimestampMs(), sample.getValue()));
    }
  }
}
