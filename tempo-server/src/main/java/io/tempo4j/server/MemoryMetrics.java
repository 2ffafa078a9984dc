package io.tempo4j.server;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.memory.MemoryPlan;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Shows what is held of each budget, and what may be. */
final class MemoryMetrics {

  private final List<ByteBudget> budgets;
  private final PrometheusRegistry registry;

  private MemoryMetrics(MemoryPlan plan, PrometheusRegistry registry) {
    this.registry = registry;
    budgets =
        List.of(
            plan.heap(),
            plan.heads(),
            plan.flush(),
            plan.reads(),
            plan.cache(),
            plan.queries(),
            plan.requests(),
            plan.indexes(),
            plan.direct(),
            plan.answers());
  }

  static void register(MemoryPlan plan, PrometheusRegistry registry) {
    MemoryMetrics metrics = new MemoryMetrics(plan, registry);
    metrics.gauge("tempo_memory_held_bytes", "Bytes held of a budget.", ByteBudget::heldBytes);
    metrics.gauge("tempo_memory_limit_bytes", "Most bytes of a budget.", ByteBudget::limitBytes);
  }

  private void gauge(String name, String help, ToDoubleFunction<ByteBudget> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("budget")
        .callback(callback ->
            budgets.forEach(budget ->
                callback.call(value.applyAsDouble(budget), budget.name().replace(' ', '_'))))
        .register(registry);
  }
}
