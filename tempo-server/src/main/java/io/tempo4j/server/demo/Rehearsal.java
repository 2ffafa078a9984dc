package io.tempo4j.server.demo;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.server.shop.ShopTraffic;
import io.tempo4j.server.shop.TraceSketch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * Puts a server through what a server does all day, so that its JVM can keep what it learns: which
 * classes there are, which methods are hot and which ways they take. {@code tempo prepare} runs
 * this with a server whose JVM writes an AOT cache when it ends (JEP 514 and 515).
 *
 * <p>Exporters send over HTTP, with and without compression, and over gRPC, while heads fill and
 * become blocks; then a reader asks for traces, searches, series, tags and values, several times.
 * The server has a process of its own: what this client loads and repeats is not what a server
 * should remember.
 */
final class Rehearsal {

  private static final int EXPORTERS = 4;
  private static final int REQUESTS_PER_EXPORTER = 100;
  private static final int QUERY_ROUNDS = 3;
  private static final int TRACES_PER_REQUEST = 40;
  private static final long TRACE_STEP_NANOS = 1_000_000;
  private static final long WINDOW_SECONDS = 600;

  private final RehearsedServer server;
  private final Instant from;
  private final int requestsPerExporter;
  private final int queryRounds;

  Rehearsal(RehearsedServer server, Instant from, int requestsPerExporter, int queryRounds) {
    this.server = server;
    this.from = from;
    this.requestsPerExporter = requestsPerExporter;
    this.queryRounds = queryRounds;
  }

  /**
   * Runs a rehearsal and ends the process: with 0 if all went well.
   *
   * @param args a folder for everything that comes into being, and the words of the command that
   *     starts the server
   */
  public static void main(String[] args) {
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    List<String> words = List.of(args);
    try (RehearsedServer server =
        RehearsedServer.start(
            Path.of(words.getFirst()).toAbsolutePath(), words.subList(1, words.size()))) {
      new Rehearsal(server, Instant.now(), REQUESTS_PER_EXPORTER, QUERY_ROUNDS).run();
      server.stop();
    } catch (IOException | ExecutionException | InterruptedException e) {
      System.err.println("tempo: the rehearsal failed: " + e.getMessage());
      System.exit(1);
    }
  }

  void run() throws IOException, InterruptedException, ExecutionException {
    List<Callable<String>> exporters = new ArrayList<>();
    for (int i = 0; i < EXPORTERS; i++) {
      long seed = i;
      exporters.add(() -> export(seed));
    }
    List<String> traceIds = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(EXPORTERS)) {
      for (Future<String> exported : threads.invokeAll(exporters)) {
        traceIds.add(exported.get());
      }
    }
    long start = from.getEpochSecond();
    try (DemoClient client = server.client();
        GrpcClient grpc = server.grpc()) {
      RehearsedReader reader = new RehearsedReader(client, grpc, start, start + WINDOW_SECONDS);
      // From heads, then from blocks.
      read(reader, traceIds);
      client.flush();
      read(reader, traceIds);
    }
  }

  /** Sends what one exporter sends; the id of its last trace. */
  private String export(long seed) throws IOException, InterruptedException {
    ShopTraffic traffic = new ShopTraffic(seed);
    long startNanos = TimeUnit.SECONDS.toNanos(from.getEpochSecond());
    String lastId = "";
    try (Exporter exporter = server.exporter()) {
      for (int sent = 0; sent < requestsPerExporter; sent++) {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        for (int i = 0; i < TRACES_PER_REQUEST; i++) {
          startNanos += TRACE_STEP_NANOS;
          TraceSketch trace = traffic.next(startNanos);
          request.addAllResourceSpans(trace.resourceSpans());
          lastId = trace.traceId().toHex();
        }
        exporter.send(request.build(), wayOf(sent));
      }
    }
    return lastId;
  }

  /** Most requests come uncompressed over HTTP or gRPC. */
  private static Exporter.Way wayOf(int request) {
    return switch (request % 8) {
      case 3 -> Exporter.Way.HTTP_GZIP;
      case 5, 7 -> Exporter.Way.GRPC;
      default -> Exporter.Way.HTTP;
    };
  }

  private void read(RehearsedReader reader, List<String> traceIds)
      throws IOException, InterruptedException {
    for (int round = 0; round < queryRounds; round++) {
      reader.ask(traceIds);
    }
  }
}
