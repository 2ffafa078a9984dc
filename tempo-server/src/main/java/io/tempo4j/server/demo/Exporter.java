package io.tempo4j.server.demo;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;

/** Sends requests in the ways in which exporters send them. Not thread-safe. */
final class Exporter implements AutoCloseable {

  /** How a request travels. */
  enum Way {
    HTTP,
    HTTP_GZIP,
    GRPC
  }

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String GRPC_METHOD =
      "opentelemetry.proto.collector.trace.v1.TraceService/Export";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final GrpcClient grpc;
  private final URI otlpHttp;

  Exporter(URI otlpHttp, URI otlpGrpc) {
    this.otlpHttp = otlpHttp;
    this.grpc = new GrpcClient(otlpGrpc);
  }

  /**
   * Sends a request and returns when it is acknowledged.
   *
   * @throws IOException if it is not
   */
  void send(ExportTraceServiceRequest request, Way way) throws IOException, InterruptedException {
    switch (way) {
      case HTTP -> post(overHttp(request.toByteArray()));
      case HTTP_GZIP ->
          post(overHttp(gzip(request.toByteArray())).header("Content-Encoding", "gzip"));
      case GRPC -> grpc.call(GRPC_METHOD, request);
    }
  }

  private void post(HttpRequest.Builder request) throws IOException, InterruptedException {
    int status = http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    if (status != 200) {
      throw new IOException("an export was answered " + status);
    }
  }

  private HttpRequest.Builder overHttp(byte[] body) {
    return HttpRequest.newBuilder(otlpHttp.resolve("/v1/traces"))
        .timeout(TIMEOUT)
        .header("Content-Type", "application/x-protobuf")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
  }

  private static byte[] gzip(byte[] message) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(message);
    }
    return compressed.toByteArray();
  }

  @Override
  public void close() {
    try (http;
        grpc) {
      // Both end, whatever one of them throws.
    }
  }
}
