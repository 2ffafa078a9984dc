package io.tempo4j.query.metrics;

import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.traceql.MetricsFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes series of what a comparison counted: of each attribute the most frequent values. */
final class CompareSeries {

  private static final String META_TYPE = "__meta_type";
  private static final List<String> VALUE_TYPES = List.of("baseline", "selection");
  private static final List<String> TOTAL_TYPES = List.of("baseline_total", "selection_total");

  private final SeriesPartial partial;
  private final TimeAxis axis;

  /** One side of one attribute. */
  private record Part(int side, int attribute) {}

  /** A value with its counts over time. */
  private static final class Counted {
    private final int value;
    private final double[] counts;
    private double total;

    Counted(int value, int buckets) {
      this.value = value;
      counts = new double[buckets];
    }

    void add(int bucket, double count) {
      counts[bucket] += count;
      total += count;
    }
  }

  private CompareSeries(TimeAxis axis, SeriesPartial partial) {
    this.axis = axis;
    this.partial = partial;
  }

  /**
   * The series.
   *
   * @throws io.tempo4j.query.QueryBudgetException if there are too many values to choose from
   */
  static List<Series> of(
      MetricsFunction.Compare compare, MetricsLimits limits, TimeAxis axis, SeriesPartial partial) {
    limits.checkSeries(partial.groups().size(), axis.bucketCount());
    return new CompareSeries(axis, partial).series(compare.topN());
  }

  private List<Series> series(int topN) {
    List<Series> series = new ArrayList<>();
    parts()
        .forEach((part, values) -> {
          String attribute = text(part.attribute);
          for (Counted value : most(values, topN)) {
            series.add(
                series(
                    VALUE_TYPES.get(part.side),
                    attribute,
                    partial.values().label(value.value),
                    value.counts));
          }
          series.add(
              series(
                  TOTAL_TYPES.get(part.side),
                  attribute,
                  partial.values().label(ValuePool.NIL),
                  sums(values)));
        });
    return series;
  }

  private Map<Part, List<Counted>> parts() {
    Map<Part, List<Counted>> parts = new LinkedHashMap<>();
    Counted[] counted = new Counted[partial.groups().size()];
    int[] tuple = new int[CompareGroups.ARITY];
    for (int group = 0; group < counted.length; group++) {
      partial.groups().tuple(group, tuple);
      counted[group] = new Counted(tuple[2], axis.bucketCount());
      parts
          .computeIfAbsent(new Part(tuple[0], tuple[1]), part -> new ArrayList<>())
          .add(counted[group]);
    }
    partial
        .cells()
        .forEach((group, bucket, count, second, third) -> counted[group].add(bucket, count));
    return parts;
  }

  /** The values with the largest totals; of equal ones those that compare as smaller. */
  private List<Counted> most(List<Counted> values, int topN) {
    if (values.size() <= topN) {
      return values;
    }
    List<Counted> sorted = new ArrayList<>(values);
    sorted.sort(
        Comparator.<Counted>comparingDouble(value -> -value.total)
            .thenComparing((a, b) -> partial.values().compare(a.value, b.value)));
    return sorted.subList(0, topN);
  }

  private double[] sums(List<Counted> values) {
    double[] sums = new double[axis.bucketCount()];
    for (Counted value : values) {
      Arrays.setAll(sums, i -> sums[i] + value.counts[i]);
    }
    return sums;
  }

  private String text(int attribute) {
    return partial.values().label(attribute) instanceof AttributeValue.StringValue text
        ? text.value()
        : "";
  }

  private static Series series(
      String type, String attribute, AttributeValue value, double[] counts) {
    return new Series(
        List.of(
            new Attribute(META_TYPE, new AttributeValue.StringValue(type)),
            new Attribute(attribute, value)),
        counts,
        List.of());
  }
}
