package io.tempo4j.server;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.server.http.BuildInfo;

/** Metrics of the JVM, of the build and, once it is given the registry, of the transport. */
final class ProcessMetrics implements AutoCloseable {

  private final PrometheusMeterRegistry meters;
  private final JvmGcMetrics collections = new JvmGcMetrics();

  ProcessMetrics(PrometheusRegistry registry, BuildInfo build) {
    this.meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, registry, Clock.SYSTEM);
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ClassLoaderMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    new UptimeMetrics().bindTo(meters);
    new FileDescriptorMetrics().bindTo(meters);
    collections.bindTo(meters);
    Info.builder()
        .name("tempo_build_info")
        .help("What is running.")
        .labelNames("version", "revision", "branch", "goversion")
        .register(registry)
        .addLabelValues(build.apiVersion(), build.revision(), "", "java" + Runtime.version());
  }

  /** Where the transport counts. */
  PrometheusMeterRegistry meters() {
    return meters;
  }

  @Override
  public void close() {
    collections.close();
    meters.close();
  }
}
