package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryMemory;
import io.tempo4j.server.config.ConfigLoader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More heavy queries at a time than there is memory for. */
@Timeout(60)
class QueryMemoryTest {

  private static final int THREADS = 4;
  private static final String HEAVY = "heavy";
  private static final String SMALL = "small";

  private final FakeBackend backend = new FakeBackend();
  private final MemoryPlan memory = MemoryPlan.of(64 << 20, 1 << 20);
  private Server server;
  private HttpClient client;

  @BeforeEach
  void start() throws Exception {
    ServerState state = new ServerState();
    ServerBuilder builder = Server.builder().http(0).requestTimeoutMillis(0);
    new HttpApi(
            state,
            ConfigLoader.parse(
                    "test.yaml", "querier: {max_concurrent_queries: %d}".formatted(THREADS))
                .config(),
            BuildInfo.load(),
            new PrometheusRegistry(),
            memory)
        .attachTo(builder);
    server = builder.build();
    server.start().join();
    state.ready(backend);
    client = HttpClient.newHttpClient();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop().join();
    assertThat(memory.queries().heldBytes()).isZero();
  }

  private CompletableFuture<HttpResponse<String>> search(String name) {
    URI uri =
        URI.create(
            "http://127.0.0.1:"
                + server.activeLocalPort()
                + "/api/search?q=%7Bname%3D%22"
                + name
                + "%22%7D");
    return client.sendAsync(
        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private List<CompletableFuture<HttpResponse<String>>> eightHeavy() {
    return Stream.generate(() -> search(HEAVY)).limit(8).toList();
  }

  private static void assertAnswered(List<CompletableFuture<HttpResponse<String>>> searches) {
    assertThat(searches)
        .allSatisfy(search -> {
          HttpResponse<String> answer = search.join();
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        });
  }

  /** Takes as much as one query may have, in pieces. */
  private static void takeAll(QueryContext context, long part) {
    QueryMemory memory = context.memory();
    for (long held = part; held < memory.limitBytes() * 3 / 4; held += 1 << 20) {
      memory.take(1 << 20);
    }
  }

  @Test
  void equalHeavyQueriesAreAnsweredOneAfterTheOther() {
    CyclicBarrier allHoldSome = new CyclicBarrier(THREADS);
    AtomicInteger begun = new AtomicInteger();
    backend.search.set((tenant, request, context) -> {
      long part = context.memory().limitBytes() / 5;
      context.memory().take(part);
      if (begun.incrementAndGet() <= THREADS) {
        waitFor(allHoldSome);
      }
      takeAll(context, part);
      return FakeBackend.NOTHING;
    });

    assertAnswered(eightHeavy());
    assertThat(begun.get()).as("each begins twice at most").isBetween(THREADS + 7, 16);
  }

  @Test
  void aSmallQueryIsAnsweredWhileHeavyOnesWait() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    CountDownLatch goOn = new CountDownLatch(1);
    backend.search.set((tenant, request, context) -> {
      if (request.query().contains(SMALL)) {
        context.memory().take(50_000);
        return FakeBackend.NOTHING;
      }
      int number = begun.incrementAndGet();
      takeAll(context, 0);
      if (number == 1) {
        waitFor(goOn);
      }
      return FakeBackend.NOTHING;
    });

    CompletableFuture<HttpResponse<String>> first = search(HEAVY);
    await().until(() -> memory.queries().heldBytes() > memory.queries().limitBytes() / 2);
    List<CompletableFuture<HttpResponse<String>>> heavy = eightHeavy();
    await().until(() -> begun.get() == 9);
    for (int i = 0; i < 20; i++) {
      assertThat(search(SMALL).get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
    assertThat(heavy).noneMatch(CompletableFuture::isDone);
    goOn.countDown();
    assertAnswered(heavy);
    assertAnswered(List.of(first));
  }

  @Test
  void aClientThatGoesAwayGivesUpItsTurn() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    CountDownLatch goOn = new CountDownLatch(1);
    backend.search.set((tenant, request, context) -> {
      int number = begun.incrementAndGet();
      takeAll(context, 0);
      if (number == 1) {
        waitFor(goOn);
      }
      return FakeBackend.NOTHING;
    });
    CompletableFuture<HttpResponse<String>> first = search(HEAVY);
    await().until(() -> memory.queries().heldBytes() > memory.queries().limitBytes() / 2);
    try (HttpClient impatient = HttpClient.newHttpClient()) {
      HttpClient patient = client;
      client = impatient;
      List<CompletableFuture<HttpResponse<String>>> heavy = eightHeavy();
      client = patient;
      await().until(() -> begun.get() == 9);
      heavy.forEach(search -> search.cancel(true));
      impatient.shutdownNow();
    }
    goOn.countDown();
    assertAnswered(List.of(first, search(HEAVY)));
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void waitFor(CyclicBarrier barrier) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
