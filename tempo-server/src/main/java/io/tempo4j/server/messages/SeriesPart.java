package io.tempo4j.server.messages;

import io.tempo4j.model.Attribute;
import io.tempo4j.query.metrics.Exemplar;
import io.tempo4j.query.metrics.TimeSeries;
import java.util.Arrays;
import java.util.List;

/**
 * Some values of a series.
 *
 * @param labels what tells the series from others
 * @param buckets of the result's axis, ascending; owned by the part
 * @param values those of the buckets; NaN where there is none any more; owned by the part
 * @param exemplars some exemplars of the series
 */
@SuppressWarnings("ArrayRecordComponent") // never changed after construction
public record SeriesPart(
    List<Attribute> labels, int[] buckets, double[] values, List<Exemplar> exemplars) {

  /** All values of a series. */
  static SeriesPart of(TimeSeries series) {
    double[] values = series.values();
    int[] buckets = new int[values.length];
    double[] shown = new double[values.length];
    int count = 0;
    for (int bucket = 0; bucket < values.length; bucket++) {
      if (Double.isFinite(values[bucket])) {
        buckets[count] = bucket;
        shown[count++] = values[bucket];
      }
    }
    return new SeriesPart(
        series.labels(),
        Arrays.copyOf(buckets, count),
        Arrays.copyOf(shown, count),
        series.exemplars());
  }
}
