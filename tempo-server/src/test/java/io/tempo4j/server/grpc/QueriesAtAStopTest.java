package io.tempo4j.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tempo4j.model.TraceId;
import io.tempo4j.server.TempoServer;
import io.tempo4j.server.config.ConfigLoader;
import io.tempo4j.server.tempopb.SearchRequest;
import io.tempo4j.server.tempopb.SearchResponse;
import io.tempo4j.server.tempopb.StreamingQuerierGrpc;
import io.tempo4j.testkit.Spans;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that stops gives the answers that it has begun, whole, before its store closes. */
@Timeout(120)
class QueriesAtAStopTest {

  private static final int SPANS = 64;
  private static final int LARGE = 64 << 10;
  private static final TraceId WIDE = new TraceId(5, 5);

  @TempDir private Path folder;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private TempoServer server() throws Exception {
    return TempoServer.start(
        ConfigLoader.parse(
                "test.yaml",
                """
                server: {http_listen_address: 127.0.0.1, http_listen_port: 0}
                distributor: {receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}}}
                storage: {trace: {local: {path: FOLDER/blocks}, wal: {path: FOLDER/wal}}}
                """
                    .replace("FOLDER", folder.toString()))
            .config());
  }

  private void send(TempoServer server, List<Span> spans) throws Exception {
    HttpResponse<Void> sent =
        http.send(
            HttpRequest.newBuilder(server.otlpHttpUrl().orElseThrow().resolve("/v1/traces"))
                .header("Content-Type", "application/x-protobuf")
                .POST(
                    HttpRequest.BodyPublishers.ofByteArray(
                        Spans.request("service", spans).toByteArray()))
                .build(),
            HttpResponse.BodyHandlers.discarding());
    assertThat(sent.statusCode()).isEqualTo(200);
  }

  private static Span large(TraceId trace, int id) {
    return Spans.span(trace, id, id)
        .addAttributes(Spans.text("payload", id + "-".repeat(LARGE)))
        .build();
  }

  private int status(URI uri) throws Exception {
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static void close(TempoServer server) {
    try {
      server.close();
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  @Test
  void answersThatWereBegunAreWhole() throws Exception {
    TempoServer server = server();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.httpUrl().getPort())
            .usePlaintext()
            .build();
    CompletableFuture<Void> closing = null;
    try {
      List<Span> wide = new ArrayList<>();
      List<Span> single = new ArrayList<>();
      for (int id = 1; id <= SPANS; id++) {
        wide.add(large(WIDE, id));
        single.add(large(new TraceId(6, id), id));
      }
      send(server, wide);
      send(server, single);

      ManualClient<SearchRequest, SearchResponse> search = new ManualClient<>();
      StreamingQuerierGrpc.newStub(channel)
          .search(
              SearchRequest.newBuilder()
                  .setQuery("{ trace:id != \"" + WIDE.toHex() + "\" } | select(span.payload)")
                  .setLimit(1000)
                  .build(),
              search);
      int found = ((SearchResponse) search.next()).getTracesCount();
      assertThat(found).isLessThan(SPANS);
      HttpResponse<InputStream> byId =
          http.send(
              HttpRequest.newBuilder(server.httpUrl().resolve("/api/traces/" + WIDE.toHex()))
                  .header("Accept", "application/protobuf")
                  .build(),
              HttpResponse.BodyHandlers.ofInputStream());
      assertThat(byId.statusCode()).isEqualTo(200);

      closing = CompletableFuture.runAsync(() -> close(server));
      URI other = server.httpUrl().resolve("/api/search?q=%7B%7D");
      await().atMost(Duration.ofSeconds(60)).until(() -> status(other) == 503);
      assertThat(closing).isNotDone();

      search.request(10_000);
      Object event = search.next();
      while (event instanceof SearchResponse message) {
        found += message.getTracesCount();
        event = search.next();
      }
      assertThat(event).isEqualTo(ManualClient.COMPLETED);
      assertThat(found).isEqualTo(SPANS);
      try (InputStream body = byId.body()) {
        assertThat(TracesData.parseFrom(body).getResourceSpans(0).getScopeSpans(0).getSpansCount())
            .isEqualTo(SPANS);
      }
      closing.get(60, TimeUnit.SECONDS);
    } finally {
      channel.shutdownNow();
      if (closing == null) {
        server.close();
      }
    }
  }
}
