package io.tempo4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.tempo4j.server.config.ConfigLoader;
import io.tempo4j.server.tempopb.SearchRequest;
import io.tempo4j.server.tempopb.StreamingQuerierGrpc;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of single sign-on grow to tens of kilobytes. */
class HeaderLimitTest {

  @TempDir private Path folder;

  private TempoServer server(String maxHeaderBytes) throws Exception {
    return TempoServer.start(
        ConfigLoader.parse(
                "test.yaml",
                """
                server: {http_listen_address: 127.0.0.1, http_listen_port: 0LIMIT}
                distributor:
                  receivers:
                    otlp:
                      protocols:
                        grpc: {endpoint: "127.0.0.1:0"}
                        http: {endpoint: "127.0.0.1:0"}
                query_frontend: {max_query_expression_size_bytes: 1000}
                storage: {trace: {local: {path: FOLDER/blocks}, wal: {path: FOLDER/wal}}}
                """
                    .replace("LIMIT", maxHeaderBytes)
                    .replace("FOLDER", folder.toString()))
            .config());
  }

  private static int status(
      HttpClient.Version version, URI uri, String method, String contentType, int tokenBytes)
      throws Exception {
    return HttpClient.newBuilder()
        .version(version)
        .build()
        .send(
            HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("content-type", contentType)
                .header("authorization", "x".repeat(tokenBytes))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static Metadata token(int bytes) {
    Metadata metadata = new Metadata();
    metadata.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(bytes));
    return metadata;
  }

  private static void search(URI url, int tokenBytes) throws InterruptedException {
    ManagedChannel channel = channel(url);
    try {
      StreamingQuerierGrpc.newBlockingStub(channel)
          .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(token(tokenBytes)))
          .search(SearchRequest.newBuilder().setQuery("{}").build())
          .forEachRemaining(message -> {});
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  private static void export(URI url, int tokenBytes) throws InterruptedException {
    ManagedChannel channel = channel(url);
    try {
      TraceServiceGrpc.newBlockingStub(channel)
          .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(token(tokenBytes)))
          .export(ExportTraceServiceRequest.getDefaultInstance());
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  private static ManagedChannel channel(URI url) {
    return NettyChannelBuilder.forAddress(url.getHost(), url.getPort()).usePlaintext().build();
  }

  @Test
  void headersOfSixtyKilobytesAreTakenByDefault() throws Exception {
    try (TempoServer server = server("")) {
      URI search = server.httpUrl().resolve("/api/search?q=%7B%7D");
      URI traces = server.otlpHttpUrl().orElseThrow().resolve("/v1/traces");
      for (HttpClient.Version version : HttpClient.Version.values()) {
        assertThat(status(version, search, "GET", "text/plain", 60_000)).isEqualTo(200);
        assertThat(status(version, traces, "POST", "application/x-protobuf", 60_000))
            .isEqualTo(200);
      }
      assertThat(status(HttpClient.Version.HTTP_1_1, search, "GET", "text/plain", 70_000))
          .isEqualTo(431);
      assertThatCode(() -> search(server.httpUrl(), 60_000)).doesNotThrowAnyException();
      assertThatCode(() -> export(server.otlpGrpcUrl().orElseThrow(), 60_000))
          .doesNotThrowAnyException();
    }
  }

  /** What no route sees is refused in words, too. */
  @Test
  void refusalsNameTheKeyThatAllowsMore() throws Exception {
    try (TempoServer server = server(", http_server_max_header_bytes: 4KiB")) {
      URI url = server.httpUrl();
      assertThat(raw(url, "GET /ready HTTP/1.1\r\nHost: x\r\nA: " + "x".repeat(5_000)))
          .startsWith("HTTP/1.1 431 ")
          .endsWith(
              "the headers of the request have more than 4096 bytes;"
                  + " server.http_server_max_header_bytes allows more");
      assertThat(raw(url, "GET /api/search?q=" + "x".repeat(30_000) + " HTTP/1.1\r\nHost: x"))
          .startsWith("HTTP/1.1 414 ")
          .endsWith(
              "the first line of the request has more than 19384 bytes;"
                  + " query_frontend.max_query_expression_size_bytes allows longer queries");
      URI spans = server.otlpHttpUrl().orElseThrow();
      assertThat(raw(spans, "POST /v1/traces?" + "x".repeat(30_000) + " HTTP/1.1\r\nHost: x"))
          .startsWith("HTTP/1.1 414 ")
          .doesNotContain("query");
      assertThat(raw(url, "BREW /api/search HTTP/1.1\r\nHost: x"))
          .startsWith("HTTP/1.1 501 ")
          .endsWith("no path here has this method");
      assertThat(raw(url, "GET /tempopb.StreamingQuerier/Search HTTP/1.1\r\nHost: x"))
          .startsWith("HTTP/1.1 405 ")
          .containsIgnoringCase("\r\nallow: POST\r\n");
    }
  }

  /** The answer to a request that no client library sends. */
  private static String raw(URI url, String request) throws Exception {
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write((request + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void limitIsConfigured() throws Exception {
    try (TempoServer server = server(", http_server_max_header_bytes: 4KiB")) {
      URI search = server.httpUrl().resolve("/api/search?q=%7B%7D");
      URI traces = server.otlpHttpUrl().orElseThrow().resolve("/v1/traces");

      assertThat(status(HttpClient.Version.HTTP_1_1, search, "GET", "text/plain", 3_000))
          .isEqualTo(200);
      assertThat(status(HttpClient.Version.HTTP_1_1, search, "GET", "text/plain", 5_000))
          .isEqualTo(431);
      assertThat(
              status(HttpClient.Version.HTTP_1_1, traces, "POST", "application/x-protobuf", 5_000))
          .isEqualTo(431);
      assertThatThrownBy(() -> export(server.otlpGrpcUrl().orElseThrow(), 5_000))
          .isInstanceOf(StatusRuntimeException.class);
    }
  }
}
