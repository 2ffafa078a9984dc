package io.tempo4j.server.memory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tempo4j.model.TraceId;
import io.tempo4j.server.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * A server in the memory that the launcher gives it, which is sent to until it has acknowledged,
 * may be killed and started again, and is asked what it holds.
 */
final class StormServer implements AutoCloseable {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int SENDERS = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Path folder;
  private final String heap;
  private final String blocks;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicLong acknowledgedBytes = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong slowestNanos = new AtomicLong();
  private long peakKilobytes;
  private volatile ServerProcess process;
  private volatile boolean restarting;

  private StormServer(Path folder, String heap, String blocks) throws IOException {
    this.folder = folder;
    this.heap = heap;
    this.blocks = blocks;
    this.process = launch();
  }

  /** Starts one with blocks in a folder. */
  static StormServer start(Path folder, String heap) throws IOException {
    return new StormServer(
        folder, heap, "backend: local\nlocal: {path: '%s'}".formatted(folder.resolve("blocks")));
  }

  /** Starts one with blocks in an object store. */
  static StormServer start(Path folder, String heap, ObjectService objects) throws IOException {
    return new StormServer(folder, heap, objects.backend());
  }

  private ServerProcess launch() throws IOException {
    Path config = folder.resolve("tempo.yaml");
    Files.writeString(
        config,
        """
        multitenancy_enabled: %s
        server: {http_listen_address: 127.0.0.1, http_listen_port: 0}
        distributor:
          receivers:
            otlp:
              protocols:
                grpc: {endpoint: "127.0.0.1:0"}
                http: {endpoint: "127.0.0.1:0"}
        query_frontend:
          search: {max_spans_per_span_set: 0}
        querier:
          search: {query_timeout: 2m}
          trace_by_id: {query_timeout: 2m}
        storage:
          trace:
            wal: {path: '%s'}
            %s
        """
            .formatted(true, folder.resolve("wal"), blocks.replace("\n", "\n    ")));
    return ServerProcess.launch(folder, heap, "-config.file=" + config);
  }

  /** SIGKILL, and a new process on the same folders. */
  void killAndRestart() throws Exception {
    restarting = true;
    notePeak();
    process.close();
    restart();
  }

  /** SIGTERM; requests that are sent meanwhile are refused, or find nobody. */
  void terminate() throws IOException {
    restarting = true;
    notePeak();
    process.terminate();
  }

  /** A new process on the same folders, once the one that was told to has ended. */
  void restartAfterStop() throws Exception {
    assertThat(process.exitCode()).as(process.log()).isZero();
    restart();
  }

  private void restart() throws Exception {
    process = launch();
    process.httpUrl(); // ready
    restarting = false;
  }

  /** Base of the HTTP API once the server is ready. */
  URI url() throws InterruptedException, ExecutionException, TimeoutException {
    return process.httpUrl();
  }

  /** Where spans are sent over HTTP. */
  URI receiver() throws InterruptedException, ExecutionException, TimeoutException {
    return process.otlpHttpUrl();
  }

  String log() {
    return process.log();
  }

  /** Sends everything as fast as it is taken, each request until it is acknowledged. */
  void send(Payload payload) throws Exception {
    sending(payload).get();
  }

