package io.tempo4j.receivers.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.Status;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.tempo4j.model.TenantId;
import io.tempo4j.receivers.IntakeLimits;
import io.tempo4j.receivers.TenantResolver;
import io.tempo4j.receivers.TestServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With multi-tenancy (facts 2.C). */
final class TenancyTest {

  private static TestServer server;
  private static HttpClient client;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() {
    server = TestServer.start(TenantResolver.fromHeader(), IntakeLimits.DEFAULT);
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
  void headerNamesTheTenant() throws Exception {
    assertThat(post("team-a").statusCode()).isEqualTo(200);
    assertThat(server.ingest().only().tenant()).isEqualTo(new TenantId("team-a"));
  }

  @Test
  void metadataNamesTheTenant() {
    export("team-b");
    assertThat(server.ingest().only().tenant()).isEqualTo(new TenantId("team-b"));
  }

  @ParameterizedTest
  @CsvSource({
    "'', no org id",
    "a|b, X-Scope-OrgID: tenant id 'a|b' has an unsupported character '|' at position 1",
    ".., X-Scope-OrgID: tenant id must not be '..'"
  })
  void otherwiseTheRequestIsInvalid(String tenant, String message) throws Exception {
    HttpResponse<byte[]> response = post(tenant);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Status.parseFrom(response.body()).getMessage()).isEqualTo(message);

    assertThatThrownBy(() -> export(tenant))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.INVALID_ARGUMENT);
              assertThat(e.getStatus().getDescription()).isEqualTo(message);
            });
    assertThat(server.ingest().received()).isEmpty();
  }

  private static HttpResponse<byte[]> post(String tenant) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.tracesUri())
            .header("Content-Type", "application/x-protobuf")
            .POST(BodyPublishers.ofByteArray(Requests.spans(1).toByteArray()));
    if (!tenant.isEmpty()) {
      request.header("X-Scope-OrgID", tenant);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static void export(String tenant) {
    Metadata metadata = new Metadata();
    if (!tenant.isEmpty()) {
      metadata.put(Metadata.Key.of("x-scope-orgid", Metadata.ASCII_STRING_MARSHALLER), tenant);
    }
    assertThat(
            TraceServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .export(Requests.spans(1)))
        .isNotNull();
  }
}
