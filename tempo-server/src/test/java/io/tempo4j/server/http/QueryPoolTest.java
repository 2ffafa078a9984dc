package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.query.QueryStoppedException;
import io.tempo4j.server.config.ConfigLoader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More queries than run and wait at a time, and clients that do not wait for their answer. */
@Timeout(60)
class QueryPoolTest {

  private static final String SEARCH = "/api/search?q=%7B%7D";

  private final FakeBackend backend = new FakeBackend();
  private Server server;
  private HttpClient client;

  @BeforeEach
  void start() throws Exception {
    ServerState state = new ServerState();
    ServerBuilder builder = Server.builder().http(0).requestTimeoutMillis(0);
    new HttpApi(
            state,
            ConfigLoader.parse(
                    "test.yaml",
                    """
                    querier: {max_concurrent_queries: 1}
                    query_frontend: {max_outstanding_per_tenant: 1}
                    """)
                .config(),
            BuildInfo.load(),
            new PrometheusRegistry())
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

  private CompletableFuture<HttpResponse<String>> search() {
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.activeLocalPort() + SEARCH))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void queriesBeyondThoseThatWaitAreRefused() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch running = new CountDownLatch(1);
    backend.search.set((tenant, request, context) -> {
      running.countDown();
      await(goOn);
      return FakeBackend.NOTHING;
    });

    CompletableFuture<HttpResponse<String>> first = search();
    await(running);
    // Of two more, one waits; which of them, the server decides.
    CompletableFuture<HttpResponse<String>> second = search();
    CompletableFuture<HttpResponse<String>> third = search();
    HttpResponse<String> refused =
        (HttpResponse<String>) CompletableFuture.anyOf(second, third).get(30, TimeUnit.SECONDS);
    goOn.countDown();

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).isEqualTo("job queue full");
    assertThat(first.join().statusCode()).isEqualTo(200);
    assertThat(second.join().statusCode() + third.join().statusCode()).isEqualTo(200 + 429);
    assertThat(search().join().statusCode()).isEqualTo(200);
  }

  @Test
  void queryWhoseClientWentAwayIsStopped() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    backend.search.set((tenant, request, context) -> {
      if (calls.incrementAndGet() > 1) {
        return FakeBackend.NOTHING;
      }
      running.countDown();
      try {
        while (true) {
          context.check();
        }
      } catch (QueryStoppedException e) {
        stopped.countDown();
        throw e;
      }
    });

    try (Socket socket = new Socket("127.0.0.1", server.activeLocalPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("GET " + SEARCH + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      await(running);
    }

    await(stopped);
    assertThat(search().join().statusCode()).isEqualTo(200);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
