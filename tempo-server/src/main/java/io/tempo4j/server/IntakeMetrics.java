package io.tempo4j.server;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.engine.AppendResult;
import io.tempo4j.model.TenantId;
import io.tempo4j.receivers.ReceiverMetrics;
import io.tempo4j.receivers.ReceiverTransport;
import io.tempo4j.receivers.RequestOutcome;
import io.tempo4j.receivers.SpanIntake;
import java.util.Locale;

/** Counts what receivers do under the names that Tempo's dashboards know. */
final class IntakeMetrics implements ReceiverMetrics {

  private final PrometheusRegistry registry;
  private final Counter requests;
  private final Counter wireBytes;
  private final Counter spans;
  private final Counter bytes;
  private final Counter discarded;
  private final Gauge accepted;
  private final Gauge refused;

  IntakeMetrics(PrometheusRegistry registry) {
    this.registry = registry;
    this.requests =
        Counter.builder()
            .name("tempo_receiver_requests_total")
            .help("Requests to receivers by how they ended.")
            .labelNames("receiver", "transport", "outcome")
            .register(registry);
    this.wireBytes =
        Counter.builder()
            .name("tempo_receiver_wire_bytes_total")
            .help("Bytes of request bodies as they came, compressed or not.")
            .labelNames("receiver", "transport")
            .register(registry);
    this.spans =
        Counter.builder()
            .name("tempo_distributor_spans_received_total")
            .help("Spans that were read and understood.")
            .labelNames("tenant")
            .register(registry);
    this.bytes =
        Counter.builder()
            .name("tempo_distributor_bytes_received_total")
            .help("Bytes of OTLP protobuf, decompressed.")
            .labelNames("tenant")
            .register(registry);
    this.discarded =
        Counter.builder()
            .name("tempo_discarded_spans_total")
            .help("Spans that were received and not kept.")
            .labelNames("reason", "tenant")
            .register(registry);
    // Counters in truth. Dashboards know them without the suffix that a counter would get here.
    this.accepted =
        Gauge.builder()
            .name("tempo_receiver_accepted_spans")
            .help("Spans that were taken, since the start.")
            .labelNames("receiver", "transport")
            .register(registry);
    this.refused =
        Gauge.builder()
            .name("tempo_receiver_refused_spans")
            .help("Spans that were not taken, since the start.")
            .labelNames("receiver", "transport")
            .register(registry);
  }

  /** Shows what is in flight. */
  void watch(SpanIntake intake) {
    GaugeWithCallback.builder()
        .name("tempo_receiver_inflight_requests")
        .help("Requests to receivers that are not answered yet.")
        .callback(callback -> callback.call(intake.requestsInFlight()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("tempo_receiver_inflight_bytes")
        .help("Bytes of requests to receivers that are not answered yet.")
        .callback(callback -> callback.call(intake.bytesInFlight()))
        .register(registry);
  }

  @Override
  public void request(ReceiverTransport transport, RequestOutcome outcome, long bodyBytes) {
    requests
        .labelValues(
            transport.receiver(), transport.transport(), outcome.name().toLowerCase(Locale.ROOT))
        .inc();
    wireBytes.labelValues(transport.receiver(), transport.transport()).inc(bodyBytes);
  }

  @Override
  public void taken(
      ReceiverTransport transport, TenantId tenant, AppendResult result, long messageBytes) {
    accepted.labelValues(transport.receiver(), transport.transport()).inc(result.acceptedSpans());
    spans.labelValues(tenant.value()).inc(result.acceptedSpans());
    bytes.labelValues(tenant.value()).inc(messageBytes);
    result
        .rejections()
        .forEach((reason, count) ->
            discarded(transport, tenant, reason.name().toLowerCase(Locale.ROOT), count));
  }

  @Override
  public void refused(
      ReceiverTransport transport,
      TenantId tenant,
      RequestOutcome outcome,
      int refusedSpans,
      long messageBytes) {
    bytes.labelValues(tenant.value()).inc(messageBytes);
    discarded(transport, tenant, reason(outcome), refusedSpans);
  }

  private void discarded(ReceiverTransport transport, TenantId tenant, String reason, int count) {
    if (count > 0) {
      spans.labelValues(tenant.value()).inc(count);
      refused.labelValues(transport.receiver(), transport.transport()).inc(count);
      discarded.labelValues(reason, tenant.value()).inc(count);
    }
  }

  /** Tempo's words, where it has one. */
  private static String reason(RequestOutcome outcome) {
    return switch (outcome) {
      case OVERLOADED -> "rate_limited";
      case UNAVAILABLE, INTERNAL -> "internal_error";
      default -> outcome.name().toLowerCase(Locale.ROOT);
    };
  }
}
