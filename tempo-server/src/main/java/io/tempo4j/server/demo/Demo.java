package io.tempo4j.server.demo;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tempo4j.model.TraceId;
import io.tempo4j.server.Main;
import io.tempo4j.server.TempoServer;
import io.tempo4j.server.demo.DemoClient.Found;
import io.tempo4j.server.shop.ShopTraffic;
import io.tempo4j.server.shop.TraceSketch;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts a server in this process, sends it the traffic of a small shop as an exporter would, and
 * shows what can be seen of it: a trace, a search, and where to look for more.
 */
public final class Demo {

  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int TRACES_PER_REQUEST = 50;
  private static final int PROGRESS_STEPS = 5;
  private static final String FAILED_PAYMENTS =
      "{ resource.service.name = \"payment\" && status = error }";
  private static final String SLOW_STATEMENTS =
      "{ span.db.system.name = \"postgresql\" && duration > 25ms }";

  private final DemoOptions options;
  private final InstantSource clock;
  private final PrintStream out;

  /** What was sent: the newest trace whose payment failed, if one did, and the newest of all. */
  private record Sent(TraceId newest, @Nullable TraceId newestFailed, Instant from, Instant until) {
    TraceId toShow() {
      return newestFailed == null ? newest : newestFailed;
    }
  }

  Demo(DemoOptions options, InstantSource clock, PrintStream out) {
    this.options = options;
    this.clock = clock;
    this.out = out;
  }

  /**
   * Runs until a signal ends it. {@code -seed=NUMBER} makes up the same traffic again, {@code
   * -traces=COUNT} more or less of it; everything else goes to the server.
   */
  public static void main(String[] args) {
    DemoOptions options;
    try {
      options = DemoOptions.parse(List.of(args), () -> System.currentTimeMillis() / 1000);
    } catch (IllegalArgumentException e) {
      System.err.println("tempo: " + e.getMessage());
      // Nothing runs yet that would have to end in order.
      Runtime.getRuntime().halt(2);
      return;
    }
    System.out.println("demo: starting the server");
    TempoServer server = Main.start(options.serverArguments().toArray(String[]::new));
    try {
      new Demo(options, InstantSource.system(), System.out)
          .show(
              server
                  .otlpHttpUrl()
                  .orElseThrow(() -> new IOException("the demo needs OTLP over HTTP, it is off")),
              server.httpUrl());
    } catch (IOException | InterruptedException e) {
      System.err.println("demo: " + e.getMessage());
      fail(server);
    }
  }

  /** Ends the process with a code of failure, which a signal's hook would not do. */
  private static void fail(TempoServer server) {
    try (server) {
      System.err.println("demo: failed, stopping the server");
    } catch (IOException e) {
      System.err.println("demo: " + e.getMessage());
    } finally {
      Runtime.getRuntime().halt(1);
    }
  }

  void show(URI otlp, URI api) throws IOException, InterruptedException {
    try (DemoClient client = new DemoClient(otlp, api)) {
      Sent sent = send(client);
      long fromSeconds = sent.from().getEpochSecond();
      long untilSeconds = sent.until().getEpochSecond() + 1;
      String query = sent.newestFailed() == null ? "{ }" : FAILED_PAYMENTS;

      out.println("demo: waiting until the newest trace is found by search");
      long started = System.nanoTime();
      List<Found> found = awaitFound(client, query, sent.toShow(), fromSeconds, untilSeconds);
      out.printf(Locale.ROOT, "demo: searchable after %d ms%n%n", millisSince(started));

      TracesData trace =
          client
              .trace(sent.toShow().toHex())
              .orElseThrow(() -> new IOException("no trace " + sent.toShow().toHex()));
      out.println("Trace " + sent.toShow().toHex() + " (start and duration of each span)");
      out.print(TraceText.of(trace).indent(2));
      out.println();
      print(query, found);
      print(SLOW_STATEMENTS, client.search(SLOW_STATEMENTS, fromSeconds, untilSeconds, 5));

      out.println("Look for yourself:");
      out.println("  " + client.traceUri(sent.toShow().toHex()));
      out.println("  " + client.searchUri(query, fromSeconds, untilSeconds, 5));
      out.println("  Grafana: a data source of type Tempo with the URL " + api);
      out.println("  your own spans: OTLP over HTTP to " + otlp.resolve("/v1/traces"));
      out.println();
      out.println("demo: serving until Ctrl-C");
    }
  }

  private Sent send(DemoClient client) throws IOException, InterruptedException {
    int traceCount = options.traceCount();
    out.printf(
        Locale.ROOT,
        "demo: sending %,d traces of a shop with eight services (-seed=%d)%n",
        traceCount,
        options.seed());
    ShopTraffic traffic = new ShopTraffic(options.seed());
    Instant until = clock.instant();
    Instant from = until.minus(WINDOW);
    long stepNanos = WINDOW.toNanos() / traceCount;
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    TraceId newest = null;
    TraceId newestFailed = null;
    long spanCount = 0;
    for (int i = 0; i < traceCount; i++) {
      TraceSketch trace = traffic.next(nanos(from) + i * stepNanos);
      request.addAllResourceSpans(trace.resourceSpans());
      spanCount += trace.spanCount();
      newest = trace.traceId();
      if (trace.hasFailed()) {
        newestFailed = trace.traceId();
      }
      if ((i + 1) % TRACES_PER_REQUEST == 0 || i + 1 == traceCount) {
        client.send(request.build());
        request.clear();
      }
      if ((long) (i + 1) * PROGRESS_STEPS / traceCount > (long) i * PROGRESS_STEPS / traceCount) {
        out.printf(Locale.ROOT, "demo: %,d traces, %,d spans sent%n", i + 1, spanCount);
      }
    }
    if (newest == null) {
      throw new IllegalStateException("no trace was made up");
    }
    return new Sent(newest, newestFailed, from, until);
  }

  private static List<Found> awaitFound(
      DemoClient client, String query, TraceId wanted, long fromSeconds, long untilSeconds)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      List<Found> found = client.search(query, fromSeconds, untilSeconds, 5);
      if (found.stream().anyMatch(trace -> TraceId.parse(trace.traceId()).equals(wanted))) {
        return found;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "trace " + wanted.toHex() + " was not found by " + query + " within " + PATIENCE);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private void print(String query, List<Found> found) {
    out.println("Search " + query + ", the newest " + found.size());
    for (Found trace : found) {
      out.printf(
          Locale.ROOT,
          "  %32s  %-10s %-20s %6d ms%n",
          trace.traceId(),
          trace.rootService(),
          trace.rootName(),
          trace.durationMillis());
    }
    out.println();
  }

  private static long nanos(Instant instant) {
    return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
  }

  private static long millisSince(long startedNanoTime) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanoTime);
  }
}
