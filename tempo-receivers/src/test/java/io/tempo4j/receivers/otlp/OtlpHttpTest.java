package io.tempo4j.receivers.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.tempo4j.engine.AppendResult;
import io.tempo4j.engine.OverloadedException;
import io.tempo4j.otlp.RejectionReason;
import io.tempo4j.receivers.FakeIngest;
import io.tempo4j.receivers.RecordingMetrics;
import io.tempo4j.receivers.RequestOutcome;
import io.tempo4j.receivers.TestServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /v1/traces}, request by request. */
final class OtlpHttpTest {

  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";
  private static final byte[] THREE_SPANS = Requests.spans(3).toByteArray();
  private static final byte[] BOMB = new byte[64 << 20];

  private static TestServer server;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  @BeforeEach
  void reset() {
    server.reset();
  }

  /**
   * One refusal.
   *
   * @param fact what says so
   * @param contentType of the request
   * @param coding of the request; empty for none
   * @param body of the request
   * @param reaction of the store
   * @param status expected
   * @param code expected in the answer's Status
   * @param message part of the expected message
   * @param outcome expected to be counted
   */
  record Refusal(
      String fact,
      String contentType,
      String coding,
      byte[] body,
      FakeIngest.Reaction reaction,
      int status,
      int code,
      String message,
      RequestOutcome outcome) {

    static Refusal ofBody(
        String fact, String coding, byte[] body, int status, int code, String message) {
      return new Refusal(
          fact,
          PROTOBUF,
          coding,
          body,
          FakeIngest::acceptAll,
          status,
          code,
          message,
          status == 413 ? RequestOutcome.TOO_LARGE : RequestOutcome.INVALID);
    }

    static Refusal ofStore(
        String fact,
        String contentType,
        FakeIngest.Reaction reaction,
        int status,
        int code,
        String message,
        RequestOutcome outcome) {
      byte[] body =
          contentType.equals(JSON) ? "{\"resourceSpans\":[{}]}".getBytes(UTF_8) : THREE_SPANS;
      return new Refusal(fact, contentType, "", body, reaction, status, code, message, outcome);
    }

    @Override
    public String toString() {
      return fact;
    }
  }

