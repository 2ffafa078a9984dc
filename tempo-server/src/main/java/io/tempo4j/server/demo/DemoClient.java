package io.tempo4j.server.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Talks to a server as an exporter and as a reader do, over HTTP on the loopback. */
final class DemoClient implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** One trace of a search's answer. */
  record Found(String traceId, String rootService, String rootName, long durationMillis) {}

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final ObjectMapper json = new ObjectMapper();
  private final URI otlp;
  private final URI api;

  /**
   * Does not connect yet.
   *
   * @param otlp base of OTLP/HTTP, such as {@code http://127.0.0.1:4318}
   * @param api base of the query API, such as {@code http://127.0.0.1:3200}
   */
  DemoClient(URI otlp, URI api) {
    this.otlp = otlp;
    this.api = api;
  }

  void send(ExportTraceServiceRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(otlp.resolve("/v1/traces"))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.toByteArray()))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    expectOk(answer);
  }

  List<Found> search(String query, long startSeconds, long endSeconds, int limit)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        get(searchUri(query, startSeconds, endSeconds, limit), "application/json");
    expectOk(answer);
    List<Found> found = new ArrayList<>();
    for (JsonNode trace : json.readTree(answer.body()).path("traces")) {
      found.add(
          new Found(
              trace.path("traceID").asText(),
              trace.path("rootServiceName").asText(),
              trace.path("rootTraceName").asText(),
              trace.path("durationMs").asLong()));
    }
    return found;
  }

  /** The address of a search, to be opened by a person too. */
  URI searchUri(String query, long startSeconds, long endSeconds, int limit) {
    return api.resolve(
        "/api/search?q="
            + encoded(query)
            + "&start="
            + startSeconds
            + "&end="
            + endSeconds
            + "&limit="
            + limit);
  }

  /** The address of a trace. */
  URI traceUri(String traceId) {
    return api.resolve("/api/traces/" + traceId);
  }

  /** Has everything that came so far written into blocks. */
  void flush() throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = get(api.resolve("/flush"), "*/*");
    if (answer.statusCode() != 204) {
      expectOk(answer);
    }
  }

  /** Returns the trace, or empty when the server does not know it. */
  Optional<TracesData> trace(String traceId) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = get(traceUri(traceId), "application/protobuf");
    if (answer.statusCode() == 404) {
      return Optional.empty();
    }
    expectOk(answer);
    return Optional.of(TracesData.parseFrom(answer.body()));
  }

  /**
   * Asks the query API for anything.
   *
   * @param target path and parameters, encoded
   * @param accept the media type that is wanted
   * @return the body of the answer
   * @throws IOException if there is no answer, or one that is not 200
   */
  byte[] read(String target, String accept) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = get(api.resolve(target), accept);
    expectOk(answer);
    return answer.body();
  }

  /** Asks what differs between two traces. */
  void compare(String traceId, String otherId) throws IOException, InterruptedException {
    String ids = "{\"base\":{\"traceId\":\"%s\"},\"compare\":{\"traceId\":\"%s\"}}";
    expectOk(
        http.send(
            HttpRequest.newBuilder(api.resolve("/api/v2/traces/diff"))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(ids.formatted(traceId, otherId)))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray()));
  }

  static String encoded(String parameter) {
    return URLEncoder.encode(parameter, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    http.close();
  }

  private HttpResponse<byte[]> get(URI uri, String accept)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(uri).timeout(TIMEOUT).header("Accept", accept).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static void expectOk(HttpResponse<byte[]> answer) throws IOException {
    if (answer.statusCode() != 200) {
      throw new IOException(
          answer.request().method()
              + " "
              + answer.uri()
              + " was answered "
              + answer.statusCode()
              + ": "
              + new String(answer.body(), StandardCharsets.UTF_8));
    }
  }
}
