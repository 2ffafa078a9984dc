package io.tempo4j.query.metrics;

import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.model.TraceId;
import io.tempo4j.traceql.MetricsFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/*
 * Attributes may have as many values as there are spans, of which few are shown. So values are
 * added up and chosen as groups of the partial, by number, and only those that are shown become
 * series.
 */
/** Makes series of what a comparison counted: of each attribute the most frequent values. */
final class CompareSeries {

  private static final String META_TYPE = "__meta_type";
  private static final List<String> VALUE_TYPES = List.of("baseline", "selection");
  private static final List<String> TOTAL_TYPES = List.of("baseline_total", "selection_total");

  /** The value of groups that hold values which are not told apart. */
  private static final int FORGOTTEN = -1;

  /** What is noted of a group: numbers, its total, perhaps its counts. */
  private static final long GROUP_BYTES = 24;

  private final MetricsLimits limits;
  private final SeriesPartial partial;
  private final TimeAxis axis;

  /** For each group its value, and the side of an attribute that it belongs to. */
  private final int[] valueOf;

  private final int[] partOf;

  /** For each group the sum over time. */
  private final double[] totals;

  private final List<Part> parts = new ArrayList<>();

  /** One side of one attribute. */
  private static final class Part {
    private final int side;
    private final int attribute;
    private final double[] counts;
    private final PriorityQueue<Integer> most;
    private final List<Exemplar> exemplars = new ArrayList<>();

    Part(int side, int attribute, int buckets, PriorityQueue<Integer> most) {
      this.side = side;
      this.attribute = attribute;
      this.most = most;
      counts = new double[buckets];
    }
  }

  private CompareSeries(MetricsLimits limits, TimeAxis axis, SeriesPartial partial) {
    this.limits = limits;
    this.axis = axis;
    this.partial = partial;
    limits.memory().take(GROUP_BYTES * partial.groups().size());
    valueOf = new int[partial.groups().size()];
    partOf = new int[valueOf.length];
    totals = new double[valueOf.length];
  }

  /**
   * The series.
   *
   * @throws io.tempo4j.query.QueryBudgetException if there are too many series
   */
  static List<Series> of(
      MetricsFunction.Compare compare, MetricsLimits limits, TimeAxis axis, SeriesPartial partial) {
    return new CompareSeries(limits, axis, partial).series(compare.topN());
  }

  private List<Series> series(int topN) {
    findParts();
    add();
    choose(topN);
    partial
        .exemplars()
        .forEach((group, traceHigh, traceLow, spanId, start, value) -> {
          TraceId trace = new TraceId(traceHigh, traceLow);
          parts.get(partOf[group]).exemplars.add(new Exemplar(trace, spanId, start, value));
        });
    double[] @Nullable [] counts = countsOfChosen();
    List<Series> series = new ArrayList<>();
    for (Part part : parts) {
      String attribute = text(part.attribute);
      for (int group : part.most) {
        double[] ofGroup = counts[group];
        if (ofGroup != null) {
          series.add(
              series(
                  VALUE_TYPES.get(part.side),
                  attribute,
                  partial.values().label(valueOf[group]),
                  ofGroup,
                  List.of()));
        }
      }
      series.add(
          series(
              TOTAL_TYPES.get(part.side),
              attribute,
              partial.values().label(ValuePool.NIL),
              part.counts,
              part.exemplars));
    }
    return series;
  }

  private void findParts() {
    SmallIndex[] numbers = {new SmallIndex(), new SmallIndex()};
    List<List<Integer>> partsOfSide = List.of(new ArrayList<>(), new ArrayList<>());
    int[] tuple = new int[CompareGroups.ARITY];
    for (int group = 0; group < valueOf.length; group++) {
      partial.groups().tuple(group, tuple);
      int side = CompareGroups.told(tuple[0]);
      int number = numbers[side].numberOf(tuple[1]);
      if (number == partsOfSide.get(side).size()) {
        limits.checkSeries(parts.size() + 1, axis.bucketCount());
        limits.holdSeries(1, axis.bucketCount());
        partsOfSide.get(side).add(parts.size());
        parts.add(new Part(side, tuple[1], axis.bucketCount(), new PriorityQueue<>(this::compare)));
      }
      partOf[group] = partsOfSide.get(side).get(number);
      valueOf[group] = CompareGroups.isForgotten(tuple[0]) ? FORGOTTEN : tuple[2];
    }
  }

  private void add() {
    partial
        .cells()
        .forEach((group, bucket, count, second, third) -> {
          totals[group] += count;
          parts.get(partOf[group]).counts[bucket] += count;
        });
  }

  /** Orders groups of one part: smaller totals first, of equal ones those of larger values. */
  private int compare(int one, int other) {
    int byTotal = Double.compare(totals[one], totals[other]);
    return byTotal != 0 ? byTotal : partial.values().compare(valueOf[other], valueOf[one]);
  }

  private void choose(int topN) {
    for (int group = 0; group < valueOf.length; group++) {
      if (valueOf[group] == FORGOTTEN) {
        continue;
      }
      PriorityQueue<Integer> most = parts.get(partOf[group]).most;
      if (most.size() < topN) {
        most.add(group);
      } else if (!most.isEmpty() && compare(group, most.element()) > 0) {
        most.remove();
        most.add(group);
      }
    }
  }

  private double[] @Nullable [] countsOfChosen() {
    long chosen = parts.stream().mapToLong(part -> part.most.size()).sum();
    limits.checkSeries(parts.size() + chosen, axis.bucketCount());
    limits.holdSeries(chosen, axis.bucketCount());
    double[] @Nullable [] counts = new double[valueOf.length][];
    for (Part part : parts) {
      part.most.forEach(group -> counts[group] = new double[axis.bucketCount()]);
    }
    partial
        .cells()
        .forEach((group, bucket, count, second, third) -> {
          if (counts[group] != null) {
            counts[group][bucket] += count;
          }
        });
    return counts;
  }

  private String text(int attribute) {
    return partial.values().label(attribute) instanceof AttributeValue.StringValue text
        ? text.value()
        : "";
  }

  private static Series series(
      String type,
      String attribute,
      AttributeValue value,
      double[] counts,
      List<Exemplar> exemplars) {
    return new Series(
        () ->
            List.of(
                new Attribute(META_TYPE, new AttributeValue.StringValue(type)),
                new Attribute(attribute, value)),
        counts,
        exemplars);
  }
}
