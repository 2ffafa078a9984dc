package io.tempo4j.query.metrics;

import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.model.GoDurationFormat;
import io.tempo4j.model.TraceId;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import io.tempo4j.traceql.MetricsFunction;
import io.tempo4j.traceql.MetricsStage;
import io.tempo4j.traceql.OverTimeFunction;
import io.tempo4j.traceql.StaticType;
import io.tempo4j.traceql.TraceQl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes series of what was counted for one function. */
final class LeafSeries {

  private final LeafPlan plan;
  private final List<MetricsStage> stages;
  private final MetricsLimits limits;
  private final TimeAxis axis;
  private final SeriesPartial partial;

  private final List<String> names;

  /** The tuples of values that series are labelled with. */
  private final GroupTable shown;

  /** For each group the series that it belongs to. */
  private final int[] seriesOfGroup;

  private LeafSeries(
      LeafPlan plan,
      List<MetricsStage> stages,
      MetricsLimits limits,
      TimeAxis axis,
      SeriesPartial partial) {
    this.plan = plan;
    this.stages = stages;
    this.limits = limits;
    this.axis = axis;
    this.partial = partial;
    names = plan.groupBy().stream().map(LeafSeries::name).toList();
    limits.memory().take(4L * partial.groups().size());
    seriesOfGroup = new int[partial.groups().size()];
    shown = new GroupTable(plan.isQuantile() ? plan.arity() - 1 : plan.arity(), limits.memory());
    assign();
  }

  /**
   * The series, each with its exemplars; those without a value of their own have NaN. If there are
   * too many, points that {@code stages} take away are gone already.
   *
   * @param stages what is done next with the series, in this order
   * @throws io.tempo4j.query.QueryBudgetException if there are too many even so
   */
  static List<Series> of(
      LeafPlan plan,
      List<MetricsStage> stages,
      MetricsLimits limits,
      TimeAxis axis,
      SeriesPartial partial) {
    LeafSeries leaf = new LeafSeries(plan, stages, limits, axis, partial);
    return switch (plan.function()) {
      case MetricsFunction.Rate rate -> leaf.counts(1.0 / axis.stepSeconds());
      case MetricsFunction.CountOverTime count -> leaf.counts(1);
      case MetricsFunction.OverTime overTime -> leaf.overTime(overTime.function());
      case MetricsFunction.HistogramOverTime histogram -> leaf.counts(1);
      case MetricsFunction.QuantileOverTime quantiles ->
          leaf.quantiles(quantiles.quantiles().stream().distinct().toList());
      case MetricsFunction.Compare compare ->
          throw new IllegalArgumentException("a comparison has no fields to group by");
    };
  }

  private List<Series> counts(double factor) {
    Cells cells = merged();
    return series((from, to) -> {
      double[][] values = new double[shown.size()][];
      if (plan.arity() == 0) {
        // There is no group that could be missing: no spans are a series of zeros.
        row(values, 0, 0, to - from);
      }
      cells.forEach((series, bucket, first, second, third) -> {
        // Where a series has some spans, it has a zero everywhere else.
        double[] row = row(values, series, 0, to - from);
        if (bucket >= from && bucket < to) {
          row[bucket - from] = first * factor;
        }
      });
      return values;
    });
  }

  private List<Series> overTime(OverTimeFunction function) {
    Cells cells = merged();
    return series((from, to) -> {
      double[][] values = new double[shown.size()][];
      cells.forEach((series, bucket, first, second, third) -> {
        if (bucket >= from && bucket < to) {
          double sum = Double.isInfinite(first) ? first : first + second;
          row(values, series, Double.NaN, to - from)[bucket - from] =
              switch (function) {
                case MIN, MAX -> first;
                case SUM -> sum;
                case AVG -> sum / third;
              };
        }
      });
      return values;
    });
  }

  private static double[] row(double[][] rows, int series, double absent, int buckets) {
    double[] row = rows[series];
    if (row == null) {
      row = new double[buckets];
      if (absent != 0) {
        Arrays.fill(row, absent);
      }
      rows[series] = row;
    }
    return row;
  }

