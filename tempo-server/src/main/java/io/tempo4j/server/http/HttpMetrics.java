package io.tempo4j.server.http;

import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import io.tempo4j.model.TenantId;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Counts requests and their time under the names that Tempo's dashboards know. */
public final class HttpMetrics {

  private static final String GRPC_STATUS = "grpc-status";

  private final PrometheusRegistry registry;
  private final Histogram duration;
  private final Counter queries;

  /** Registers the metrics. */
  public HttpMetrics(PrometheusRegistry registry) {
    this.registry = registry;
    this.duration =
        Histogram.builder()
            .name("tempo_request_duration_seconds")
            .unit(Unit.SECONDS)
            .help("Time spent serving HTTP requests.")
            .labelNames("method", "route", "status_code", "ws")
            .classicUpperBounds(.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25, 50, 100)
            .register(registry);
    this.queries =
        Counter.builder()
            .name("tempo_query_frontend_queries_total")
            .help("Queries by how they ended.")
            .labelNames("tenant", "op", "result")
            .register(registry);
  }

  /** Counts a query that ran to its end. */
  void query(TenantId tenant, String operation, String result) {
    queries.labelValues(tenant.value(), operation, result).inc();
  }

  /** Measures every request of a service under the name of its route. */
  public Function<? super HttpService, HttpService> timed(String route) {
    return service ->
        (context, request) -> {
          observeWhenComplete(context, route);
          return service.serve(context, request);
        };
  }

  /** Measures every call of a gRPC service under the name of its method. */
  Function<? super HttpService, HttpService> timedCalls() {
    return service ->
        (context, request) -> {
          context
              .log()
              .whenComplete()
              .thenAccept(log -> observe(log, "gRPC", request.path(), callStatus(log)))
              .exceptionally(e -> null);
          return service.serve(context, request);
        };
  }

  private static String callStatus(RequestLog log) {
    String status =
        log.responseTrailers()
            .get(GRPC_STATUS, log.responseHeaders().get(GRPC_STATUS, "no status: reset"));
    return switch (status) {
      case "0" -> "success";
      case "1", "no status: reset" -> "cancel";
      default -> "error";
    };
  }

  private void observeWhenComplete(ServiceRequestContext context, String route) {
    context
        .log()
        .whenComplete()
        .thenAccept(log ->
            observe(
                log,
                log.requestHeaders().method().name(),
                route,
                log.responseHeaders().status().codeAsText()))
        .exceptionally(e -> null);
  }

  private void observe(RequestLog log, String method, String route, String status) {
    duration
        .labelValues(method, route, status, "false")
        .observe(log.totalDurationNanos() / (double) TimeUnit.SECONDS.toNanos(1));
  }

  /** Shows how busy the pool is. */
  void watch(QueryPool pool) {
    GaugeWithCallback.builder()
        .name("tempo_query_frontend_queue_length")
        .help("Queries that wait for a thread.")
        .callback(callback -> callback.call(pool.waiting()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("tempo_querier_inflight_queries")
        .help("Queries that run.")
        .callback(callback -> callback.call(pool.running()))
        .register(registry);
  }
}
