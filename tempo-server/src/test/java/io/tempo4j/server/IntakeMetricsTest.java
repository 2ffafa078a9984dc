package io.tempo4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.tempo4j.engine.AppendResult;
import io.tempo4j.model.TenantId;
import io.tempo4j.otlp.RejectionReason;
import io.tempo4j.receivers.ReceiverTransport;
import io.tempo4j.receivers.RequestOutcome;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class IntakeMetricsTest {

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final IntakeMetrics metrics = new IntakeMetrics(registry);

  /** The counter's values by their first label. */
  private Map<String, Double> counted(String name) {
    Map<String, Double> values = new TreeMap<>();
    for (MetricSnapshot metric : registry.scrape(name::equals)) {
      for (var point : ((CounterSnapshot) metric).getDataPoints()) {
        values.put(point.getLabels().getValue(0), point.getValue());
      }
    }
    return values;
  }

  @Test
  void spansThatAreNotKeptAreCountedByTheReason() {
    metrics.taken(
        ReceiverTransport.OTLP_HTTP,
        TenantId.SINGLE,
        new AppendResult(
            10,
            Map.of(
                RejectionReason.INVALID_TRACE_ID, 1,
                RejectionReason.INVALID_SPAN_ID, 2,
                RejectionReason.INVALID_PARENT_SPAN_ID, 3),
            "why"),
        500);
    int spans = 4;
    for (RequestOutcome outcome :
        new RequestOutcome[] {
          RequestOutcome.OVERLOADED,
          RequestOutcome.UNAVAILABLE,
          RequestOutcome.INTERNAL,
          RequestOutcome.INVALID,
          RequestOutcome.TOO_LARGE
        }) {
      metrics.refused(ReceiverTransport.OTLP_GRPC, TenantId.SINGLE, outcome, spans++, 100);
    }

    assertThat(counted("tempo_discarded_spans"))
        .isEqualTo(
            Map.of(
                "invalid_trace_id", 1.0,
                "invalid_span_id", 2.0,
                "invalid_parent_span_id", 3.0,
                "rate_limited", 4.0,
                "internal_error", 11.0,
                "invalid", 7.0,
                "too_large", 8.0));
    assertThat(counted("tempo_distributor_spans_received"))
        .isEqualTo(Map.of(TenantId.SINGLE.value(), 46.0));
    assertThat(counted("tempo_distributor_bytes_received"))
        .isEqualTo(Map.of(TenantId.SINGLE.value(), 1000.0));
  }
}
