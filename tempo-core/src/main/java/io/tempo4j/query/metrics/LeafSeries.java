package io.tempo4j.query.metrics;

import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import io.tempo4j.traceql.MetricsFunction;
import io.tempo4j.traceql.OverTimeFunction;
import io.tempo4j.traceql.TraceQl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes series of what was counted for one function. */
final class LeafSeries {

  private final LeafPlan plan;
  private final TimeAxis axis;
  private final SeriesPartial partial;

  /** The labels of each series, and for each group the series that it belongs to. */
  private final List<List<Attribute>> labels = new ArrayList<>();

  private final int[] seriesOfGroup;

  private LeafSeries(LeafPlan plan, TimeAxis axis, SeriesPartial partial) {
    this.plan = plan;
    this.axis = axis;
    this.partial = partial;
    seriesOfGroup = new int[partial.groups().size()];
  }

  static List<Series> of(LeafPlan plan, TimeAxis axis, SeriesPartial partial) {
    LeafSeries leaf = new LeafSeries(plan, axis, partial);
    return switch (plan.function()) {
      case MetricsFunction.Rate rate -> leaf.counts(1.0 / axis.stepSeconds());
      case MetricsFunction.CountOverTime count -> leaf.counts(1);
      case MetricsFunction.OverTime overTime -> leaf.overTime(overTime.function());
      case MetricsFunction.HistogramOverTime histogram -> leaf.counts(1);
      case MetricsFunction.QuantileOverTime quantiles -> leaf.quantiles(quantiles.quantiles());
      case MetricsFunction.Compare compare -> throw new UnsupportedOperationException();
    };
  }

  private List<Series> counts(double factor) {
    assign(plan.isHistogram());
    double[][] values = new double[labels.size()][];
    merged()
        .forEach((series, bucket, first, second, third) ->
            row(values, series, 0)[bucket] = first * factor);
    return series(values);
  }

  private List<Series> overTime(OverTimeFunction function) {
    assign(false);
    double[][] values = new double[labels.size()][];
    merged()
        .forEach((series, bucket, first, second, third) -> {
          double sum = Double.isInfinite(first) ? first : first + second;
          row(values, series, Double.NaN)[bucket] =
              switch (function) {
                case MIN, MAX -> first;
                case SUM -> sum;
                case AVG -> sum / third;
              };
        });
    return series(values);
  }

  private double[] row(double[][] rows, int series, double absent) {
    double[] row = rows[series];
    if (row == null) {
      row = new double[axis.bucketCount()];
      if (absent != 0) {
        Arrays.fill(row, absent);
      }
      rows[series] = row;
    }
    return row;
  }

  private List<Series> series(double[][] values) {
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != null) {
        series.add(new Series(labels.get(i), values[i], List.of()));
      }
    }
    return series;
  }

  /** The cells by series: those of the partial, unless two groups have the same labels. */
  private Cells merged() {
    if (labels.size() == seriesOfGroup.length) {
      return partial.cells();
    }
    Cells merged = new Cells(partial.cells().kind(), axis.bucketCount());
    merged.ensureGroups(labels.size());
    partial
        .cells()
        .forEach((group, bucket, first, second, third) ->
            merged.merge(seriesOfGroup[group], bucket, first, second, third));
    return merged;
  }

  // ---- labels

  /** Finds the labels of every group; a value that reads "nil" is told from none by nobody. */
  private void assign(boolean withBuckets) {
    Map<List<Attribute>, Integer> known = new LinkedHashMap<>();
    int[] tuple = new int[plan.arity()];
    for (int group = 0; group < seriesOfGroup.length; group++) {
      partial.groups().tuple(group, tuple);
      List<Attribute> ofGroup = labelsOf(tuple);
      if (withBuckets) {
        double bound = plan.requireNumbers().boundOf(tuple[0]);
        ofGroup.add(new Attribute("__bucket", new AttributeValue.DoubleValue(bound)));
      }
      Integer series = known.putIfAbsent(ofGroup, labels.size());
      if (series == null) {
        series = labels.size();
        labels.add(ofGroup);
      }
      seriesOfGroup[group] = series;
    }
  }

  private List<Attribute> labelsOf(int[] tuple) {
    List<Attribute> ofGroup = new ArrayList<>();
    List<FieldExpression.Reference> fields = plan.groupBy();
    int first = tuple.length - fields.size();
    for (int i = 0; i < fields.size(); i++) {
      int value = tuple[first + i];
      if (value != ValuePool.NIL) {
        ofGroup.add(new Attribute(name(fields.get(i)), partial.values().label(value)));
      }
    }
    if (ofGroup.isEmpty()) {
      ofGroup.add(
          fields.isEmpty()
              ? new Attribute(Series.NAME, new AttributeValue.StringValue(plan.name()))
              : new Attribute(name(fields.get(0)), partial.values().label(ValuePool.NIL)));
    }
    return ofGroup;
  }

  /** The name of a field as Tempo shows it. */
  static String name(FieldExpression.Reference field) {
    return field instanceof FieldExpression.IntrinsicField intrinsic
            && intrinsic.intrinsic() == Intrinsic.SPAN_CHILD_COUNT
        ? "span:childCount"
        : TraceQl.print(field);
  }

  // ---- quantiles

  /** Groups that differ in nothing but the power are one histogram per bucket of time. */
  private List<Series> quantiles(List<Double> quantiles) {
    assign(false);
    int[] powers = new int[seriesOfGroup.length];
    int[] tuple = new int[plan.arity()];
    for (int group = 0; group < powers.length; group++) {
      partial.groups().tuple(group, tuple);
      powers[group] = tuple[0];
    }
    PowerHistograms histograms = new PowerHistograms(axis.bucketCount());
    partial
        .cells()
        .forEach((group, bucket, count, second, third) ->
            histograms.add(seriesOfGroup[group], bucket, powers[group], count));
    List<Series> series = new ArrayList<>();
    for (double quantile : quantiles) {
      double[][] values = new double[labels.size()][];
      histograms.forEach(
          plan.requireNumbers(),
          quantile,
          (histogram, bucket, value) -> row(values, histogram, Double.NaN)[bucket] = value);
      for (Series withoutP : series(values)) {
        List<Attribute> all = new ArrayList<>(withoutP.labels());
        all.add(new Attribute("p", new AttributeValue.DoubleValue(quantile)));
        series.add(new Series(all, withoutP.values(), List.of()));
      }
    }
    return series;
  }
}
