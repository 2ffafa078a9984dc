package io.tempo4j.server.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, on free ports of the loopback, with its data in a folder. */
final class RehearsedServer implements AutoCloseable {

  private static final String CONFIGURATION =
      """
      server: {http_listen_address: 127.0.0.1, http_listen_port: 0}
      distributor:
        receivers:
          otlp:
            protocols:
              grpc: {endpoint: "127.0.0.1:0"}
              http: {endpoint: "127.0.0.1:0"}
      storage:
        trace:
          backend: local
          local: {path: "%1$s/blocks"}
          wal: {path: "%1$s/wal"}
      """;
  private static final Pattern READY =
      Pattern.compile("ready: HTTP (\\S+), OTLP gRPC (\\S+), OTLP HTTP ([^\\s\"]+)");
  private static final long PATIENCE_SECONDS = 120;
  private static final long POLL_MILLIS = 50;

  private final Process process;
  private final Path log;
  private final URI api;
  private final URI otlpGrpc;
  private final URI otlpHttp;

  private RehearsedServer(Process process, Path log, Matcher ready) {
    this.process = process;
    this.log = log;
    this.api = URI.create(ready.group(1));
    this.otlpGrpc = URI.create(ready.group(2));
    this.otlpHttp = URI.create(ready.group(3));
  }

  /**
   * Starts a server and returns when it is ready.
   *
   * @param folder for its configuration, data and log
   * @param command starts it when the name of a configuration file is appended
   * @throws IOException if it ends or is not ready in time; it does not run then
   */
  static RehearsedServer start(Path folder, List<String> command)
      throws IOException, InterruptedException {
    Path configuration = folder.resolve("rehearsal.yaml");
    Files.writeString(configuration, CONFIGURATION.formatted(folder));
    List<String> words = new ArrayList<>(command);
    words.add("-config.file=" + configuration);
    Path log = folder.resolve("server.log");
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean started = false;
    try {
      RehearsedServer server = new RehearsedServer(process, log, awaitReady(process, log));
      started = true;
      return server;
    } finally {
      if (!started) {
        process.destroyForcibly();
      }
    }
  }

  private static Matcher awaitReady(Process process, Path log)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (process.isAlive() && System.nanoTime() < deadline) {
      Matcher ready = READY.matcher(Files.readString(log));
      if (ready.find()) {
        return ready;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    throw new IOException("the server did not start:\n" + Files.readString(log));
  }

  DemoClient client() {
    return new DemoClient(otlpHttp, api);
  }

  /** Calls the services of the port of the query API. */
  GrpcClient grpc() {
    return new GrpcClient(api);
  }

  Exporter exporter() {
    return new Exporter(otlpHttp, otlpGrpc);
  }

  /**
   * Ends the server by the signal that ends servers, and waits for it.
   *
   * @throws IOException if it does not end well
   */
  void stop() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException("the server did not end well:\n" + Files.readString(log));
    }
  }

  /** Kills it if it still runs. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
