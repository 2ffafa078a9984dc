package io.tempo4j.query.metrics;

import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.traceql.LiteralValue;
import io.tempo4j.traceql.MetricsExpression;
import io.tempo4j.traceql.Pipeline;
import io.tempo4j.traceql.TraceQl;
import io.tempo4j.traceql.TraceQlQuery;
import java.util.ArrayList;
import java.util.List;

/**
 * A metrics query, bound.
 *
 * @param expression what is computed of the functions
 * @param leaves its functions in the order of the text
 * @param axis its buckets of time
 * @param exemplars most exemplars of each function
 */
record MetricsPlan(
    MetricsExpression expression, List<LeafPlan> leaves, TimeAxis axis, int exemplars) {

  /**
   * Parses and binds a query.
   *
   * @throws io.tempo4j.traceql.TraceQlException if it is no TraceQL
   * @throws UnsupportedQueryException if it is no metrics query, or uses what is not evaluated here
   */
  static MetricsPlan of(MetricsRequest request) {
    TraceQlQuery query = TraceQl.parse(request.query());
    return switch (query.statement()) {
      case Pipeline pipeline ->
          throw new UnsupportedQueryException(
              "a query without a metrics function", pipeline.position());
      case MetricsExpression metrics -> {
        List<LeafPlan> leaves = new ArrayList<>();
        collect(metrics, query, leaves);
        if (leaves.size() > MetricsPartialFormat.MAX_LEAVES) {
          throw new UnsupportedQueryException(
              "more than " + MetricsPartialFormat.MAX_LEAVES + " metrics functions",
              metrics.position());
        }
        yield new MetricsPlan(
            metrics, leaves, TimeAxis.of(request), exemplars(query, request) / leaves.size());
      }
    };
  }

  /** A hint asks for fewer exemplars than the request, or for none. */
  private static int exemplars(TraceQlQuery query, MetricsRequest request) {
    return switch (query.hint("exemplars").orElse(null)) {
      case LiteralValue.IntValue number -> Math.clamp(number.value(), 0, request.exemplars());
      case LiteralValue.BoolValue bool -> bool.value() ? request.exemplars() : 0;
      case null, default -> request.exemplars();
    };
  }

  /** Whether row groups may be left out once enough spans were counted. */
  boolean isAdaptive() {
    return leaves.stream().allMatch(leaf -> leaf.sampling().isAdaptive());
  }

  private static void collect(
      MetricsExpression expression, TraceQlQuery query, List<LeafPlan> into) {
    switch (expression) {
      case MetricsExpression.OfPipeline leaf -> into.add(LeafPlan.of(leaf, query));
      case MetricsExpression.Staged staged -> collect(staged.input(), query, into);
      case MetricsExpression.Arithmetic sum -> {
        collect(sum.left(), query, into);
        collect(sum.right(), query, into);
      }
      case MetricsExpression.Constant constant -> {}
    }
  }
}
