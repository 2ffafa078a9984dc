package io.tempo4j.server;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The server in a process of its own, started by hand or by the launcher of the distribution. */
public final class ServerProcess implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 300;
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

  /**
   * Starts the server by the distribution's launcher, with the flags and the memory that it
   * chooses.
   *
   * @param heap {@code TEMPO_HEAP}, or empty for the launcher's default
   */
  public static ServerProcess launch(Path folder, String heap, String... arguments)
      throws IOException {
    Path project = Path.of("").toAbsolutePath().getParent();
    Path bin = Files.createDirectories(folder.resolve("dist/bin"));
    Path launcher = bin.resolve("tempo");
    if (!Files.exists(launcher)) {
      Files.copy(project.resolve("tempo-server/src/dist/bin/tempo"), launcher);
      Files.copy(project.resolve("bin/find-jdk.sh"), bin.resolve("find-jdk.sh"));
      classPathJar(Files.createDirectories(folder.resolve("dist/lib")).resolve("tempo.jar"));
    }
    List<String> command = new ArrayList<>(List.of("sh", launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("JAVA_OPTS");
    if (!heap.isEmpty()) {
      builder.environment().put("TEMPO_HEAP", heap);
    }
    return new ServerProcess(builder.start());
  }

  /** A jar that holds nothing but the class path of these tests, for a folder {@code lib}. */
  private static void classPathJar(Path jar) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toUri().toString())
                .collect(Collectors.joining(" ")));
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
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
  public URI httpUrl() throws InterruptedException, ExecutionException, TimeoutException {
    return URI.create(ready.get(PATIENCE_SECONDS, TimeUnit.SECONDS).group(1));
  }

  /** Base of OTLP over HTTP, once the server is ready. */
  public URI otlpHttpUrl() throws InterruptedException, ExecutionException, TimeoutException {
    return URI.create(ready.get(PATIENCE_SECONDS, TimeUnit.SECONDS).group(3));
  }

  /** Everything it printed so far. */
  public String log() {
    synchronized (log) {
      return String.join("\n", log);
    }
  }

  /** SIGTERM. */
  public void terminate() {
    process.toHandle().destroy(); // Process.destroy would close its output too
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Kilobytes of resident memory at its highest, as Linux counts. */
  public long peakResidentKilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  /** SIGKILL. */
  public void kill() {
    process.toHandle().destroyForcibly();
  }

  /** Its exit code, once it has ended. */
  public int exitCode() throws InterruptedException {
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