  // ---- series of rows

  /** Makes the values of all series in the buckets {@code from} to {@code to}, exclusive. */
  private interface Rows {
    double[][] between(int from, int to);
  }

  private List<Series> series(Rows rows) {
    int buckets = axis.bucketCount();
    if (stages.isEmpty() || limits.allowSeries(shown.size(), buckets)) {
      limits.holdSeries(shown.size(), buckets);
      return series(rows.between(0, buckets));
    }
    return passing(rows, limits.bucketsAtATime(shown.size()));
  }

  /*
   * Stages decide point by point and moment by moment, so they can be asked about some buckets at a
   * time, and asking them again about what is left takes nothing more away.
   */
  /** The series with what {@code stages} leave of them. */
  private List<Series> passing(Rows rows, int bucketsAtATime) {
    int buckets = axis.bucketCount();
    int slice = Math.min(buckets, bucketsAtATime);
    limits.holdSeries(shown.size(), slice);
    Map<String, Series> kept = new LinkedHashMap<>();
    for (int from = 0; from < buckets; from += bucketsAtATime) {
      int to = Math.min(buckets, from + bucketsAtATime);
      List<Series> passing = series(rows.between(from, to));
      for (MetricsStage stage : stages) {
        passing = SeriesAlgebra.stage(passing, stage);
      }
      for (Series part : passing) {
        Series whole = kept.get(part.key());
        if (whole == null) {
          limits.checkSeries(kept.size() + 1, buckets);
          limits.holdSeries(1, buckets);
          double[] values = new double[buckets];
          Arrays.fill(values, Double.NaN);
          whole = part.withValues(values);
          kept.put(part.key(), whole);
        }
        System.arraycopy(part.values(), 0, whole.values(), from, to - from);
      }
    }
    limits.letGoSeries(shown.size(), slice);
    return new ArrayList<>(kept.values());
  }

