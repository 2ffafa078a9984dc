package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContentionException;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.server.config.ConfigLoader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that are larger than what is on its way at a time. */
@Timeout(120)
class LargeAnswersTest {

  private static final String TRACE = "/api/traces/1";

  /** Room for four answers on their way. */
  private final MemoryPlan memory = MemoryPlan.of(64 << 20, 1 << 20);

  private final FakeBackend backend = new FakeBackend();
  private final byte[] spans = trace(20_000).toByteArray();
  private Server server;
  private HttpClient client;

  private static TracesData trace(int spans) {
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    for (int i = 0; i < spans; i++) {
      scope.addSpans(
          Span.newBuilder().setName("span number " + i).setStartTimeUnixNano(1_000_000 + i));
    }
    return TracesData.newBuilder()
        .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
        .build();
  }

  @BeforeEach
  void start() throws Exception {
    backend.traces.put(new TraceId(0, 1), new AssembledTrace(spans, 20_000, false));
    ServerState state = new ServerState();
    ServerBuilder builder = Server.builder().http(0).requestTimeoutMillis(0);
    new HttpApi(
            state,
            ConfigLoader.parse("test.yaml", "{}").config(),
            BuildInfo.load(),
            new PrometheusRegistry(),
            memory)
        .attachTo(builder);
    server = builder.build();
    server.start().join();
    state.ready(backend);
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop().join();
  }

  private HttpRequest.Builder request() {
    return request(TRACE);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.activeLocalPort() + path));
  }

  private CompletableFuture<HttpResponse<byte[]>> send(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private void everythingIsGivenBack() {
    await()
        .untilAsserted(() -> {
          assertThat(memory.queries().heldBytes()).isZero();
          assertThat(memory.answers().heldBytes()).isZero();
        });
  }

  @Test
  void wholeAnswersComeInEveryForm() throws Exception {
    byte[] json = send(request()).join().body();
    assertThat(new String(json, StandardCharsets.UTF_8))
        .startsWith("{\"batches\":[")
        .contains("span number 19999")
        .endsWith("]}");
    byte[] compressed = send(request().header("accept-encoding", "gzip")).join().body();
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      assertThat(in.readAllBytes()).isEqualTo(json);
    }
    byte[] protobuf = send(request().header("accept", "application/protobuf")).join().body();
    assertThat(TracesData.parseFrom(protobuf).getResourceSpans(0).getScopeSpans(0).getSpansList())
        .hasSize(20_000);
    everythingIsGivenBack();
  }

  /** All of them stop reading after the headers. */
  @Test
  void slowClientsHoldLittleAndLaterOnesAreToldToComeAgain() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 12; i++) {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(
            new java.net.InetSocketAddress("127.0.0.1", server.activeLocalPort()), 10_000);
        sockets.add(socket);
        socket
            .getOutputStream()
            .write(
                ("GET " + TRACE + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
      }
      List<String> statuses = new ArrayList<>();
      for (Socket socket : sockets) {
        statuses.add(line(socket.getInputStream()));
      }
      assertThat(statuses).contains("HTTP/1.1 200 OK");
      assertThat(memory.answers().heldBytes()).isLessThanOrEqualTo(memory.answers().limitBytes());
      // Every one of them ends well, as soon as it is read: with all of its body or a hint.
      for (int i = 0; i < sockets.size(); i++) {
        String rest =
            new String(sockets.get(i).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (statuses.get(i).contains("200")) {
          assertThat(rest).contains("span number 19999").endsWith("0\r\n\r\n");
        } else {
          assertThat(statuses.get(i)).contains("429");
          assertThat(rest.toLowerCase(java.util.Locale.ROOT)).contains("retry-after: 2");
        }
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    everythingIsGivenBack();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  @Test
  void clientsThatVanishLeaveNothingBehind() throws Exception {
    for (int i = 0; i < 3; i++) {
      try (Socket socket = new Socket("127.0.0.1", server.activeLocalPort())) {
        socket
            .getOutputStream()
            .write(
                ("GET " + TRACE + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(line(socket.getInputStream())).isEqualTo("HTTP/1.1 200 OK");
      }
    }
    everythingIsGivenBack();
    assertThat(send(request()).join().statusCode()).isEqualTo(200);
  }

  @Test
  void whatDoesNotFitNamesTheKey() {
    backend.search.set((tenant, request, context) -> {
      context.memory().take(1 << 30);
      throw new AssertionError("more than there is");
    });
    HttpResponse<byte[]> refused = send(request("/api/search?q=%7B%7D")).join();
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(new String(refused.body(), StandardCharsets.UTF_8)).contains("TEMPO_HEAP");
    everythingIsGivenBack();
  }

  @Test
  void whatOthersHoldMayBeAskedForAgain() {
    backend.search.set((tenant, request, context) -> {
      throw new QueryContentionException(1, "TEMPO_HEAP");
    });
    HttpResponse<byte[]> refused = send(request("/api/search?q=%7B%7D")).join();
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("retry-after")).contains("2");
    everythingIsGivenBack();
  }
}
