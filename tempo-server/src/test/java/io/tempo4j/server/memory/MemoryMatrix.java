package io.tempo4j.server.memory;

import static io.tempo4j.server.memory.Payload.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.tempo4j.server.tempopb.SearchRequest;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs in profile {@code memory}: no input, no query and no outage ends the process, and none keeps
 * it from starting again. Each case has a server of its own in the launcher's default heap, or half
 * of it; every span that was acknowledged is counted once at the end.
 *
 * <p>System property {@code memory.percent}: how much of each case is done; 100 by default.
 */
final class MemoryMatrix {

  private static final String DEFAULT = "";
  private static final String HALF = "160m";
  private static final int PERCENT = Integer.getInteger("memory.percent", 100);

  @TempDir private Path folder;
  private final long start = (System.currentTimeMillis() / 1000 - 600) * 1_000_000_000L;
  private final List<AutoCloseable> opened = new ArrayList<>();

  private static int scaled(int amount) {
    return Math.max(1, (int) ((long) amount * PERCENT / 100));
  }

  private StormServer server(String heap) throws Exception {
    StormServer server = StormServer.start(folder, heap);
    opened.add(server);
    return server;
  }

  private StormServer server(String heap, ObjectService objects) throws Exception {
    StormServer server = StormServer.start(folder, heap, objects);
    opened.add(server);
    return server;
  }

  private ObjectService objects() throws Exception {
    ObjectService objects = ObjectService.start(folder.resolve("objects"));
    opened.add(objects);
    return objects;
  }

  @AfterEach
  void close(TestInfo test) throws Exception {
    String name = test.getTestMethod().orElseThrow().getName() + ", " + test.getDisplayName();
    for (AutoCloseable one : opened.reversed()) {
      if (one instanceof StormServer server) {
        System.out.printf("%s: %s%n", name, server.figures());
      }
      one.close();
    }
  }

  @ParameterizedTest(name = "heap [{0}], values of {1} bytes")
  @CsvSource({
    "'', 1000",
    "'', 4000",
    "'', 64000",
    "'', 1000000",
    HALF + ", 1000",
    HALF + ", 4000",
    HALF + ", 64000",
    HALF + ", 1000000"
  })
  void longValues(String heap, int bytes) throws Exception {
    int spansEach = Math.max(1, 2_000_000 / bytes);
    Payload payload = Payload.longValues(scaled(80), spansEach, bytes, start);
    StormServer server = server(heap);
    server.send(payload);
    server.assertHolds(payload, start);
    server.killAndRestart();
    server.assertHolds(payload, start);
    server.flush();
    server.assertHolds(payload, start);
    assertThat(server.spansOf(TENANT, Payload.traceId(0))).isBetween(1, 10);
  }

  @ParameterizedTest(name = "heap [{0}], {1} spans of {2} bytes")
  @CsvSource({
    "'', 200000, 20",
    "'', 62000, 900",
    "'', 110000, 900",
    HALF + ", 200000, 20",
    HALF + ", 62000, 900",
    HALF + ", 110000, 900"
  })
  void oneTrace(String heap, int spans, int bytes) throws Exception {
    Payload payload = Payload.oneTrace(scaled(spans / 500), 500, bytes, start);
    StormServer server = server(heap);
    server.send(payload);
    server.assertHolds(payload, start);
    server.flush();
    server.assertHolds(payload, start);
    server.killAndRestart();
    server.assertHolds(payload, start);
    // It may be too large for an answer; then that is said.
    HttpResponse<byte[]> trace =
        server.get(TENANT, "/api/v2/traces/" + Payload.ONE_TRACE.toHex(), "application/json");
    assertThat(trace.statusCode()).isIn(200, 422, 429);
    server.assertAlive();
  }

  @ParameterizedTest(name = "heap [{0}]")
  @ValueSource(strings = {DEFAULT, HALF})
  void tenants(String heap) throws Exception {
    Payload payload = Payload.tenants(scaled(10_000), start);
    StormServer server = server(heap);
    server.send(payload);
    server.killAndRestart();
    for (int tenant = 0; tenant < payload.requests(); tenant += 97) {
      assertThat(server.count("tenant-" + tenant, "{ }", start)).isEqualTo(1);
    }
    server.assertAlive();
  }