  private List<Series> series(double[][] values) {
    List<List<Exemplar>> exemplars = exemplarsOf(values.length);
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != null) {
        int number = i;
        series.add(new Series(() -> labels(number), values[i], exemplars.get(i)));
      }
    }
    return series;
  }

  private List<List<Exemplar>> exemplarsOf(int seriesCount) {
    List<List<Exemplar>> exemplars = new ArrayList<>(Collections.nCopies(seriesCount, List.of()));
    partial
        .exemplars()
        .forEach((group, traceHigh, traceLow, spanId, start, value) -> {
          int series = seriesOfGroup[group];
          if (exemplars.get(series).isEmpty()) {
            exemplars.set(series, new ArrayList<>());
          }
          TraceId trace = new TraceId(traceHigh, traceLow);
          exemplars.get(series).add(new Exemplar(trace, spanId, start, value));
        });
    return exemplars;
  }

  /** The cells by series: those of the partial, unless two groups have the same labels. */
  private Cells merged() {
    if (shown.size() == seriesOfGroup.length) {
      return partial.cells();
    }
    Cells merged = new Cells(partial.cells().kind(), axis.bucketCount(), limits.memory());
    merged.ensureGroups(shown.size());
    partial
        .cells()
        .forEach((group, bucket, first, second, third) ->
            merged.merge(seriesOfGroup[group], bucket, first, second, third, 1));
    return merged;
  }

  // ---- labels

  /** Finds the series of every group. Those of one histogram are one series of quantiles. */
  private void assign() {
    int nilText = partial.values().find(ValuePool.NIL_TEXT);
    int[] tuple = new int[plan.arity()];
    int first = plan.arity() - shown.arity();
    for (int group = 0; group < seriesOfGroup.length; group++) {
      partial.groups().tuple(group, tuple);
      int[] shownTuple = Arrays.copyOfRange(tuple, first, tuple.length);
      unite(shownTuple, nilText);
      seriesOfGroup[group] = shown.numberOf(shownTuple);
    }
  }

  /** A value that reads "nil" and stands alone is told from none by nobody. */
  private void unite(int[] tuple, int nilText) {
    int firstField = tuple.length - names.size();
    if (nilText < 0 || names.isEmpty() || tuple[firstField] != nilText) {
      return;
    }
    for (int i = firstField + 1; i < tuple.length; i++) {
      if (tuple[i] != ValuePool.NIL) {
        return;
      }
    }
    tuple[firstField] = ValuePool.NIL;
  }

  private List<Attribute> labels(int series) {
    int[] tuple = new int[shown.arity()];
    shown.tuple(series, tuple);
    List<Attribute> labels = new ArrayList<>(tuple.length + 1);
    int firstField = tuple.length - names.size();
    for (int i = 0; i < names.size(); i++) {
      int value = tuple[firstField + i];
      if (value != ValuePool.NIL) {
        labels.add(new Attribute(names.get(i), label(plan.groupBy().get(i), value)));
      }
    }
    if (labels.isEmpty() && !plan.isHistogram()) {
      labels.add(
          names.isEmpty()
              ? new Attribute(Series.NAME, new AttributeValue.StringValue(plan.name()))
              : new Attribute(names.get(0), partial.values().label(ValuePool.NIL)));
    }
    if (firstField == 1) {
      double bound = plan.requireNumbers().boundOf(tuple[0]);
      labels.add(new Attribute("__bucket", new AttributeValue.DoubleValue(bound)));
    }
    return labels;
  }

  /** Durations are texts such as {@code 1.5s}, as in searches. */
  private AttributeValue label(FieldExpression.Reference field, int value) {
    AttributeValue label = partial.values().label(value);
    return field.type() == StaticType.DURATION && label instanceof AttributeValue.IntValue nanos
        ? new AttributeValue.StringValue(GoDurationFormat.text(nanos.value()))
        : label;
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
    limits.checkSeries(shown.size(), axis.bucketCount());
    int[] powers = new int[seriesOfGroup.length];
    int[] tuple = new int[plan.arity()];
    for (int group = 0; group < powers.length; group++) {
      partial.groups().tuple(group, tuple);
      powers[group] = tuple[0];
    }
    PowerHistograms histograms = new PowerHistograms(axis.bucketCount(), limits.memory());
    partial
        .cells()
        .forEach((group, bucket, count, second, third) ->
            histograms.add(seriesOfGroup[group], bucket, powers[group], count));
    List<double[][]> ofQuantiles = new ArrayList<>();
    for (double quantile : quantiles) {
      limits.holdSeries(shown.size(), axis.bucketCount());
      double[][] values = new double[shown.size()][];
      histograms.forEach(
          plan.requireNumbers(),
          quantile,
          (series, bucket, value) ->
              row(values, series, Double.NaN, axis.bucketCount())[bucket] = value);
      ofQuantiles.add(values);
    }
    List<List<Exemplar>> exemplars = exemplarsOf(shown.size());
    List<Series> all = new ArrayList<>();
    for (int series = 0; series < shown.size(); series++) {
      if (ofQuantiles.get(0)[series] == null) {
        continue; // without fields to group by there is a series even of no spans
      }
      int ofSeries = series;
      List<double[]> values = ofQuantiles.stream().map(ofQuantile -> ofQuantile[ofSeries]).toList();
      for (int i = 0; i < quantiles.size(); i++) {
        int index = i;
        all.add(
            new Series(
                () -> labels(ofSeries, quantiles.get(index)),
                values.get(i),
                exemplars.get(series).stream()
                    .filter(exemplar -> quantileOf(exemplar, values) == index)
                    .toList()));
      }
    }
    return all;
  }

  private List<Attribute> labels(int series, double quantile) {
    List<Attribute> labels = new ArrayList<>(labels(series));
    labels.add(new Attribute("p", new AttributeValue.DoubleValue(quantile)));
    return labels;
  }

  /** The first quantile that is no less than the exemplar, or the last. */
  private int quantileOf(Exemplar exemplar, List<double[]> values) {
    int bucket = axis.bucketOf(exemplar.timestampNanos());
    for (int i = 0; i < values.size(); i++) {
      if (exemplar.value() <= values.get(i)[bucket]) {
        return i;
      }
    }
    return values.size() - 1;
  }
}
