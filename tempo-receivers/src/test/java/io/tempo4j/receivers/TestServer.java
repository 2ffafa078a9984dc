package io.tempo4j.receivers;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerPort;
import io.tempo4j.receivers.otlp.OtlpReceiver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A server with both OTLP receivers on free loopback ports, over a fake store. */
public final class TestServer implements AutoCloseable {

  /** The largest request that the server takes by default. */
  public static final int MAX_REQUEST_BYTES = 4 << 20;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final FakeIngest ingest = new FakeIngest();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final SpanIntake intake;
  private final Server server;
  private final int httpPort;
  private final int grpcPort;

  /** Starts one without multi-tenancy. */
  public static TestServer start() {
    return start(TenantResolver.single(), IntakeLimits.DEFAULT);
  }

  /** Starts one. */
  public static TestServer start(TenantResolver tenants, IntakeLimits limits) {
    return new TestServer(
        tenants, limits, settings -> settings.withMaxRequestBytes(MAX_REQUEST_BYTES));
  }

  /** Starts one with other settings. */
  public static TestServer start(
      TenantResolver tenants,
      IntakeLimits limits,
      java.util.function.UnaryOperator<ReceiverSettings> change) {
    return new TestServer(tenants, limits, change);
  }

  private TestServer(
      TenantResolver tenants,
      IntakeLimits limits,
      java.util.function.UnaryOperator<ReceiverSettings> change) {
    intake = new SpanIntake(ingest, tenants, limits, metrics, workers);
    ReceiverSettings settings =
        change.apply(
            ReceiverSettings.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    ServerBuilder builder = Server.builder();
    OtlpReceiver.http(settings, intake).attachTo(builder);
    OtlpReceiver.grpc(settings, intake).attachTo(builder);
    server = builder.build();
    server.start().join();
    List<ServerPort> ports = new ArrayList<>(server.activePorts().values());
    httpPort = ports.get(0).localAddress().getPort();
    grpcPort = ports.get(1).localAddress().getPort();
  }

  /** The store behind the receivers. */
  public FakeIngest ingest() {
    return ingest;
  }

  /** What was counted. */
  public RecordingMetrics metrics() {
    return metrics;
  }

  /** The intake of both receivers. */
  public SpanIntake intake() {
    return intake;
  }

  /** Port of OTLP over HTTP. */
  public int httpPort() {
    return httpPort;
  }

  /** Port of OTLP over gRPC. */
  public int grpcPort() {
    return grpcPort;
  }

  /** Where traces are posted. */
  public URI tracesUri() {
    return URI.create("http://127.0.0.1:" + httpPort + "/v1/traces");
  }

  /** Where gRPC clients connect. */
  public String grpcUri() {
    return "http://127.0.0.1:" + grpcPort;
  }

  /** Forgets what came and what was counted. */
  public void reset() {
    await("requests in flight", () -> intake.requestsInFlight() == 0);
    ingest.reset();
    metrics.reset();
  }

  /** Waits for a condition. */
  public static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("did not happen in " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  @Override
  public void close() {
    // Not awaited: stopping takes Netty two quiet seconds.
    server.closeAsync().whenComplete((done, failure) -> workers.close());
  }
}
