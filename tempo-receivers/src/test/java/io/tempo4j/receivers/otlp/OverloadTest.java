package io.tempo4j.receivers.otlp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.tempo4j.receivers.FakeIngest;
import io.tempo4j.receivers.IntakeLimits;
import io.tempo4j.receivers.RecordingMetrics;
import io.tempo4j.receivers.RequestOutcome;
import io.tempo4j.receivers.TenantResolver;
import io.tempo4j.receivers.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** More than may be in flight, clients that go away, stores that do not answer. */
final class OverloadTest {

  private static final int MAX_REQUESTS = 8;
  private static final int MAX_BYTES = 4 << 20;
  private static final int MAX_REQUEST_BYTES = 2 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static TestServer server;
  private static HttpClient client;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            TenantResolver.single(),
            new IntakeLimits(MAX_REQUESTS, MAX_BYTES, Duration.ofSeconds(3)),
            settings ->
                settings.withMaxRequestBytes(MAX_REQUEST_BYTES).withRequestTimeout(PATIENCE));
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort()).usePlaintext().build();
  }

  @AfterAll
  static void stop() {
    client.close();
    channel.shutdownNow();
    server.close();
  }

  @BeforeEach
  void reset() {
    server.reset();
  }

  @Test
  void requestsPastTheBoundAreRefusedAtOnceWithAHint() throws Exception {
    CountDownLatch storeOpens = new CountDownLatch(1);
    server.ingest().react(request -> waitFor(storeOpens, request));
    List<CompletableFuture<HttpResponse<byte[]>>> held = new ArrayList<>();
    try {
      for (int i = 0; i < MAX_REQUESTS; i++) {
        held.add(postAsync(Requests.spans(1).toByteArray()));
      }
      TestServer.await(
          "all places taken", () -> server.intake().requestsInFlight() == MAX_REQUESTS);

      HttpResponse<byte[]> refused = postAsync(Requests.spans(1).toByteArray()).join();
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("retry-after")).contains("3");
      assertThat(com.google.rpc.Status.parseFrom(refused.body()).getMessage())
          .isEqualTo("more than 8 requests in flight");

      assertThatThrownBy(() -> TraceServiceGrpc.newBlockingStub(channel).export(Requests.spans(1)))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
    } finally {
      storeOpens.countDown();
    }
    for (CompletableFuture<HttpResponse<byte[]>> response : held) {
      assertThat(response.join().statusCode()).isEqualTo(200);
    }
    assertThat(server.ingest().received()).hasSize(MAX_REQUESTS);
    TestServer.await("all given back", () -> server.intake().requestsInFlight() == 0);
    assertThat(server.intake().bytesInFlight()).isZero();
    // There is room again.
    assertThat(postAsync(Requests.spans(1).toByteArray()).join().statusCode()).isEqualTo(200);
  }

  @Test
  void bytesPastTheBoundAreRefused() throws Exception {
    CountDownLatch storeOpens = new CountDownLatch(1);
    server.ingest().react(request -> waitFor(storeOpens, request));
    byte[] large = Requests.ofBytes(MAX_REQUEST_BYTES - 10_000).toByteArray();
    CompletableFuture<HttpResponse<byte[]>> first = postAsync(large);
    CompletableFuture<HttpResponse<byte[]>> second = postAsync(large);
    try {
      TestServer.await(
          "two bodies in flight", () -> server.intake().bytesInFlight() >= 2L * large.length);
      HttpResponse<byte[]> refused = postAsync(large).join();
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(com.google.rpc.Status.parseFrom(refused.body()).getMessage())
          .isEqualTo("more than " + MAX_BYTES + " bytes of requests in flight");
    } finally {
      storeOpens.countDown();
    }
    assertThat(first.join().statusCode()).isEqualTo(200);
    assertThat(second.join().statusCode()).isEqualTo(200);
    TestServer.await("all given back", () -> server.intake().bytesInFlight() == 0);
  }

  @Test
  void everyRequestOfAFloodIsAnsweredAndCountedOnce() {
    List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      answers.add(postAsync(Requests.spans(20).toByteArray()));
    }
    long accepted = answers.stream().filter(a -> a.join().statusCode() == 200).count();
    long refused = answers.stream().filter(a -> a.join().statusCode() == 429).count();
    assertThat(accepted + refused).isEqualTo(300);
    assertThat(server.ingest().received()).hasSize((int) accepted);
    assertThat(server.metrics().requests())
        .hasSize(300)
        .filteredOn(r -> r.outcome() == RequestOutcome.OVERLOADED)
        .hasSize((int) refused);
    TestServer.await("all given back", () -> server.intake().requestsInFlight() == 0);
    assertThat(server.intake().bytesInFlight()).isZero();
  }

  @Test
  void clientThatGoesAwayGivesItsPlaceBack() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.httpPort())) {
      send(socket, 100_000, new byte[50_000]);
      TestServer.await("half a body", () -> server.intake().bytesInFlight() > 0);
      assertThat(server.intake().requestsInFlight()).isEqualTo(1);
    }
    TestServer.await("place given back", () -> server.intake().requestsInFlight() == 0);
    assertThat(server.intake().bytesInFlight()).isZero();
    assertThat(server.ingest().received()).isEmpty();
    assertThat(server.metrics().requests())
        .singleElement()
        .satisfies(r -> assertThat(r.outcome()).isEqualTo(RequestOutcome.ABANDONED))
        .extracting(RecordingMetrics.Request::wireBytes)
        .isEqualTo(50_000L);
  }

  @Test
  void announcedLengthIsNotAllocatedBeforeItComes() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.httpPort())) {
      send(socket, MAX_REQUEST_BYTES, new byte[100]);
      TestServer.await("the first bytes", () -> server.intake().bytesInFlight() > 0);
      assertThat(server.intake().bytesInFlight()).isLessThanOrEqualTo(1 << 20);
    }
    TestServer.await("place given back", () -> server.intake().requestsInFlight() == 0);
  }

  private static io.tempo4j.engine.AppendResult waitFor(
      CountDownLatch latch,
      io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest request)
      throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return FakeIngest.acceptAll(request);
  }

  private static CompletableFuture<HttpResponse<byte[]>> postAsync(byte[] body) {
    return client.sendAsync(
        HttpRequest.newBuilder(server.tracesUri())
            .header("Content-Type", "application/x-protobuf")
            .timeout(PATIENCE)
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofByteArray());
  }

  private static void send(Socket socket, int announced, byte[] body) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(
        ("POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/x-protobuf\r\nContent-Length: "
                + announced
                + "\r\n\r\n")
            .getBytes(US_ASCII));
    out.write(body);
    out.flush();
  }
}
