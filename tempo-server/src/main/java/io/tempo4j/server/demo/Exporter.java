package io.tempo4j.server.demo;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
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
  private static final String GRPC_PATH =
      "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

  private final HttpClient http1 =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final HttpClient http2 =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).connectTimeout(TIMEOUT).build();
  private final URI otlpHttp;
  private final URI otlpGrpc;

  Exporter(URI otlpHttp, URI otlpGrpc) {
    this.otlpHttp = otlpHttp;
    this.otlpGrpc = otlpGrpc;
  }

  /**
   * Sends a request and returns when it is acknowledged.
   *
   * @throws IOException if it is not
   */
  void send(ExportTraceServiceRequest request, Way way) throws IOException, InterruptedException {
    byte[] message = request.toByteArray();
    HttpResponse<byte[]> answer =
        switch (way) {
          case HTTP -> http1.send(overHttp(message).build(), bytes());
          case HTTP_GZIP ->
              http1.send(
                  overHttp(gzip(message)).header("Content-Encoding", "gzip").build(), bytes());
          case GRPC -> http2.send(overGrpc(message), bytes());
        };
    // gRPC's own status stands in trailers, which this client does not show: an empty message
    // after the frame's five bytes is what success looks like.
    boolean done = way != Way.GRPC || answer.body().length == FRAME_HEADER_BYTES;
    if (answer.statusCode() != 200 || !done) {
      throw new IOException(way + " was answered " + answer.statusCode());
    }
  }

  private static final int FRAME_HEADER_BYTES = 5;

  private HttpRequest.Builder overHttp(byte[] body) {
    return HttpRequest.newBuilder(otlpHttp.resolve("/v1/traces"))
        .timeout(TIMEOUT)
        .header("Content-Type", "application/x-protobuf")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
  }

  private HttpRequest overGrpc(byte[] message) {
    byte[] frame =
        ByteBuffer.allocate(FRAME_HEADER_BYTES + message.length)
            .put((byte) 0)
            .putInt(message.length)
            .put(message)
            .array();
    return HttpRequest.newBuilder(otlpGrpc.resolve(GRPC_PATH))
        .timeout(TIMEOUT)
        .header("Content-Type", "application/grpc")
        .header("TE", "trailers")
        .POST(HttpRequest.BodyPublishers.ofByteArray(frame))
        .build();
  }

  private static byte[] gzip(byte[] message) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(message);
    }
    return compressed.toByteArray();
  }

  private static HttpResponse.BodyHandler<byte[]> bytes() {
    return HttpResponse.BodyHandlers.ofByteArray();
  }

  @Override
  public void close() {
    try (http1;
        http2) {
      // Both end, whatever one of them throws.
    }
  }
}
