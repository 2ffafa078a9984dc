package io.tempo4j.server.grpc;

import io.tempo4j.model.Attribute;
import io.tempo4j.query.metrics.Exemplar;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.metrics.TimeSeries;
import io.tempo4j.server.messages.SeriesPart;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a client must be told to have a result, given what it was told of earlier ones: values that
 * it does not have or has differently. A value that it has and that is none any more becomes NaN.
 *
 * <p>All results are over the same buckets of time. A new result may come before everything of the
 * last one was told. Exemplars are told with the last result alone: they cannot be taken back. Not
 * thread-safe.
 */
final class SeriesChanges {

  private final Map<List<Attribute>, double[]> told = new HashMap<>();

  /** Results without the values of series that were told and are gone. */
  private Iterator<TimeSeries> series = List.<TimeSeries>of().iterator();

  private Iterator<List<Attribute>> gone = List.<List<Attribute>>of().iterator();
  private boolean isLast;

  // The series in work: what is left of it begins with this bucket and this exemplar.
  private List<Attribute> labels = List.of();
  private double[] values = {};
  private List<Exemplar> exemplars = List.of();
  private int bucket;
  private int exemplar;

  /** Turns to an intermediate result. */
  void begin(MetricsResult result) {
    begin(result, List.of());
    isLast = false;
  }

  /** Turns to the result that stays. */
  void beginLast(MetricsResult result) {
    Set<List<Attribute>> vanished = new HashSet<>(told.keySet());
    result.series().forEach(one -> vanished.remove(one.labels()));
    begin(result, List.copyOf(vanished));
    isLast = true;
  }

  private void begin(MetricsResult result, List<List<Attribute>> vanished) {
    series = result.series().iterator();
    gone = vanished.iterator();
    values = new double[0];
    exemplars = List.of();
    bucket = 0;
    exemplar = 0;
  }

  /**
   * What to tell next; it counts as told.
   *
   * @param maxPoints most values and most exemplars of the part
   * @return some values of one series; empty if the client has everything
   */
  Optional<SeriesPart> next(int maxPoints) {
    do {
      SeriesPart part = rest(maxPoints);
      if (part.buckets().length > 0 || !part.exemplars().isEmpty()) {
        return Optional.of(part);
      }
    } while (turnToNext());
    return Optional.empty();
  }

  private boolean turnToNext() {
    if (series.hasNext()) {
      TimeSeries next = series.next();
      labels = next.labels();
      values = next.values();
      exemplars = isLast ? next.exemplars() : List.of();
    } else if (gone.hasNext()) {
      labels = gone.next();
      values = new double[told(labels, 0).length];
      Arrays.fill(values, Double.NaN);
      exemplars = List.of();
    } else {
      return false;
    }
    bucket = 0;
    exemplar = 0;
    return true;
  }

  private double[] told(List<Attribute> series, int bucketCount) {
    return told.computeIfAbsent(
        series,
        key -> {
          double[] nothing = new double[bucketCount];
          Arrays.fill(nothing, Double.NaN);
          return nothing;
        });
  }

  /** What is new in the series in work, from where it was left. */
  private SeriesPart rest(int maxPoints) {
    if (bucket == values.length && exemplar == exemplars.size()) {
      return new SeriesPart(labels, new int[0], new double[0], List.of());
    }
    double[] known = told(labels, values.length);
    int[] buckets = new int[Math.min(maxPoints, values.length - bucket)];
    double[] changed = new double[buckets.length];
    int count = 0;
    for (; bucket < values.length && count < buckets.length; bucket++) {
      double value = Double.isFinite(values[bucket]) ? values[bucket] : Double.NaN;
      if (Double.compare(value, known[bucket]) != 0) {
        known[bucket] = value;
        buckets[count] = bucket;
        changed[count++] = value;
      }
    }
    int end = Math.min(exemplars.size(), exemplar + maxPoints);
    List<Exemplar> some = exemplars.subList(exemplar, end);
    exemplar = end;
    return new SeriesPart(
        labels, Arrays.copyOf(buckets, count), Arrays.copyOf(changed, count), some);
  }
}
