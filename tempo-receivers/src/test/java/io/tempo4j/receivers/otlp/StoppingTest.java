package io.tempo4j.receivers.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.tempo4j.receivers.FakeIngest;
import io.tempo4j.receivers.TestServer;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is in flight when a process stops is answered, what comes then is told to come again. */
@Timeout(60)
final class StoppingTest {

  private static final int IN_FLIGHT = 12;

  @Test
  void whatIsInFlightIsAnsweredAndWhatComesThenIsRefused() throws Exception {
    TestServer server = TestServer.start();
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort()).usePlaintext().build();
    try {
      CountDownLatch storeOpens = new CountDownLatch(1);
      server
          .ingest()
          .react(request -> {
            try {
              storeOpens.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            return FakeIngest.acceptAll(request);
          });
      List<CompletableFuture<HttpResponse<byte[]>>> held = new ArrayList<>();
      for (int i = 0; i < IN_FLIGHT; i++) {
        held.add(post(client, server));
      }
      TestServer.await("requests in flight", () -> server.intake().requestsInFlight() == IN_FLIGHT);

      server.intake().refuseNew();
      assertThat(server.intake().awaitAnswered(Duration.ofMillis(1))).isFalse();

      HttpResponse<byte[]> refused = post(client, server).join();
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("retry-after")).contains("1");
      assertThatThrownBy(() -> TraceServiceGrpc.newBlockingStub(channel).export(Requests.spans(1)))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> {
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                com.google.rpc.Status status = StatusProto.fromThrowable(e);
                assertThat(status).isNotNull();
                assertThat(status.getDetailsList())
                    .anyMatch(detail -> detail.is(com.google.rpc.RetryInfo.class));
              });

      storeOpens.countDown();
      assertThat(server.intake().awaitAnswered(Duration.ofSeconds(30))).isTrue();
      for (CompletableFuture<HttpResponse<byte[]>> response : held) {
        assertThat(response.join().statusCode()).isEqualTo(200);
        assertThat(response.join().headers().firstValue("connection")).contains("close");
      }
      assertThat(server.ingest().received()).hasSize(IN_FLIGHT);
    } finally {
      channel.shutdownNow();
      client.close();
      server.close();
    }
  }

  private static CompletableFuture<HttpResponse<byte[]>> post(
      HttpClient client, TestServer server) {
    return client.sendAsync(
        HttpRequest.newBuilder(server.tracesUri())
            .header("content-type", "application/x-protobuf")
            .POST(BodyPublishers.ofByteArray(Requests.spans(1).toByteArray()))
            .build(),
        BodyHandlers.ofByteArray());
  }
}