  static Stream<Refusal> refusals() {
    byte[] truncated = Arrays.copyOf(THREE_SPANS, THREE_SPANS.length - 5);
    byte[] gzip = Bodies.gzip(THREE_SPANS);
    byte[] zstd = Bodies.zstd(THREE_SPANS);
    return Stream.of(
        Refusal.ofBody("bad data: 400 (OTLP)", "", truncated, 400, 3, "malformed OTLP"),
        Refusal.ofBody(
            "random bytes: 400 (OTLP)", "", new byte[] {-1, 7, 99, -42}, 400, 3, "malformed OTLP"),
        Refusal.ofBody(
            "body is not gzip: 400", "gzip", THREE_SPANS, 400, 3, "damaged or truncated gzip"),
        Refusal.ofBody(
            "truncated gzip: 400",
            "gzip",
            Arrays.copyOf(gzip, gzip.length / 2),
            400,
            3,
            "damaged or truncated gzip body of " + gzip.length / 2 + " bytes: it ends too early"),
        Refusal.ofBody(
            "less than a gzip header: 400",
            "gzip",
            Arrays.copyOf(gzip, 4),
            400,
            3,
            "damaged or truncated gzip body of 4 bytes: it ends too early"),
        Refusal.ofBody(
            "truncated zstd: 400",
            "zstd",
            Arrays.copyOf(zstd, zstd.length / 2),
            400,
            3,
            "damaged or truncated zstd"),
        Refusal.ofBody("not zstd: 400", "zstd", THREE_SPANS, 400, 3, "damaged or truncated zstd"),
        Refusal.ofBody(
            "not deflate: 400", "deflate", THREE_SPANS, 400, 3, "damaged or truncated deflate"),
        Refusal.ofBody(
            "unknown coding: 400", "br", THREE_SPANS, 400, 3, "unsupported Content-Encoding: br"),
        Refusal.ofBody("gzip bomb: 413", "gzip", Bodies.gzip(BOMB), 413, 8, "after decompression"),
        Refusal.ofBody(
            "deflate bomb: 413", "deflate", Bodies.zlib(BOMB), 413, 8, "after decompression"),
        Refusal.ofBody("zstd bomb: 413", "zstd", Bodies.zstd(BOMB), 413, 8, "after decompression"),
        Refusal.ofBody(
            "oversized body: 413",
            "",
            new byte[TestServer.MAX_REQUEST_BYTES + 1],
            413,
            8,
            "larger than " + TestServer.MAX_REQUEST_BYTES + " bytes"),
        new Refusal(
            "JSON that is none: 400 (OTLP)",
            JSON,
            "",
            "{\"resourceSpans\": [".getBytes(UTF_8),
            FakeIngest::acceptAll,
            400,
            3,
            "JSON at line 1, column",
            RequestOutcome.INVALID),
        new Refusal(
            "an empty body is no JSON: 400",
            JSON,
            "",
            new byte[0],
            FakeIngest::acceptAll,
            400,
            3,
            "expected an object",
            RequestOutcome.INVALID),
        Refusal.ofStore(
            "an I/O error is Unavailable: 503, to be repeated (OTLP)",
            PROTOBUF,
            request -> {
              throw new IOException("no space left on device");
            },
            503,
            14,
            "no space left on device",
            RequestOutcome.UNAVAILABLE),
        Refusal.ofStore(
            "an I/O error is Unavailable: 503, in JSON",
            JSON,
            request -> {
              throw new IOException("no \"space\" left");
            },
            503,
            14,
            "no \"space\" left",
            RequestOutcome.UNAVAILABLE),
        Refusal.ofStore(
            "ResourceExhausted: 429 (facts 2.B)",
            PROTOBUF,
            request -> {
              throw new OverloadedException("head is full", Duration.ofMillis(4_200));
            },
            429,
            8,
            "head is full",
            RequestOutcome.OVERLOADED),
        Refusal.ofStore(
            "ResourceExhausted: 429, in JSON",
            JSON,
            request -> {
              throw new OverloadedException("head is full", Duration.ofMillis(4_200));
            },
            429,
            8,
            "head is full",
            RequestOutcome.OVERLOADED),
        Refusal.ofStore(
            "any other failure: 500 (facts 2.B)",
            PROTOBUF,
            request -> {
              throw new IllegalStateException("secret detail");
            },
            500,
            13,
            "internal error",
            RequestOutcome.INTERNAL));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refuses(Refusal refusal) throws Exception {
    server.ingest().react(refusal.reaction());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.tracesUri())
            .header("Content-Type", refusal.contentType())
            .POST(BodyPublishers.ofByteArray(refusal.body()));
    if (!refusal.coding().isEmpty()) {
      request.header("Content-Encoding", refusal.coding());
    }
    HttpResponse<byte[]> response = send(request);
    assertThat(response.statusCode()).isEqualTo(refusal.status());
    assertThat(response.headers().firstValue("content-type")).contains(refusal.contentType());
    Status status = status(response);
    assertThat(status.getCode()).isEqualTo(refusal.code());
    assertThat(status.getMessage()).contains(refusal.message()).doesNotContain("secret detail");
    checkDetails(refusal, response, status);
    assertThat(server.ingest().received()).isEmpty();
    assertThat(server.metrics().requests())
        .extracting(RecordingMetrics.Request::outcome)
        .containsExactly(refusal.outcome());
    TestServer.await("all given back", () -> server.intake().bytesInFlight() == 0);
  }

  private static void checkDetails(Refusal refusal, HttpResponse<byte[]> response, Status status)
      throws Exception {
    if (refusal.status() == 429) {
      // Rounded up to whole seconds in the header, exact in the details.
      assertThat(response.headers().firstValue("retry-after")).contains("5");
      RetryInfo retry = status.getDetails(0).unpack(RetryInfo.class);
      assertThat(retry.getRetryDelay().getSeconds()).isEqualTo(4);
      assertThat(retry.getRetryDelay().getNanos()).isEqualTo(200_000_000);
    } else if (refusal.status() == 503) {
      assertThat(response.headers().firstValue("retry-after")).contains("1");
      RetryInfo retry = status.getDetails(0).unpack(RetryInfo.class);
      assertThat(retry.getRetryDelay().getSeconds()).isEqualTo(1);
    } else {
      assertThat(response.headers().firstValue("retry-after")).isEmpty();
    }
    if (refusal.status() == 400) {
      BadRequest bad = status.getDetails(0).unpack(BadRequest.class);
      assertThat(bad.getFieldViolations(0).getDescription()).isEqualTo(status.getMessage());
    }
  }

