package io.tempo4j.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server in a process of its own, as the launcher starts it. */
final class ServerProcess implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 90;
  private static final Pattern READY =
      Pattern.compile("ready: HTTP (\\S+), OTLP gRPC (\\S+), OTLP HTTP ([^\\s\"]+)");

  private final Process process;
  private final Thread reader;
  private final List<String> log = new ArrayList<>();
  private final CompletableFuture<Matcher> ready = new CompletableFuture<>();

  private ServerProcess(Process process) {
    this.process = process;
    this.reader = new Thread(this::read, "server-log");
    reader.setDaemon(true);
    reader.start();
  }

  static ServerProcess start(Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    return new ServerProcess(
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start());
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (log) {
          log.add(line);
        }
        Matcher matcher = READY.matcher(line);
        if (matcher.find()) {
          ready.complete(matcher);
        }
      }
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
    ready.completeExceptionally(new IOException("the server ended:\n" + log()));
  }

  /** Base of the HTTP API, once the server is ready. */
  URI httpUrl() throws InterruptedException, ExecutionException, TimeoutException {
    return URI.create(ready.get(PATIENCE_SECONDS, TimeUnit.SECONDS).group(1));
  }

  /** Base of OTLP over HTTP, once the server is ready. */
  URI otlpHttpUrl() throws InterruptedException, ExecutionException, TimeoutException {
    return URI.create(ready.get(PATIENCE_SECONDS, TimeUnit.SECONDS).group(3));
  }

  /** Everything it printed so far. */
  String log() {
    synchronized (log) {
      return String.join("\n", log);
    }
  }

  /** SIGTERM. */
  void terminate() {
    process.toHandle().destroy(); // Process.destroy would close its output too
  }

  /** SIGKILL. */
  void kill() {
    process.toHandle().destroyForcibly();
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the server does not end:\n" + log());
    }
    reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
    exitCode();
  }
}
