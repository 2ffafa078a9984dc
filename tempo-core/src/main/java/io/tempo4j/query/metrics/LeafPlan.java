package io.tempo4j.query.metrics;

import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.query.metrics.Cells.Kind;
import io.tempo4j.query.metrics.SeriesPartial.Lead;
import io.tempo4j.query.scan.FilterBinder;
import io.tempo4j.query.scan.Predicate;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.MetricsExpression;
import io.tempo4j.traceql.MetricsFunction;
import io.tempo4j.traceql.Pipeline;
import io.tempo4j.traceql.PipelineStage;
import io.tempo4j.traceql.SpansetExpression;
import io.tempo4j.traceql.TraceQlQuery;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One function over the spans that a pipeline selects, bound.
 *
 * @param filter which spans it takes
 * @param function what it computes
 * @param groupBy the fields whose values make a group
 * @param sampling which part of them it takes
 */
record LeafPlan(
    Predicate filter,
    MetricsFunction function,
    List<FieldExpression.Reference> groupBy,
    Sampling sampling) {

  static LeafPlan of(MetricsExpression.OfPipeline leaf, TraceQlQuery query) {
    return new LeafPlan(
        filter(leaf.pipeline()),
        leaf.function(),
        leaf.groupBy().stream().distinct().toList(),
        Sampling.of(query, false));
  }

  private static Predicate filter(Pipeline pipeline) {
    List<Predicate> filters = new ArrayList<>();
    for (PipelineStage stage : pipeline.stages()) {
      switch (stage) {
        case SpansetExpression.Filter filter -> filters.add(FilterBinder.bind(filter.condition()));
        case PipelineStage.Select select -> {}
        case PipelineStage.Coalesce coalesce -> {}
        default ->
            throw new UnsupportedQueryException(
                "this stage before a metrics function", stage.position());
      }
    }
    return filters.size() == 1 ? filters.get(0) : new Predicate.All(filters);
  }

  /** Which cells the function needs. */
  Kind cellKind() {
    return switch (function) {
      case MetricsFunction.Rate rate -> Kind.COUNT;
      case MetricsFunction.CountOverTime count -> Kind.COUNT;
      case MetricsFunction.QuantileOverTime quantiles -> Kind.COUNT;
      case MetricsFunction.HistogramOverTime histogram -> Kind.COUNT;
      case MetricsFunction.Compare compare -> Kind.COUNT;
      case MetricsFunction.OverTime overTime ->
          switch (overTime.function()) {
            case MIN -> Kind.MIN;
            case MAX -> Kind.MAX;
            case SUM, AVG -> Kind.SUM;
          };
    };
  }

  /** Values that make a group. */
  int arity() {
    return switch (function) {
      case MetricsFunction.Rate rate -> groupBy.size();
      case MetricsFunction.CountOverTime count -> groupBy.size();
      case MetricsFunction.OverTime overTime -> groupBy.size();
      case MetricsFunction.QuantileOverTime quantiles -> groupBy.size() + 1;
      case MetricsFunction.HistogramOverTime histogram -> groupBy.size() + 1;
      case MetricsFunction.Compare compare -> CompareGroups.ARITY;
    };
  }

  /** What the first number of a group is. */
  Lead lead() {
    return isHistogram()
        ? Lead.POWER
        : function instanceof MetricsFunction.Compare ? Lead.SIDE : Lead.VALUE;
  }

  /** True if spans are grouped by a power of two, which then is the first value of a group. */
  boolean isHistogram() {
    return switch (function) {
      case MetricsFunction.Rate rate -> false;
      case MetricsFunction.CountOverTime count -> false;
      case MetricsFunction.OverTime overTime -> false;
      case MetricsFunction.QuantileOverTime quantiles -> true;
      case MetricsFunction.HistogramOverTime histogram -> true;
      case MetricsFunction.Compare compare -> false;
    };
  }

  boolean isQuantile() {
    return function instanceof MetricsFunction.QuantileOverTime;
  }

  /** The field whose values are taken, null where spans are counted. */
  FieldExpression.@Nullable Reference field() {
    return switch (function) {
      case MetricsFunction.Rate rate -> null;
      case MetricsFunction.CountOverTime count -> null;
      case MetricsFunction.OverTime overTime -> overTime.field();
      case MetricsFunction.QuantileOverTime quantiles -> quantiles.field();
      case MetricsFunction.HistogramOverTime histogram -> histogram.field();
      case MetricsFunction.Compare compare -> null;
    };
  }

  /**
   * Takes the numbers of {@link #field()}.
   *
   * @throws IllegalStateException if there is none
   */
  FieldNumbers requireNumbers() {
    FieldExpression.Reference field = field();
    if (field == null) {
      throw new IllegalStateException(name() + " takes no numbers");
    }
    return new FieldNumbers(field);
  }

  /** The name of the function, as it is written. */
  String name() {
    return switch (function) {
      case MetricsFunction.Rate rate -> "rate";
      case MetricsFunction.CountOverTime count -> "count_over_time";
      case MetricsFunction.OverTime overTime -> overTime.function().word();
      case MetricsFunction.QuantileOverTime quantiles -> "quantile_over_time";
      case MetricsFunction.HistogramOverTime histogram -> "histogram_over_time";
      case MetricsFunction.Compare compare -> "compare";
    };
  }
}