  private static Status status(HttpResponse<byte[]> response) throws Exception {
    if (response.headers().firstValue("content-type").orElse("").equals(PROTOBUF)) {
      return Status.parseFrom(response.body());
    }
    Status.Builder status = Status.newBuilder();
    JsonFormat.parser()
        .usingTypeRegistry(
            JsonFormat.TypeRegistry.newBuilder()
                .add(RetryInfo.getDescriptor())
                .add(BadRequest.getDescriptor())
                .build())
        .merge(new String(response.body(), UTF_8), status);
    return status.build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"})
  void onlyPostIsAllowed(String method) throws Exception {
    HttpResponse<byte[]> response =
        send(
            HttpRequest.newBuilder(server.tracesUri())
                .header("Content-Type", PROTOBUF)
                .method(method, BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).contains("POST");
    if (!method.equals("HEAD")) {
      assertThat(new String(response.body(), UTF_8))
          .isEqualTo("405 method not allowed, supported: [POST]");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain",
        "application/protobuf",
        "application/x-protobuf2",
        "x",
        "application/*"
      })
  void otherMediaTypesAreUnsupported(String contentType) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.tracesUri()).POST(BodyPublishers.ofByteArray(THREE_SPANS));
    if (!contentType.isEmpty()) {
      request.header("Content-Type", contentType);
    }
    HttpResponse<byte[]> response = send(request);
    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(new String(response.body(), UTF_8))
        .isEqualTo(
            "415 unsupported media type, supported: [application/json, application/x-protobuf]");
    assertThat(server.ingest().received()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1/traces/", "/v1/metrics", "/v1/logs"})
  void otherPathsDoNotExist(String path) throws Exception {
    assertThat(
            send(HttpRequest.newBuilder(server.tracesUri().resolve(path))
                    .header("Content-Type", PROTOBUF)
                    .POST(BodyPublishers.ofByteArray(THREE_SPANS)))
                .statusCode())
        .isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({
    "application/x-protobuf, application/x-protobuf, ''",
    "application/x-protobuf;v=1, application/x-protobuf, ''",
    "APPLICATION/X-PROTOBUF, application/x-protobuf, ''",
    "application/json, application/json, {}",
    "application/json; charset=utf-8, application/json, {}",
    "application/json;, application/json, {}",
    "application/json ; charset=\"utf-8, application/json, {}",
    "Application/JSON;;, application/json, {}",
    "application/x-protobuf; , application/x-protobuf, ''"
  })
  void successIsAnEmptyMessageInTheRequestsEncoding(String type, String answerType, String answer)
      throws Exception {
    byte[] body = answerType.equals(JSON) ? "{\"resourceSpans\":[]}".getBytes(UTF_8) : THREE_SPANS;
    HttpResponse<byte[]> response = post(type, "", BodyPublishers.ofByteArray(body));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains(answerType);
    assertThat(new String(response.body(), UTF_8)).isEqualTo(answer);
  }

  @Test
  void partialSuccessHasCountAndReason() throws Exception {
    server
        .ingest()
        .react(request ->
            new AppendResult(2, Map.of(RejectionReason.INVALID_SPAN_ID, 1), "1 span: bad \"id\""));
    HttpResponse<byte[]> response = post(PROTOBUF, "", BodyPublishers.ofByteArray(THREE_SPANS));
    assertThat(response.statusCode()).isEqualTo(200);
    ExportTraceServiceResponse answer = ExportTraceServiceResponse.parseFrom(response.body());
    assertThat(answer.getPartialSuccess().getRejectedSpans()).isEqualTo(1);
    assertThat(answer.getPartialSuccess().getErrorMessage()).isEqualTo("1 span: bad \"id\"");

    response = post(JSON, "", BodyPublishers.ofString("{\"resourceSpans\":[{\"scopeSpans\":[]}]}"));
    ExportTraceServiceResponse.Builder fromJson = ExportTraceServiceResponse.newBuilder();
    JsonFormat.parser().merge(new String(response.body(), UTF_8), fromJson);
    assertThat(fromJson.build()).isEqualTo(answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "identity", "gzip", "x-gzip", "GZIP", "deflate", "zstd"})
  void takesEveryCoding(String coding) throws Exception {
    byte[] body =
        switch (coding) {
          case "gzip", "x-gzip", "GZIP" -> Bodies.gzip(THREE_SPANS);
          case "deflate" -> Bodies.zlib(THREE_SPANS);
          case "zstd" -> Bodies.zstd(THREE_SPANS);
          default -> THREE_SPANS;
        };
    assertThat(post(PROTOBUF, coding, BodyPublishers.ofByteArray(body)).statusCode())
        .isEqualTo(200);
    assertThat(server.ingest().only().bytes()).isEqualTo(THREE_SPANS);
    assertThat(server.metrics().spans().get(0).bytes()).isEqualTo(THREE_SPANS.length);
    assertThat(server.metrics().requests().get(0).wireBytes()).isEqualTo(body.length);
  }

  @Test
  void takesBodiesWithoutAnAnnouncedLength() throws Exception {
    ExportTraceServiceRequest request = Requests.ofBytes(3 << 20);
    byte[] bytes = request.toByteArray();
    BodyPublisher chunked =
        BodyPublishers.ofByteArrays(
            Stream.iterate(0, at -> at < bytes.length, at -> at + 10_000)
                    .map(at -> Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 10_000)))
                ::iterator);
    assertThat(post(PROTOBUF, "", chunked).statusCode()).isEqualTo(200);
    assertThat(server.ingest().only().request()).isEqualTo(request);
  }

  @Test
  void refusesOversizedBodiesWithoutAnAnnouncedLength() throws Exception {
    byte[] piece = new byte[64 << 10];
    BodyPublisher chunked =
        BodyPublishers.ofByteArrays(
            Stream.generate(() -> piece).limit(TestServer.MAX_REQUEST_BYTES / piece.length + 1)
                ::iterator);
    HttpResponse<byte[]> response = post(PROTOBUF, "", chunked);
    assertThat(response.statusCode()).isEqualTo(413);
    TestServer.await("all given back", () -> server.intake().bytesInFlight() == 0);
  }

  @Test
  void connectionSurvivesRefusals() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(post(PROTOBUF, "", BodyPublishers.ofByteArray(new byte[5 << 20])).statusCode())
          .isEqualTo(413);
      assertThat(post(PROTOBUF, "", BodyPublishers.ofByteArray(THREE_SPANS)).statusCode())
          .isEqualTo(200);
    }
    assertThat(server.ingest().received()).hasSize(20);
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void servesBothVersionsOfHttp(HttpClient.Version version) throws Exception {
    byte[] body = Requests.ofBytes(1 << 20).toByteArray();
    try (HttpClient other = HttpClient.newBuilder().version(version).build()) {
      // The first request of HTTP/2 in plain text upgrades the connection, the second uses it.
      for (int i = 0; i < 3; i++) {
        HttpResponse<byte[]> response =
            other.send(
                HttpRequest.newBuilder(server.tracesUri())
                    .header("Content-Type", PROTOBUF)
                    .POST(BodyPublishers.ofByteArray(body))
                    .build(),
                BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.version()).isEqualTo(version);
      }
    }
    assertThat(server.ingest().received()).hasSize(3);
  }

  @Test
  void emptyRequestSucceeds() throws Exception {
    assertThat(post(PROTOBUF, "", BodyPublishers.noBody()).statusCode()).isEqualTo(200);
    assertThat(post(JSON, "", BodyPublishers.ofString("{}")).statusCode()).isEqualTo(200);
    assertThat(server.ingest().received()).isEmpty();
  }

  @Test
  void countsTheSpansOfRefusedRequests() throws Exception {
    server
        .ingest()
        .react(request -> {
          throw new IOException("no space left on device");
        });
    post(PROTOBUF, "", BodyPublishers.ofByteArray(THREE_SPANS));
    RecordingMetrics.Spans spans = server.metrics().spans().get(0);
    assertThat(spans.accepted()).isZero();
    assertThat(spans.refused()).isEqualTo(3);
  }

  private static HttpResponse<byte[]> post(String type, String coding, BodyPublisher body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.tracesUri()).header("Content-Type", type).POST(body);
    if (!coding.isEmpty()) {
      request.header("Content-Encoding", coding);
    }
    return send(request);
  }

  private static HttpResponse<byte[]> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofByteArray());
  }
}
