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
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that stop sending, stores that do not answer. */
final class RequestTimeoutTest {

  private static TestServer server;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.start(
            TenantResolver.single(),
            IntakeLimits.DEFAULT,
            settings -> settings.withRequestTimeout(Duration.ofSeconds(3)));
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort()).usePlaintext().build();
    // The first requests of a process are slow; the time-out is meant for the others.
    post(Requests.spans(1).toByteArray());
    assertThat(TraceServiceGrpc.newBlockingStub(channel).export(Requests.spans(1))).isNotNull();
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    server.close();
  }

  @BeforeEach
  void reset() {
    server.reset();
  }

  @Test
  void clientThatStopsSendingIsTimedOut() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.httpPort())) {
      socket.setSoTimeout(60_000);
      send(socket, 100_000, new byte[50_000]);
      byte[] answer = new byte[4_096];
      int length = socket.getInputStream().read(answer);
      assertThat(new String(answer, 0, length, US_ASCII)).startsWith("HTTP/1.1 503 ");
    }
    TestServer.await("place given back", () -> server.intake().requestsInFlight() == 0);
  }

  @Test
  void storeThatDoesNotAnswerIsUnavailable() throws Exception {
    CountDownLatch storeOpens = new CountDownLatch(1);
    server.ingest().react(request -> waitFor(storeOpens, request));
    try {
      HttpResponse<byte[]> response = post(Requests.spans(1).toByteArray());
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.headers().firstValue("content-type")).contains("application/x-protobuf");
      assertThat(com.google.rpc.Status.parseFrom(response.body()).getMessage())
          .isEqualTo("the request was not complete and durable in time");
      assertThatThrownBy(() -> TraceServiceGrpc.newBlockingStub(channel).export(Requests.spans(1)))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
      // The store still works on them, so they keep their places.
      TestServer.await("both in flight", () -> server.intake().requestsInFlight() == 2);
    } finally {
      storeOpens.countDown();
    }
    TestServer.await("places given back", () -> server.intake().requestsInFlight() == 0);
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

  private static HttpResponse<byte[]> post(byte[] body) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(server.tracesUri())
              .header("Content-Type", "application/x-protobuf")
              .POST(BodyPublishers.ofByteArray(body))
              .build(),
          BodyHandlers.ofByteArray());
    }
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