  /** As {@link #send}, while others do something else. */
  Future<Void> sending(Payload payload) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          AtomicInteger next = new AtomicInteger();
          try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < SENDERS; i++) {
              senders.submit(() -> {
                for (int index = next.getAndIncrement();
                    index < payload.requests() && !done.isDone();
                    index = next.getAndIncrement()) {
                  try {
                    sendUntilTaken(payload, index);
                  } catch (Exception | AssertionError e) {
                    done.completeExceptionally(e);
                  }
                }
              });
            }
          }
          done.complete(null);
        });
    return done;
  }

  private void sendUntilTaken(Payload payload, int index) throws Exception {
    byte[] body = payload.request(index).toByteArray();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      String trouble;
      try {
        HttpResponse<String> response =
            client.send(
                HttpRequest.newBuilder(process.otlpHttpUrl().resolve("/v1/traces"))
                    .header("Content-Type", "application/x-protobuf")
                    .header("X-Scope-OrgID", payload.tenant().apply(index))
                    .timeout(Duration.ofSeconds(60))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() == 200) {
          assertThat(response.body()).doesNotContain("rejected");
          acknowledgedBytes.addAndGet(body.length);
          return;
        }
        assertThat(response.statusCode()).as(response.body()).isIn(429, 503);
        long hint = response.headers().firstValueAsLong("Retry-After").orElse(0);
        assertThat(hint).as("Retry-After of: " + response.body()).isBetween(1L, 3L);
        refused.incrementAndGet();
        trouble = response.statusCode() + " " + response.body();
      } catch (IOException | ExecutionException | TimeoutException e) {
        trouble = e.toString();
        if (!restarting) {
          assertAlive();
        }
      }
      assertThat(System.nanoTime()).as("refused for minutes: " + trouble).isLessThan(end);
      Thread.sleep(200);
    }
  }

  /** Flushes, again and again while the object store cannot be reached yet. */
  void flushWithin(long nanos) throws Exception {
    long end = System.nanoTime() + nanos;
    while (flushed().statusCode() >= 300) {
      assertThat(System.nanoTime()).as(log()).isLessThan(end);
      Thread.sleep(500);
    }
  }

  void flush() throws Exception {
    HttpResponse<String> response = flushed();
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 204);
  }

  private HttpResponse<String> flushed() throws Exception {
    return client.send(
        HttpRequest.newBuilder(url().resolve("/flush"))
            .timeout(PATIENCE)
            .POST(HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Asks a path; what says 200 has its whole body. */
  HttpResponse<byte[]> get(String tenant, String path, String accept) throws Exception {
    HttpResponse<byte[]> response;
    try {
      response =
          client.send(
              HttpRequest.newBuilder(url().resolve(path))
                  .header("Accept", accept)
                  .header("X-Scope-OrgID", tenant)
                  .timeout(PATIENCE)
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new AssertionError("no answer to " + path + "; the server said:\n" + log(), e);
    }
    response
        .headers()
        .firstValueAsLong("Content-Length")
        .ifPresent(length -> assertThat((long) response.body().length).isEqualTo(length));
    if (response.statusCode() == 200) {
      assertThat(response.body()).as("a body of " + path).isNotEmpty();
    }
    return response;
  }

  /** As {@link #get}, of a query that asks for little; how long it takes is noted. */
  HttpResponse<byte[]> getLittle(String tenant, String path) throws Exception {
    long begin = System.nanoTime();
    HttpResponse<byte[]> response = get(tenant, path, "application/json");
    slowestNanos.accumulateAndGet(System.nanoTime() - begin, Math::max);
    return response;
  }

  /** Asks a path that must be answered. */
  JsonNode json(String tenant, String path) throws Exception {
    HttpResponse<byte[]> response = getLittle(tenant, path);
    assertThat(response.statusCode())
        .as(() -> path + ": " + new String(response.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    return MAPPER.readTree(response.body());
  }

  /** Spans that a query counts in the hour around {@code payload}. */
  long count(String tenant, String filter, long startNanos) throws Exception {
    JsonNode answer = counted(tenant, filter, startNanos);
    assertThat(answer.path("status").asText("")).as(answer.toString()).isNotEqualTo("PARTIAL");
    return answer.path("series").path(0).path("value").asLong();
  }

  /** As {@link #count}, of what can be reached; what is missing must be said. */
  long countPart(String tenant, String filter, long startNanos) throws Exception {
    JsonNode answer = counted(tenant, filter, startNanos);
    assertThat(answer.path("status").asText("")).as(answer.toString()).isEqualTo("PARTIAL");
    return answer.path("series").path(0).path("value").asLong();
  }

  private JsonNode counted(String tenant, String filter, long startNanos) throws Exception {
    return json(
        tenant,
        "/api/metrics/query?q="
            + URLEncoder.encode(filter + " | count_over_time()", StandardCharsets.UTF_8)
            + range(startNanos));
  }

  /** Parameters {@code start} and {@code end} of the half hours around a time. */
  static String range(long startNanos) {
    long seconds = startNanos / 1_000_000_000;
    return "&start=" + (seconds - 1_800) + "&end=" + (seconds + 1_800);
  }

  /** Spans of one trace, by its id. */
  int spansOf(String tenant, TraceId id) throws Exception {
    HttpResponse<byte[]> response =
        get(tenant, "/api/traces/" + id.toHex(), "application/protobuf");
    assertThat(response.statusCode())
        .as(() -> new String(response.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    return TracesData.parseFrom(response.body()).getResourceSpansList().stream()
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .mapToInt(scope -> scope.getSpansCount())
        .sum();
  }

  /** Every span of a payload is there once, in what is counted. */
  void assertHolds(Payload payload, long startNanos) throws Exception {
    assertThat(count(Payload.TENANT, "{ }", startNanos)).isEqualTo(payload.allSpans());
    assertAlive();
  }

  void assertAlive() throws IOException {
    assertThat(process.isAlive()).as(process.log()).isTrue();
    assertThat(process.log()).doesNotContain("OutOfMemoryError");
  }

  /** A sum of all series of a metric. */
  double metric(String name) throws Exception {
    String text =
        new String(get(Payload.TENANT, "/metrics", "text/plain").body(), StandardCharsets.UTF_8);
    return text.lines()
        .filter(line -> line.matches(Pattern.quote(name) + "[ {].*"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private void notePeak() throws IOException {
    if (process.isAlive()) {
      peakKilobytes = Math.max(peakKilobytes, process.peakResidentKilobytes());
    }
  }

  /** What it went through, for a table. */
  String figures() throws IOException {
    notePeak();
    return "%d MB acknowledged, %d refusals, peak of resident memory %d MiB, slowest small query %d ms"
        .formatted(
            acknowledgedBytes.get() / 1_000_000,
            refused.get(),
            peakKilobytes >> 10,
            slowestNanos.get() / 1_000_000);
  }

  @Override
  public void close() throws InterruptedException {
    client.shutdownNow();
    process.close();
  }
}
