package io.tempo4j.receivers.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.tempo4j.receivers.FakeIngest;
import io.tempo4j.receivers.IntakeLimits;
import io.tempo4j.receivers.ReceiverMetrics;
import io.tempo4j.receivers.ReceiverSettings;
import io.tempo4j.receivers.SpanIntake;
import io.tempo4j.receivers.TenantResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Attaching receivers to a server. */
final class OtlpReceiverTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final FakeIngest ingest = new FakeIngest();

  @Test
  void routesAreBoundToTheirOwnPort() throws Exception {
    int[] ports = freePorts();
    SpanIntake intake = intake(IntakeLimits.DEFAULT);
    ServerBuilder builder = Server.builder().http(new InetSocketAddress(LOOPBACK, ports[0]));
    OtlpReceiver.http(at(ports[1]), intake).attachTo(builder);
    OtlpReceiver.grpc(at(ports[2]), intake).attachTo(builder);
    Server server = builder.build();
    server.start().join();
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThat(post(client, ports[0])).isEqualTo(404);
      assertThat(post(client, ports[1])).isEqualTo(200);
      assertThat(post(client, ports[2])).isEqualTo(404);
    } finally {
      server.closeAsync();
    }
    assertThat(ingest.received()).hasSize(1);
  }

  @Test
  void bothTransportsMayShareAPort() throws Exception {
    int port = freePorts()[0];
    SpanIntake intake = intake(IntakeLimits.DEFAULT);
    ServerBuilder builder = Server.builder();
    OtlpReceiver.http(at(port), intake).attachTo(builder);
    OtlpReceiver.grpc(at(port), intake).attachTo(builder);
    Server server = builder.build();
    server.start().join();
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThat(post(client, port)).isEqualTo(200);
    } finally {
      server.closeAsync();
    }
  }

  @Test
  void largestRequestMustFitIntoWhatMayBeInFlight() {
    SpanIntake intake = intake(new IntakeLimits(10, 1 << 20, Duration.ofSeconds(1)));
    assertThatThrownBy(() -> OtlpReceiver.http(at(0).withMaxRequestBytes((1 << 19) + 1), intake))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("may be in flight");
  }

  @Test
  void settingsAreChecked() {
    assertThatThrownBy(() -> at(0).withMaxRequestBytes(0)).hasMessageContaining("maxRequestBytes");
    assertThatThrownBy(() -> at(0).withMaxRequestBytes(Integer.MAX_VALUE))
        .hasMessageContaining("maxRequestBytes");
    assertThatThrownBy(() -> at(0).withRequestTimeout(Duration.ZERO))
        .hasMessageContaining("requestTimeout");
    assertThatThrownBy(
            () -> ReceiverSettings.at(InetSocketAddress.createUnresolved("no.such.host", 1)))
        .hasMessageContaining("no.such.host");
    assertThatThrownBy(() -> new IntakeLimits(0, 1, Duration.ofSeconds(1)))
        .hasMessageContaining("maxRequests");
    assertThatThrownBy(() -> new IntakeLimits(1, 0, Duration.ofSeconds(1)))
        .hasMessageContaining("maxBytes");
    assertThatThrownBy(() -> new IntakeLimits(1, 1, Duration.ofSeconds(-1)))
        .hasMessageContaining("retryAfter");
  }

  private SpanIntake intake(IntakeLimits limits) {
    return new SpanIntake(
        ingest, TenantResolver.single(), limits, ReceiverMetrics.noop(), Runnable::run);
  }

  private static ReceiverSettings at(int port) {
    return ReceiverSettings.at(new InetSocketAddress(LOOPBACK, port));
  }

  private static int post(HttpClient client, int port) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/traces"))
                .header("Content-Type", "application/x-protobuf")
                .POST(BodyPublishers.ofByteArray(Requests.spans(1).toByteArray()))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private static int[] freePorts() throws IOException {
    try (ServerSocket a = new ServerSocket(0, 1, LOOPBACK);
        ServerSocket b = new ServerSocket(0, 1, LOOPBACK);
        ServerSocket c = new ServerSocket(0, 1, LOOPBACK)) {
      return new int[] {a.getLocalPort(), b.getLocalPort(), c.getLocalPort()};
    }
  }
}
