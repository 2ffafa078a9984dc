package io.tempo4j.server;

import io.tempo4j.server.config.ConfigException;
import io.tempo4j.server.config.ConfigLoader;
import io.tempo4j.server.config.EffectiveConfig;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.server.http.BuildInfo;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The command line of the server. */
@Command(
    name = "tempo",
    sortOptions = false,
    separator = "=",
    description = {
      "Stores traces that come in by OTLP and answers Tempo's HTTP API.",
      "Without a configuration file: HTTP on 127.0.0.1:3200, OTLP on localhost:4317 (gRPC) and"
          + " localhost:4318 (HTTP), data under ./tempo-data.",
      ""
    },
    footer = {"", "tempo demo  starts the same with generated traffic to look at."})
public final class Main {

  private static final int EXIT_OK = 0;
  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;

  /**
   * Beyond the time that the configuration gives: what is waited for ends by itself within that.
   */
  private static final Duration GRACE = Duration.ofSeconds(5);

  @Option(
      names = {"-config.file", "--config.file"},
      paramLabel = "FILE",
      description = "Reads the configuration from this YAML file.")
  private @Nullable Path configFile;

  @Option(
      names = {"-config.expand-env", "--config.expand-env"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Replaces $${NAME} and $${NAME:-default} in the file by the environment.")
  private boolean expandEnvironment;

  @Option(
      names = {"-config.verify", "--config.verify"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Checks the configuration, prints what results from it, and exits.")
  private boolean verify;

  @Option(
      names = {"-target", "--target"},
      paramLabel = "ROLE",
      description = "The part to play; all is the only one.")
  private @Nullable String target;

  @Option(
      names = {"-mem-ballast-size-mbs", "--mem-ballast-size-mbs"},
      hidden = true,
      description = "Accepted because deployments made for Tempo give it; means nothing here.")
  private @Nullable String ignoredBallast;

  @Option(
      names = {"-version", "--version"},
      description = "Prints the version and exits.")
  private boolean version;

  @Option(
      names = {"-h", "-help", "--help"},
      usageHelp = true,
      description = "Prints this and exits.")
  private boolean help;

  private final PrintStream out;
  private final PrintStream err;
  private @Nullable TempoServer running;

  Main(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Starts the server; it ends by a signal. */
  public static void main(String[] args) {
    start(args);
  }

  /**
   * Starts the server, which ends by a signal, and returns it. Ends the process if there is no
   * server to start: the arguments ask for something else, or are wrong, or it cannot start.
   */
  public static TempoServer start(String... args) {
    // Until the configuration is read: without any of ours, the log prints all that there is.
    Logging.configure(new TempoConfig.Log(TempoConfig.LogLevel.INFO, TempoConfig.LogFormat.LOGFMT));
    Main main = new Main(System.out, System.err);
    int exitCode = main.run(args);
    TempoServer started = main.running;
    if (started == null) {
      System.exit(exitCode);
      throw new AssertionError("the process has ended");
    }
    return started;
  }

  /** Does what the arguments say; the exit code, or -1 if a server runs now. */
  int run(String... args) {
    CommandLine commandLine = new CommandLine(this);
    try {
      commandLine.parseArgs(args);
    } catch (ParameterException e) {
      err.println("tempo: " + e.getMessage() + "; tempo -h lists the options");
      return EXIT_USAGE;
    }
    if (help) {
      commandLine.usage(out);
      return EXIT_OK;
    }
    BuildInfo build = BuildInfo.load();
    if (version) {
      out.println("tempo4j " + build.version() + " (Tempo API " + build.apiVersion() + ")");
      out.println("java " + Runtime.version());
      return EXIT_OK;
    }
    ConfigLoader.Loaded loaded;
    try {
      loaded = load();
      TempoServer.verify(loaded.config());
    } catch (ConfigException | StartException e) {
      err.println("tempo: the configuration cannot be used:");
      err.println(e.getMessage());
      return EXIT_FAILED;
    }
    if (verify) {
      loaded.warnings().forEach(warning -> err.println("warning: " + warning));
      out.print(EffectiveConfig.toYaml(loaded.config()));
      return EXIT_OK;
    }
    return serve(loaded);
  }

  private ConfigLoader.Loaded load() throws ConfigException {
    if (target != null) {
      ConfigLoader.checkTarget(target);
    }
    if (configFile == null) {
      return ConfigLoader.embedded();
    }
    return expandEnvironment
        ? ConfigLoader.expandedFile(configFile, System::getenv)
        : ConfigLoader.file(configFile);
  }

  private int serve(ConfigLoader.Loaded loaded) {
    Logging.configure(loaded.config().log());
    Logger log = LoggerFactory.getLogger(Main.class);
    loaded.warnings().forEach(log::warn);
    if (ignoredBallast != null) {
      log.warn("-mem-ballast-size-mbs has no effect here");
    }
    TempoServer server;
    try {
      server = TempoServer.start(loaded.config());
    } catch (StartException e) {
      log.error("cannot start: {}", e.getMessage());
      log.debug("cannot start", e);
      return EXIT_FAILED;
    }
    Duration patience = loaded.config().http().gracefulShutdownTimeout().plus(GRACE);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, patience, log), "shutdown"));
    running = server;
    server.warmUp();
    return -1;
  }

  /** Ends the process itself: a JVM that ends by a signal has an exit code of its own otherwise. */
  private static void stop(TempoServer server, Duration patience, Logger log) {
    int[] exitCode = {EXIT_FAILED};
    Thread closing =
        new Thread(
            () -> {
              try {
                server.close();
                exitCode[0] = EXIT_OK;
              } catch (Exception e) {
                log.error("stopping failed", e);
              }
            },
            "closing");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(patience.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (closing.isAlive()) {
      log.error(
          "stopping took longer than {} s; what was not flushed is in the log of the next start",
          patience.toSeconds());
    }
    Runtime.getRuntime().halt(exitCode[0]);
  }
}
