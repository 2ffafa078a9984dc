package io.tempo4j.query.metrics;

import io.tempo4j.column.Fields;
import io.tempo4j.query.metrics.Cells.Kind;
import io.tempo4j.query.metrics.SeriesPartial.Lead;
import io.tempo4j.query.pipeline.PipelinePlan;
import io.tempo4j.query.scan.FieldColumns;
import io.tempo4j.query.scan.FilterBinder;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.MetricsExpression;
import io.tempo4j.traceql.MetricsFunction;
import io.tempo4j.traceql.Pipeline;
import io.tempo4j.traceql.PipelineStage;
import io.tempo4j.traceql.TraceQlQuery;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One function over the spans that a pipeline selects, bound.
 *
 * @param spans which spans it takes; needs whole traces also where the function or a group does
 * @param function what it computes
 * @param groupBy the fields whose values make a group
 * @param sampling which part of them it takes
 */
record LeafPlan(
    PipelinePlan spans,
    MetricsFunction function,
    List<FieldExpression.Reference> groupBy,
    Sampling sampling) {

  static LeafPlan of(MetricsExpression.OfPipeline leaf, TraceQlQuery query) {
    List<FieldExpression.Reference> groupBy = leaf.groupBy().stream().distinct().toList();
    PipelinePlan spans = PipelinePlan.of(reading(leaf.pipeline(), leaf.function(), groupBy));
    return new LeafPlan(
        spans, leaf.function(), groupBy, Sampling.of(query, spans.needsWholeTrace()));
  }

  /** The pipeline, said to read all fields that are read of its spans. */
  private static Pipeline reading(
      Pipeline pipeline, MetricsFunction function, List<FieldExpression.Reference> groupBy) {
    List<FieldExpression.Reference> fields = new ArrayList<>(groupBy);
    switch (function) {
      case MetricsFunction.Rate rate -> {}
      case MetricsFunction.CountOverTime count -> {}
      case MetricsFunction.OverTime overTime -> fields.add(overTime.field());
      case MetricsFunction.QuantileOverTime quantiles -> fields.add(quantiles.field());
      case MetricsFunction.HistogramOverTime histogram -> fields.add(histogram.field());
      case MetricsFunction.Compare compare -> {
        Set<FieldExpression.Reference> ofSelection = new LinkedHashSet<>();
        FilterBinder.collectReferences(compare.selection().condition(), ofSelection);
        fields.addAll(ofSelection);
        fields.addAll(CompareRun.FIELDS);
      }
    }
    if (fields.isEmpty()) {
      return pipeline;
    }
    List<PipelineStage> stages = new ArrayList<>(pipeline.stages());
    stages.add(new PipelineStage.Select(fields, function.position()));
    return new Pipeline(stages, pipeline.position());
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

  /** Adds the columns that the function is computed from. */
  void addColumns(FieldColumns columns) {
    if (function instanceof MetricsFunction.Compare) {
      columns.withAll();
    }
    columns.withFields(spans.references());
    if (spans.needsWholeTrace()) {
      columns.withTraces().withTree();
    }
    if (!sampling.isAll()) {
      columns.withTraces();
    }
    if (sampling.isExtrapolated()) {
      columns.with(Fields.SPAN_TRACE_STATE);
    }
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
