package io.tempo4j.query.metrics;

import io.tempo4j.query.UnsupportedQueryException;
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
 */
record MetricsPlan(MetricsExpression expression, List<LeafPlan> leaves) {

  /**
   * Parses and binds a query.
   *
   * @throws io.tempo4j.traceql.TraceQlException if it is no TraceQL
   * @throws UnsupportedQueryException if it is no metrics query, or uses what is not evaluated here
   */
  static MetricsPlan of(String text) {
    TraceQlQuery query = TraceQl.parse(text);
    return switch (query.statement()) {
      case Pipeline pipeline ->
          throw new UnsupportedQueryException(
              "a query without a metrics function", pipeline.position());
      case MetricsExpression metrics -> {
        List<LeafPlan> leaves = new ArrayList<>();
        collect(metrics, leaves);
        yield new MetricsPlan(metrics, leaves);
      }
    };
  }

  private static void collect(MetricsExpression expression, List<LeafPlan> into) {
    switch (expression) {
      case MetricsExpression.OfPipeline leaf -> into.add(LeafPlan.of(leaf));
      case MetricsExpression.Staged staged -> collect(staged.input(), into);
      case MetricsExpression.Arithmetic sum -> {
        collect(sum.left(), into);
        collect(sum.right(), into);
      }
      case MetricsExpression.Constant constant -> {}
    }
  }
}