  @ParameterizedTest(name = "heap [{0}], {1} keys")
  @CsvSource({"'', 200000", "'', 1500000", HALF + ", 200000", HALF + ", 1500000"})
  void newKeys(String heap, int keys) throws Exception {
    Payload payload = Payload.newKeys(scaled(150), 500, 20, keys, start);
    StormServer server = server(heap);
    server.send(payload);
    server.assertHolds(payload, start);
    server.killAndRestart();
    server.flush();
    server.assertHolds(payload, start);
  }

  @ParameterizedTest(name = "heap [{0}], {1} attributes")
  @CsvSource({"'', 0", "'', 9", HALF + ", 0", HALF + ", 9"})
  void objectStoreAway(String heap, int attributes) throws Exception {
    ObjectService objects = objects();
    StormServer server = server(heap, objects);
    Payload before = Payload.plain(scaled(100), 500, attributes, start);
    server.send(before);
    server.flush();
    objects.link().cut();
    Payload away = Payload.plain(scaled(1_500), 500, attributes, start);
    server.send(away);
    server.killAndRestart();
    server.assertAlive();
    assertThat(server.countPart(TENANT, "{ }", start))
        .as("what is local, while the store is away")
        .isBetween(away.allSpans() - before.allSpans(), away.allSpans());
    objects.link().mend();
    server.flushWithin(TimeUnit.MINUTES.toNanos(2));
    server.assertHolds(away, start);
  }

