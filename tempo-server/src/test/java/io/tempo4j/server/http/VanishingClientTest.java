package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.server.Server;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.server.config.ConfigLoader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that take the beginning of a large answer and leave. */
@Timeout(120)
class VanishingClientTest {

  private static final String SEARCH = "/api/search?q=%7B%7D";

  /** Together more than the memory of a test: whatever is kept of them would be noticed. */
  private static final int CLIENTS = 52;

  private static final int TRACES = 200;

  private final FakeBackend backend = new FakeBackend();
  private Server server;

  @BeforeEach
  void start() throws Exception {
    String name = "x".repeat(100_000);
    List<TraceMatch> traces =
        IntStream.rangeClosed(1, TRACES)
            .mapToObj(i ->
                new TraceMatch(new TraceId(i, i), "service", name, true, i, i, List.of(), Map.of()))
            .toList();
    backend.search.set(
        (tenant, request, context) -> new SearchResult(traces, FakeBackend.NOTHING.stats()));
    ServerState state = new ServerState();
    state.ready(backend);
    var builder = Server.builder().http(0).requestTimeoutMillis(0);
    new HttpApi(
            state,
            ConfigLoader.parse("test.yaml", "target: all").config(),
            BuildInfo.load(),
            new PrometheusRegistry())
        .attachTo(builder);
    server = builder.build();
    server.start().join();
  }

  @AfterEach
  void stop() {
    server.stop().join();
  }

  @Test
  void leaveNothingBehind() throws IOException {
    for (int i = 0; i < CLIENTS; i++) {
      takeTheBeginning();
    }

    RawRequest.Answer whole = get(SEARCH);
    assertThat(whole.status()).isEqualTo(200);
    assertThat(whole.body()).hasSizeGreaterThan(10_000_000).endsWith("}");
    assertThat(get("/metrics").body())
        .containsPattern("tempo_querier_inflight_queries 0")
        .containsPattern("tempo_query_frontend_queue_length 0");
  }

  /** A small window makes the server wait with the rest; the reset comes in the middle of it. */
  private void takeTheBeginning() throws IOException {
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.setSoLinger(true, 0);
      socket.setSoTimeout(30_000);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.activeLocalPort()));
      socket
          .getOutputStream()
          .write(
              ("GET " + SEARCH + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      assertThat(new String(in.readNBytes(2000), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200 OK")
          .contains("\"traces\":[");
    }
  }

  private RawRequest.Answer get(String target) throws IOException {
    return RawRequest.send(server.activeLocalPort(), "GET", target, "", Duration.ofSeconds(30));
  }
}
