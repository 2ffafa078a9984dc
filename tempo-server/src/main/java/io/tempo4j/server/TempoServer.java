package io.tempo4j.server;

import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.engine.TraceStore;
import io.tempo4j.engine.TraceStoreOptions;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.receivers.IntakeLimits;
import io.tempo4j.receivers.ReceiverSettings;
import io.tempo4j.receivers.SpanIntake;
import io.tempo4j.receivers.TenantResolver;
import io.tempo4j.receivers.otlp.OtlpReceiver;
import io.tempo4j.server.config.HostPort;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.server.grpc.GrpcApi;
import io.tempo4j.server.http.BuildInfo;
import io.tempo4j.server.http.HttpApi;
import io.tempo4j.server.http.ServerState;
import io.tempo4j.server.http.StoreBackend;
import io.tempo4j.server.http.WarmUp;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: the HTTP API, receivers, and the store between them.
 *
 * <p>It starts from the inside of the API outwards: the API answers first, so that {@code /ready}
 * can say that the log is being replayed; receivers open when the store can take spans. It stops in
 * the opposite order.
 *
 * <p>Thread-safe. {@link #close} flushes the store and gives every port, thread and folder back.
 */
public final class TempoServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TempoServer.class);

  private static final long LEAST_BYTES_IN_FLIGHT = 64L << 20;

  // As much as is read from a socket at a time, so that a body is passed on as it was read and not
  // in eight times as many pieces.
  private static final int MAX_PIECE_BYTES = 64 << 10;

  private static final long HEAP_BYTES_PER_CONNECTION = 128 << 10;
  private static final long LEAST_CONNECTIONS = 512;
  private static final long MOST_CONNECTIONS = 65_536;
  private static final long MAX_STREAMS_PER_CONNECTION = 1_000;

  private static final Duration LEAST_TIME_TO_FLUSH = Duration.ofSeconds(1);

  /** Stops one part. */
  private interface Part {
    void stop() throws Exception;
  }

  private final TempoConfig config;
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ServerState state = new ServerState();
  private final BuildInfo build = BuildInfo.load();
  private final Deque<Part> parts = new ArrayDeque<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private @Nullable TraceStore store;
  private @Nullable WarmUp warmUp;
  private volatile long stopEndNanos;
  private @Nullable URI httpUrl;
  private @Nullable URI otlpHttpUrl;
  private @Nullable URI otlpGrpcUrl;

  private TempoServer(TempoConfig config) {
    this.config = config;
  }

  /**
   * Starts a server and returns when it is ready.
   *
   * @throws StartException if a port, a folder or the object store cannot be used; nothing runs
   *     then
   */
  public static TempoServer start(TempoConfig config) throws StartException {
    TempoServer server = new TempoServer(config);
    try {
      server.startParts();
      return server;
    } catch (StartException e) {
      server.stopParts(e);
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      StartException failure = new StartException(String.valueOf(e.getMessage()), e);
      server.stopParts(failure);
      throw failure;
    }
  }

  /**
   * Checks of a configuration what can be known without opening anything.
   *
   * @throws StartException if no server can start with it, wherever it is
   */
  static void verify(TempoConfig config) throws StartException {
    if (config.storage().backend() == TempoConfig.Backend.S3) {
      try {
        S3Blocks.settings(config.storage().s3());
      } catch (IllegalArgumentException e) {
        throw new StartException("storage.trace.s3: " + e.getMessage(), e);
      }
    }
  }

  private void startParts() throws IOException {
    ProcessMetrics metrics = new ProcessMetrics(registry, build);
    parts.push(metrics::close);
    EventLoopGroup eventLoops =
        EventLoopGroups.newEventLoopGroup(
            Math.max(2, Runtime.getRuntime().availableProcessors()), "tempo-io", true);
    // Everything that used the loops is gone when they stop: no need to be quiet first.
    parts.push(() -> eventLoops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync());

    // The store outlives the API, so that what is asked while it flushes is still answered.
    parts.push(this::closeStore);
    MemoryPlan memory = ProcessMemory.plan();
    MemoryMetrics.register(memory, registry);
    HttpApi api = new HttpApi(state, config, build, registry, memory);
    parts.push(() -> api.close(config.http().gracefulShutdownTimeout()));
    ServerBuilder http =
        builder(eventLoops, metrics)
            .http(address(config.http().listen(), "the HTTP API"))
            .errorHandler(
                new ProtocolErrors(
                    config.http().maxHeaderBytes(), OptionalInt.of(maxRequestLineBytes())))
            .http1MaxInitialLineLength(maxRequestLineBytes())
            // In HTTP/2 the path is one of the headers.
            .http2MaxHeaderListSize((long) maxRequestLineBytes() + config.http().maxHeaderBytes())
            .idleTimeout(config.http().idleTimeout())
            .requestTimeoutMillis(0);
    api.attachTo(http);
    config.http().cors().ifPresent(cors -> http.decorator(CrossOrigin.queries(cors)));
    new GrpcApi(api.answers(), config.queries()).attachTo(http);
    Server httpServer = listen(http, "the HTTP API", config.http().listen().toString());
    parts.push(() -> stopAll(List.of(httpServer)));
    parts.push(() -> api.drain(timeLeft()));
    httpUrl = url(config.http().listen(), httpServer.activeLocalPort());

    TraceStoreOptions options = EngineStore.options(config);
    TraceStore opened = EngineStore.open(config, options, memory, registry);
    store = opened;
    parts.push(() -> opened.flush(timeLeft()));
    startReceivers(eventLoops, metrics, opened, memory);

    state.ready(new StoreBackend(opened, options.maxTraceBytes()));
    WarmUp warming = new WarmUp(config.queries(), memory);
    warmUp = warming;
    parts.push(() -> warming.end(timeLeft()));
    // Last, so that it is the first to know of the end.
    parts.push(state::stopping);
    LOG.info(
        "ready: HTTP {}, OTLP gRPC {}, OTLP HTTP {}",
        httpUrl,
        otlpGrpcUrl == null ? "off" : otlpGrpcUrl,
        otlpHttpUrl == null ? "off" : otlpHttpUrl);
  }

  /** A query stands in the request's line, each of its bytes perhaps as three. */
  private int maxRequestLineBytes() {
    return (int)
        Math.min(Integer.MAX_VALUE, 3L * config.queries().maxExpressionBytes() + (16 << 10));
  }

  private void closeStore() throws IOException {
    if (store != null) {
      store.close(timeLeft());
    }
  }

  /** How long the stop may still take, and never so little that nothing could be written. */
  private Duration timeLeft() {
    Duration left = Duration.ofNanos(stopEndNanos - System.nanoTime());
    return left.compareTo(LEAST_TIME_TO_FLUSH) < 0 ? LEAST_TIME_TO_FLUSH : left;
  }

  private void startReceivers(
      EventLoopGroup eventLoops, ProcessMetrics metrics, TraceStore target, MemoryPlan memory)
      throws IOException {
    TempoConfig.Receivers receivers = config.receivers();
    if (receivers.otlpGrpc().isEmpty() && receivers.otlpHttp().isEmpty()) {
      return;
    }
    ThreadPoolExecutor workers = workers();
    parts.push(() -> {
      workers.shutdown();
      workers.awaitTermination(5, TimeUnit.SECONDS);
    });
    IntakeMetrics intakeMetrics = new IntakeMetrics(registry);
    SpanIntake intake =
        new SpanIntake(
            target,
            config.multitenancyEnabled() ? TenantResolver.fromHeader() : TenantResolver.single(),
            intakeLimits(receivers),
            memory.requests(),
            intakeMetrics,
            workers);
    intakeMetrics.watch(intake);
    List<Server> servers = new ArrayList<>();
    parts.push(() -> stopAll(servers));
    // First of all: what comes from now on is refused with a hint, what came before is answered.
    parts.push(() -> {
      intake.refuseNew();
      if (!intake.awaitAnswered(timeLeft())) {
        LOG.warn("some requests were not answered within graceful_shutdown_timeout");
      }
    });
    if (receivers.otlpGrpc().isPresent()) {
      TempoConfig.Otlp grpc = receivers.otlpGrpc().get();
      ServerBuilder builder = builder(eventLoops, metrics);
      OtlpReceiver.grpc(settings(grpc, "OTLP over gRPC"), intake).attachTo(builder);
      Server server = listen(builder, "OTLP over gRPC", grpc.listen().toString());
      servers.add(server);
      otlpGrpcUrl = url(grpc.listen(), server.activeLocalPort());
    }
    if (receivers.otlpHttp().isPresent()) {
      TempoConfig.Otlp http = receivers.otlpHttp().get();
      ServerBuilder builder = builder(eventLoops, metrics);
      OtlpReceiver.http(settings(http, "OTLP over HTTP"), intake).attachTo(builder);
      http.cors().ifPresent(cors -> builder.decorator(CrossOrigin.spans(cors)));
      Server server = listen(builder, "OTLP over HTTP", http.listen().toString());
      servers.add(server);
      otlpHttpUrl = url(http.listen(), server.activeLocalPort());
    }
  }

  /** As many as wait for the disk at a time; more do not decode faster. */
  private static ThreadPoolExecutor workers() {
    int threads = 4 * Math.max(2, Runtime.getRuntime().availableProcessors());
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor workers =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "intake-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    workers.allowCoreThreadTimeOut(true);
    return workers;
  }

  /** A compressed request and what comes out of it are in flight together. */
  private static IntakeLimits intakeLimits(TempoConfig.Receivers receivers) {
    long largest =
        Math.max(
            receivers.otlpGrpc().map(TempoConfig.Otlp::maxRequestBytes).orElse(0),
            receivers.otlpHttp().map(TempoConfig.Otlp::maxRequestBytes).orElse(0));
    return new IntakeLimits(
        IntakeLimits.DEFAULT.maxRequests(),
        Math.max(LEAST_BYTES_IN_FLIGHT, 2 * largest),
        IntakeLimits.DEFAULT.retryAfter());
  }

  private ReceiverSettings settings(TempoConfig.Otlp otlp, String what) throws StartException {
    return ReceiverSettings.at(address(otlp.listen(), what))
        .withMaxRequestBytes(otlp.maxRequestBytes())
        .withMinBytesPerSecond(config.http().minBodyBytesPerSecond());
  }

  private ServerBuilder builder(EventLoopGroup eventLoops, ProcessMetrics metrics) {
    // Quiet for a moment is enough: requests in flight are waited for anyway.
    Duration timeout = config.http().gracefulShutdownTimeout();
    Duration quiet = Duration.ofMillis(Math.min(10, timeout.toMillis()));
    return Server.builder()
        .workerGroup(eventLoops, false)
        .errorHandler(new ProtocolErrors(config.http().maxHeaderBytes(), OptionalInt.empty()))
        .http1MaxChunkSize(MAX_PIECE_BYTES)
        .maxNumConnections(maxConnections())
        .http2MaxStreamsPerConnection(MAX_STREAMS_PER_CONNECTION)
        .http1MaxHeaderSize(config.http().maxHeaderBytes())
        .http2MaxHeaderListSize(config.http().maxHeaderBytes())
        .meterRegistry(metrics.meters())
        .gracefulShutdownTimeout(quiet, timeout);
  }

  private Server listen(ServerBuilder builder, String what, String where) throws StartException {
    Server server = builder.build();
    try {
      server.start().join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new StartException(
          "cannot listen on " + where + " for " + what + ": " + cause.getMessage(), cause);
    }
    return server;
  }

  /** A connection takes some tens of KiB of the heap, with what it waits for. */
  private int maxConnections() {
    int configured = config.http().maxConnections();
    if (configured > 0) {
      return configured;
    }
    long bearable = Runtime.getRuntime().maxMemory() / HEAP_BYTES_PER_CONNECTION;
    return (int) Math.clamp(bearable, LEAST_CONNECTIONS, MOST_CONNECTIONS);
  }

  /** Together, since each takes a moment that has nothing to do with the others. */
  private static void stopAll(List<Server> servers) {
    CompletableFuture.allOf(servers.stream().map(Server::stop).toArray(CompletableFuture[]::new))
        .join();
  }

  private static InetSocketAddress address(HostPort listen, String what) throws StartException {
    InetSocketAddress address = listen.toSocketAddress();
    if (address.isUnresolved()) {
      throw new StartException(
          "cannot listen on " + listen + " for " + what + ": the host name is unknown", null);
    }
    return address;
  }

  private static URI url(HostPort listen, int port) {
    boolean everywhere = listen.host().isEmpty() || listen.host().equals("0.0.0.0");
    return URI.create("http://" + new HostPort(everywhere ? "127.0.0.1" : listen.host(), port));
  }

  /**
   * Begins to compile what answers queries, unless the configuration says not to, and returns at
   * once. For a process that does nothing else: it costs some seconds of one processor.
   */
  void warmUp() {
    if (warmUp != null && config.queries().isWarmedUp()) {
      warmUp.begin();
    }
  }

  /** Base of the HTTP API, as seen from this machine. */
  public URI httpUrl() {
    return Objects.requireNonNull(httpUrl);
  }

  /** Base of OTLP over HTTP, as seen from this machine, if it is on. */
  public Optional<URI> otlpHttpUrl() {
    return Optional.ofNullable(otlpHttpUrl);
  }

  /** Target of OTLP over gRPC, as seen from this machine, if it is on. */
  public Optional<URI> otlpGrpcUrl() {
    return Optional.ofNullable(otlpGrpcUrl);
  }

  /**
   * Stops receiving, flushes, stops answering. Closing again does nothing.
   *
   * @throws IOException if what is recent could not be flushed; it is in the log of the next start
   */
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    LOG.info("stopping");
    IOException failure = new IOException("the server did not stop as it should");
    stopParts(failure);
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
    LOG.info("stopped");
  }

  private void stopParts(Exception failure) {
    closed.set(true);
    stopEndNanos = System.nanoTime() + config.http().gracefulShutdownTimeout().toNanos();
    while (!parts.isEmpty()) {
      try {
        parts.pop().stop();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failure.addSuppressed(e);
      } catch (Exception e) {
        failure.addSuppressed(e);
      }
    }
  }
}