  @ParameterizedTest(name = "heap [{0}], {1} clients")
  @CsvSource({"'', 4", "'', 12", HALF + ", 4", HALF + ", 12"})
  void largeAnswers(String heap, int clients) throws Exception {
    Payload payload = Payload.oneTrace(scaled(400), 500, 20, start);
    StormServer server = server(heap);
    server.send(payload);
    server.flush();
    String trace = Payload.ONE_TRACE.toHex();
    String search =
        "/api/search?limit=1000&spss=1000000&q="
            + encoded("{ span.note =~ \".+\" }")
            + StormServer.range(start);
    List<Callable<HttpResponse<byte[]>>> asked = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      asked.add(() -> server.get(TENANT, "/api/traces/" + trace, "application/protobuf"));
      asked.add(() -> server.get(TENANT, "/api/v2/traces/" + trace, "application/json"));
      asked.add(() -> server.get(TENANT, search, "application/json"));
    }
    assertAnswered(asked);
    server.assertAlive();
    HttpResponse<byte[]> alone = server.get(TENANT, "/api/traces/" + trace, "application/protobuf");
    if (heap.equals(HALF) && alone.statusCode() == 422) {
      assertThat(new String(alone.body(), StandardCharsets.UTF_8)).contains("TEMPO_HEAP");
    } else {
      assertThat(server.spansOf(TENANT, Payload.ONE_TRACE)).isEqualTo(payload.allSpans());
    }
  }

  @ParameterizedTest(name = "heap [{0}], {1} clients")
  @CsvSource({"'', 20", HALF + ", 20"})
  void slowReaders(String heap, int clients) throws Exception {
    Payload payload = Payload.plain(scaled(400), 500, 9, start);
    StormServer server = server(heap);
    server.send(payload);
    server.flush();
    List<SocketClient> readers = new ArrayList<>();
    try {
      for (int i = 0; i < clients; i++) {
        SocketClient reader = SocketClient.connect(server.url());
        readers.add(reader);
        reader.head(
            "GET",
            "/api/search?limit=1000&spss=100&q=" + encoded("{ }") + StormServer.range(start),
            "");
      }
      List<SocketClient> reading = new ArrayList<>();
      for (SocketClient reader : readers) {
        int status = reader.answer().status();
        assertThat(status).isIn(200, 429);
        if (status == 200) {
          reading.add(reader);
        }
      }
      assertThat(reading).isNotEmpty();
      for (int second = 0; second < scaled(60); second++) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        for (SocketClient reader : reading) {
          assertThat(reader.read(4_000)).as("the answer goes on").isEqualTo(4_000);
        }
        do {
          assertSmallQueriesAreAnswered(server, payload);
        } while (System.nanoTime() < end);
      }
    } finally {
      for (SocketClient reader : readers) {
        reader.close();
      }
    }
    server.assertHolds(payload, start);
  }

  @ParameterizedTest(name = "heap [{0}], {1} searches")
  @CsvSource({"'', 50", HALF + ", 50"})
  void stalledSearches(String heap, int searches) throws Exception {
    Payload payload = Payload.plain(scaled(400), 500, 9, start);
    StormServer server = server(heap);
    server.send(payload);
    server.flush();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(server.url().getHost(), server.url().getPort())
            .usePlaintext()
            .flowControlWindow(1 << 16)
            .build();
    opened.add(channel::shutdownNow);
    SearchRequest everything =
        SearchRequest.newBuilder()
            .setQuery("{ }")
            .setLimit((int) payload.allSpans())
            .setSpansPerSpanSet(1_000)
            .build();
    for (int round = 0; round < 2; round++) {
      List<StalledSearch> all = new ArrayList<>();
      for (int i = 0; i < searches; i++) {
        all.add(StalledSearch.start(channel, everything));
      }
      List<StalledSearch> stalled = new ArrayList<>();
      for (StalledSearch search : all) {
        assertSmallQueriesAreAnswered(server, payload);
        if (search.begun().get(2, TimeUnit.MINUTES)) {
          stalled.add(search);
        } else {
          assertThat(search.ended().get().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        }
      }
      assertThat(stalled).isNotEmpty();
      assertSmallQueriesAreAnswered(server, payload);
      StalledSearch one = stalled.getFirst();
      one.goOn();
      assertThat(one.ended().get(2, TimeUnit.MINUTES)).isEqualTo(Status.OK);
      assertThat(one.traces()).isGreaterThanOrEqualTo(payload.allSpans() / 12);
      all.forEach(StalledSearch::cancel);
    }
    server.assertHolds(payload, start);
  }

  @ParameterizedTest(name = "heap [{0}]")
  @ValueSource(strings = {DEFAULT, HALF})
  void stopUnderLoad(String heap) throws Exception {
    int before = scaled(200);
    int inFlight = 12;
    int rounds = 2;
    Payload payload = Payload.plain(before + rounds * inFlight, 500, 9, start);
    StormServer server = server(heap);
    server.send(Payload.plain(before, 500, 9, start));
    long acknowledged = before;
    for (int round = 0; round < rounds; round++) {
      List<SocketClient> clients = new ArrayList<>();
      List<byte[]> bodies = new ArrayList<>();
      try {
        for (int i = 0; i < inFlight; i++) {
          byte[] body = payload.request(before + round * inFlight + i).toByteArray();
          SocketClient client = SocketClient.connect(server.receiver());
          bodies.add(body);
          clients.add(client);
          client.head(
              "POST",
              "/v1/traces",
              "Content-Type: application/x-protobuf\r\nContent-Length: " + body.length + "\r\n");
          client.send(Arrays.copyOfRange(body, 0, body.length / 2));
        }
        await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> server.metric("tempo_receiver_inflight_requests") == inFlight);
        // Half of them end at the moment of the stop, the others when it is under way.
        for (int i = 0; i < inFlight; i++) {
          if (i == inFlight / 2) {
            server.terminate();
            await().atMost(Duration.ofMinutes(1)).until(() -> server.log().contains("stopping"));
          }
          byte[] body = bodies.get(i);
          clients.get(i).send(Arrays.copyOfRange(body, body.length / 2, body.length));
        }
        for (SocketClient client : clients) {
          SocketClient.Head answer = client.answer();
          if (answer.status() == 200) {
            acknowledged++;
          } else {
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.headers()).contains("\r\nretry-after: ");
          }
        }
      } finally {
        for (SocketClient client : clients) {
          client.close();
        }
      }
      server.restartAfterStop();
      assertThat(server.count(TENANT, "{ }", start)).isEqualTo(acknowledged * 500);
    }
    server.assertAlive();
  }

  @ParameterizedTest(name = "heap [{0}]")
  @ValueSource(strings = {DEFAULT, HALF})
  void heavyQueriesWhileSpansComeIn(String heap) throws Exception {
    Payload first = Payload.plain(scaled(400), 500, 9, start);
    StormServer server = server(heap);
    server.send(first);
    Payload all = Payload.plain(scaled(1_200), 500, 9, start);
    Future<Void> sending = server.sending(all);
    while (!sending.isDone()) {
      assertAnswered(mixed(server));
    }
    sending.get();
    server.assertHolds(all, start);
  }

  @ParameterizedTest(name = "heap [{0}], {1} blocks")
  @CsvSource({"'', 2000", HALF + ", 2000"})
  void manyBlocks(String heap, int blocks) throws Exception {
    Payload written = ManyBlocks.write(folder.resolve("blocks"), scaled(blocks), start);
    StormServer server = server(heap);
    Payload payload = Payload.plain(scaled(400), 500, 9, start);
    server.send(payload);
    server.flush();
    assertAnswered(mixed(server));
    assertThat(server.count(TENANT, "{ }", start))
        .isEqualTo(payload.allSpans() + written.allSpans());
    server.assertAlive();
  }

  @ParameterizedTest(name = "heap [{0}], {1} MB, the object store away for {2} s")
  @CsvSource({"'', 2000, 600", HALF + ", 2000, 600"})
  void everythingAtOnce(String heap, int megabytes, int secondsAway) throws Exception {
    ObjectService objects = objects();
    StormServer server = server(heap, objects);
    // 500 spans of about 1,000 bytes of OTLP each
    Payload payload = Payload.plain(scaled(2 * megabytes), 500, 26, start);
    Future<Void> sending = server.sending(payload);
    long back = Long.MAX_VALUE;
    boolean isAway = false;
    for (int round = 0; isAway || !sending.isDone(); round++) {
      assertAnswered(mixed(server));
      if (round == 1) {
        objects.link().cut();
        isAway = true;
        back = System.nanoTime() + TimeUnit.SECONDS.toNanos(scaled(secondsAway));
      }
      if (isAway && System.nanoTime() >= back) {
        objects.link().mend();
        isAway = false;
      }
      if (round % 3 == 2) {
        server.killAndRestart();
      } else if (!isAway) {
        server.flushWithin(TimeUnit.MINUTES.toNanos(5));
      }
    }
    sending.get();
    server.flushWithin(TimeUnit.MINUTES.toNanos(5));
    server.assertHolds(payload, start);
  }

  /** 50 queries, most of them heavy. */
  private List<Callable<HttpResponse<byte[]>>> mixed(StormServer server) {
    List<String> paths = new ArrayList<>();
    String range = StormServer.range(start);
    for (int i = 0; i < 8; i++) {
      paths.add(
          "/api/metrics/query_range?step=1s&q="
              + encoded("{ } | count_over_time() by (trace:id) | topk(10)")
              + range);
      paths.add("/api/search?limit=100&q=" + encoded("{ name =~ \".*1.*\" }") + range);
      paths.add(
          "/api/search?limit=10000&spss=10000&q="
              + encoded("{ span.attribute.1 =~ \"value 1.*\" }")
              + range);
      paths.add("/api/v2/search/tag/span.attribute.0/values?limit=0" + range);
      paths.add("/api/metrics/query?q=" + encoded("{ } | compare({ name =~ \".*7\" })") + range);
      paths.add("/api/search?q=" + encoded("{ } | by(span.attribute.0) | count() > 0") + range);
    }
    paths.add("/api/v2/search/tags?limit=0" + range);
    List<Callable<HttpResponse<byte[]>>> asked = new ArrayList<>();
    for (String path : paths) {
      asked.add(() -> server.get(TENANT, path, "application/json"));
    }
    asked.add(() -> server.getLittle(TENANT, "/api/search?q=" + encoded("{ }") + range));
    return asked;
  }

  /** Asks all at once: each is answered whole, or refused in words. */
  private static void assertAnswered(List<Callable<HttpResponse<byte[]>>> asked) throws Exception {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<HttpResponse<byte[]>> answer : clients.invokeAll(asked)) {
        HttpResponse<byte[]> response = answer.get();
        String text = new String(response.body(), StandardCharsets.UTF_8);
        assertThat(response.statusCode())
            .as(() -> response.request().uri() + ": " + text)
            .isIn(200, 422, 429, 503, 504);
        assertThat(text).isNotEmpty();
      }
    }
  }

  /** One span of a plain payload by its id, one trace, and a search for a few. */
  private void assertSmallQueriesAreAnswered(StormServer server, Payload plain) throws Exception {
    long number = plain.allSpans() / 2;
    String one = "{ span.attribute.0 = \"" + Payload.plainId(number) + "\" }";
    assertThat(
            server
                .json(TENANT, "/api/search?q=" + encoded(one) + StormServer.range(start))
                .path("traces"))
        .hasSize(1);
    assertThat(server.spansOf(TENANT, Payload.traceId(number / 12))).isBetween(1, 12);
    server.json(TENANT, "/api/search?limit=5&q=" + encoded("{ }") + StormServer.range(start));
  }

  private static String encoded(String query) {
    return URLEncoder.encode(query, StandardCharsets.UTF_8);
  }
}
