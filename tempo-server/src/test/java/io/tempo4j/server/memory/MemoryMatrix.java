package io.tempo4j.server.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
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
  private static final String TENANT = "single-tenant";
  private static final int PERCENT = Integer.getInteger("memory.percent", 100);

  @TempDir private Path folder;
  private final long start = (System.currentTimeMillis() / 1000 - 600) * 1_000_000_000L;

  private static int scaled(int amount) {
    return Math.max(1, (int) ((long) amount * PERCENT / 100));
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
    Payload payload = new Payload.LongValues(scaled(80), spansEach, bytes, start);
    try (StormServer server = StormServer.start(folder, heap)) {
      server.send(payload);
      server.assertHolds(payload, start);
      server.killAndRestart();
      server.assertHolds(payload, start);
      server.flush();
      server.assertHolds(payload, start);
      assertThat(server.spansOf(TENANT, Payload.traceIdOf(payload.spans(0).getFirst())))
          .isBetween(1, 10);
    }
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
    Payload payload = new Payload.OneTrace(scaled(spans / 500), 500, bytes, start);
    try (StormServer server = StormServer.start(folder, heap)) {
      server.send(payload);
      server.assertHolds(payload, start);
      server.flush();
      server.assertHolds(payload, start);
      server.killAndRestart();
      server.assertHolds(payload, start);
      // It may be too large for an answer; then that is said.
      HttpResponse<byte[]> trace =
          server.get(TENANT, "/api/v2/traces/" + Payload.oneTraceId().toHex(), "application/json");
      assertThat(trace.statusCode()).isIn(200, 422, 429);
      server.assertAlive();
    }
  }

  @ParameterizedTest(name = "heap [{0}]")
  @ValueSource(strings = {DEFAULT, HALF})
  void tenants(String heap) throws Exception {
    Payload payload = new Payload.Tenants(scaled(10_000), start);
    try (StormServer server = StormServer.start(folder, heap)) {
      server.send(payload);
      server.killAndRestart();
      for (int tenant = 0; tenant < payload.requests(); tenant += 97) {
        assertThat(server.count("tenant-" + tenant, "{ }", start)).isEqualTo(1);
      }
      server.assertAlive();
    }
  }

  @ParameterizedTest(name = "heap [{0}], {1} keys")
  @CsvSource({"'', 200000", "'', 1500000", HALF + ", 200000", HALF + ", 1500000"})
  void newKeys(String heap, int keys) throws Exception {
    Payload payload = new Payload.NewKeys(scaled(150), 500, 20, keys, start);
    try (StormServer server = StormServer.start(folder, heap)) {
      server.send(payload);
      server.assertHolds(payload, start);
      server.killAndRestart();
      server.flush();
      server.assertHolds(payload, start);
    }
  }

  @ParameterizedTest(name = "heap [{0}], {1} attributes")
  @CsvSource({"'', 0", "'', 9", HALF + ", 0", HALF + ", 9"})
  void objectStoreAway(String heap, int attributes) throws Exception {
    try (ObjectService service = ObjectService.start(folder.resolve("objects"));
        StormServer server = StormServer.start(folder, heap, service.settings())) {
      Payload before = new Payload.Plain(scaled(100), 500, attributes, start);
      server.send(before);
      server.flush();
      service.link().cut();
      Payload away = new Payload.Plain(scaled(1_500), 500, attributes, start);
      server.send(away);
      server.killAndRestart();
      server.assertAlive();
      assertThat(server.countPart(TENANT, "{ }", start))
          .as("what is local, while the store is away")
          .isBetween(away.allSpans() - before.allSpans(), away.allSpans());
      service.link().mend();
      server.flushWithin(TimeUnit.MINUTES.toNanos(2));
      server.assertHolds(away, start);
    }
  }

  @ParameterizedTest(name = "heap [{0}], {1} clients")
  @CsvSource({"'', 4", "'', 12", HALF + ", 4", HALF + ", 12"})
  void largeAnswers(String heap, int clients) throws Exception {
    Payload payload = new Payload.OneTrace(scaled(400), 500, 20, start);
    try (StormServer server = StormServer.start(folder, heap)) {
      server.send(payload);
      server.flush();
      String trace = Payload.oneTraceId().toHex();
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
      assertThat(server.spansOf(TENANT, Payload.oneTraceId())).isEqualTo(payload.allSpans());
      server.assertAlive();
    }
  }

  @ParameterizedTest(name = "heap [{0}]")
  @ValueSource(strings = {DEFAULT, HALF})
  void heavyQueriesWhileSpansComeIn(String heap) throws Exception {
    Payload first = new Payload.Plain(scaled(400), 500, 9, start);
    try (StormServer server = StormServer.start(folder, heap)) {
      server.send(first);
      Payload all = new Payload.Plain(scaled(1_200), 500, 9, start);
      Future<Void> sending = server.sending(all);
      while (!sending.isDone()) {
        assertAnswered(mixed(server));
      }
      sending.get();
      server.assertHolds(all, start);
    }
  }

  @ParameterizedTest(name = "heap [{0}], {1} blocks")
  @CsvSource({"'', 2000", HALF + ", 2000"})
  void manyBlocks(String heap, int blocks) throws Exception {
    int written = ManyBlocks.write(folder.resolve("blocks"), scaled(blocks), start);
    try (StormServer server = StormServer.start(folder, heap)) {
      Payload payload = new Payload.Plain(scaled(400), 500, 9, start);
      server.send(payload);
      server.flush();
      assertAnswered(mixed(server));
      assertThat(server.count(TENANT, "{ }", start)).isEqualTo(payload.allSpans() + written);
      server.assertAlive();
    }
  }

  @ParameterizedTest(name = "heap [{0}]")
  @ValueSource(strings = {DEFAULT, HALF})
  void everythingAtOnce(String heap) throws Exception {
    try (ObjectService service = ObjectService.start(folder.resolve("objects"));
        StormServer server = StormServer.start(folder, heap, service.settings())) {
      // 500 spans of about 1,000 bytes of OTLP each
      Payload payload = new Payload.Plain(scaled(4_000), 500, 26, start);
      Future<Void> sending = server.sending(payload);
      for (int round = 0; !sending.isDone(); round++) {
        assertAnswered(mixed(server));
        switch (round % 4) {
          case 0 -> server.flushWithin(TimeUnit.MINUTES.toNanos(2));
          case 1 -> service.link().cut();
          case 2 -> server.killAndRestart();
          default -> service.link().mend();
        }
      }
      sending.get();
      service.link().mend();
      server.flushWithin(TimeUnit.MINUTES.toNanos(5));
      server.assertHolds(payload, start);
      System.out.printf(
          "%d spans in %s, %d refusals, peak %d MB%n",
          payload.allSpans(),
          heap.isEmpty() ? "the default heap" : heap,
          server.refusals(),
          server.peakResidentKilobytes() >> 10);
    }
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
    }
    for (int i = 0; i < 8; i++) {
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
    paths.add("/api/search?q=" + encoded("{ }") + range);
    List<Callable<HttpResponse<byte[]>>> asked = new ArrayList<>();
    for (String path : paths) {
      asked.add(() -> server.get(TENANT, path, "application/json"));
    }
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

  private static String encoded(String query) {
    return URLEncoder.encode(query, StandardCharsets.UTF_8);
  }

  /** An object store in this process, behind a link that can be cut. */
  private record ObjectService(S3Proxy proxy, Link link) implements AutoCloseable {

    static ObjectService start(Path folder) throws Exception {
      Files.createDirectories(folder.resolve("traces"));
      S3Proxy proxy =
          S3Proxy.builder()
              .blobStore(new FilesystemNio2BlobStore(folder.toString()))
              .endpoint(URI.create("http://127.0.0.1:0"))
              .awsAuthentication(AuthenticationType.AWS_V4, "access", "secret")
              .build();
      proxy.start();
      return new ObjectService(proxy, Link.to(proxy.getPort()));
    }

    String settings() {
      return "{bucket: traces, endpoint: '127.0.0.1:%d', insecure: true, access_key: access, secret_key: secret}"
          .formatted(link.port());
    }

    @Override
    public void close() throws Exception {
      try (link) {
        proxy.stop();
      }
    }
  }
}
