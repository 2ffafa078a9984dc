package io.tempo4j.server.demo;

import static io.tempo4j.server.demo.DemoClient.encoded;

import com.google.protobuf.MessageLite;
import io.tempo4j.server.shop.Repertoire;
import io.tempo4j.server.tempopb.QueryInstantRequest;
import io.tempo4j.server.tempopb.QueryRangeRequest;
import io.tempo4j.server.tempopb.SearchRequest;
import io.tempo4j.server.tempopb.SearchTagValuesRequest;
import io.tempo4j.server.tempopb.SearchTagsRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks a server by every request of its query API, as dashboards and scripts do. */
final class RehearsedReader {

  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/protobuf";
  private static final String FOR_MODELS = "application/vnd.grafana.llm";
  private static final String FEW = "&limit=20";
  private static final String MANY = "&limit=2000&spss=100";
  private static final String FILTER = "{ resource.service.name = \"checkout\" }";
  private static final long STEP_SECONDS = 60;

  private final DemoClient client;
  private final GrpcClient grpc;
  private final long startSeconds;
  private final long endSeconds;
  private final String range;

  RehearsedReader(DemoClient client, GrpcClient grpc, long startSeconds, long endSeconds) {
    this.client = client;
    this.grpc = grpc;
    this.startSeconds = startSeconds;
    this.endSeconds = endSeconds;
    this.range = "&start=" + startSeconds + "&end=" + endSeconds;
  }

  /**
   * Asks everything once.
   *
   * @param traceIds of traces that the server has, two at least
   * @throws IOException if an answer is none
   */
  void ask(List<String> traceIds) throws IOException, InterruptedException {
    for (String query : Repertoire.SEARCHES) {
      client.read("/api/search?q=" + encoded(query) + range + FEW, JSON);
    }
    for (String query : Repertoire.METRICS) {
      client.read(
          "/api/metrics/query_range?q=" + encoded(query) + range + "&step=" + STEP_SECONDS, JSON);
      client.read("/api/metrics/query?q=" + encoded(query) + range, JSON);
    }
    for (String tag : Repertoire.TAGS) {
      client.read("/api/v2/search/tag/" + encoded(tag) + "/values?" + range, JSON);
    }
    askForms();
    askTraces(traceIds);
    askOverGrpc();
  }

  /** What queries do not say themselves: filters of tags, older versions, large answers. */
  private void askForms() throws IOException, InterruptedException {
    String filter = "?q=" + encoded(FILTER) + range;
    client.read("/api/search" + filter + MANY, JSON);
    client.read("/api/search" + filter + MANY, PROTOBUF);
    client.read(
        "/api/search?tags=" + encoded("service.name=cart") + "&minDuration=1ms" + FEW, JSON);
    client.read("/api/metrics/query_range?q=" + encoded(FILTER + " | rate()") + range, PROTOBUF);
    client.read("/api/search/tags?scope=span" + range, JSON);
    client.read("/api/v2/search/tags?" + range, JSON);
    client.read("/api/v2/search/tags" + filter, PROTOBUF);
    client.read("/api/search/tag/service.name/values?" + range, JSON);
    client.read("/api/v2/search/tag/span.http.route/values" + filter, JSON);
    client.read("/api/v2/search/tag/name/values" + filter, PROTOBUF);
  }

  private void askTraces(List<String> traceIds) throws IOException, InterruptedException {
    for (String id : traceIds) {
      client.read("/api/v2/traces/" + id, JSON);
      client.read("/api/traces/" + id, PROTOBUF);
      client.read("/api/v2/traces/" + id, FOR_MODELS);
      client.read(
          "/api/v2/traces/" + id + "?q=" + encoded("{ kind = server }") + "&keep_hierarchy=true",
          JSON);
    }
    client.compare(traceIds.get(0), traceIds.get(1));
  }

  private void askOverGrpc() throws IOException, InterruptedException {
    int start = (int) startSeconds;
    int end = (int) endSeconds;
    long startNanos = TimeUnit.SECONDS.toNanos(startSeconds);
    long endNanos = TimeUnit.SECONDS.toNanos(endSeconds);
    stream(
        "Search",
        SearchRequest.newBuilder().setQuery(FILTER).setLimit(20).setStart(start).setEnd(end));
    SearchTagsRequest.Builder tags = SearchTagsRequest.newBuilder().setStart(start).setEnd(end);
    stream("SearchTags", tags);
    stream("SearchTagsV2", tags);
    SearchTagValuesRequest.Builder values =
        SearchTagValuesRequest.newBuilder().setStart(start).setEnd(end);
    stream("SearchTagValues", values.setTagName("http.route"));
    stream("SearchTagValuesV2", values.setTagName("span.http.route"));
    for (String query : List.of(FILTER + " | rate()", "{ } | rate() by (name)")) {
      stream(
          "MetricsQueryRange",
          QueryRangeRequest.newBuilder()
              .setQuery(query)
              .setStart(startNanos)
              .setEnd(endNanos)
              .setStep(TimeUnit.SECONDS.toNanos(STEP_SECONDS)));
      stream(
          "MetricsQueryInstant",
          QueryInstantRequest.newBuilder().setQuery(query).setStart(startNanos).setEnd(endNanos));
    }
  }

  private void stream(String method, MessageLite.Builder request)
      throws IOException, InterruptedException {
    grpc.call("tempopb.StreamingQuerier/" + method, request.build());
  }
}
