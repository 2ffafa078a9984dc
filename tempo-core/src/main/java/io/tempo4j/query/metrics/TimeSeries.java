package io.tempo4j.query.metrics;

import io.tempo4j.model.Attribute;
import java.util.List;

/**
 * One series.
 *
 * <p>Labels are named as the query writes its fields, in its order. A field that the spans lack has
 * no label, unless all lack theirs: then the first is there with the text {@code nil}. Without
 * fields to group by there is the label {@code __name__} with the name of the function. {@code p}
 * is the quantile, {@code __bucket} the upper bound of a bucket of a histogram, {@code __meta_type}
 * the kind of a series of {@code compare}.
 *
 * @param labels what tells this series from others
 * @param values one value per bucket of the result's axis, NaN where there is none; owned by the
 *     series, not to be changed
 * @param exemplars spans of this series, by time
 */
@SuppressWarnings("ArrayRecordComponent") // never changed after construction
public record TimeSeries(List<Attribute> labels, double[] values, List<Exemplar> exemplars) {
  /** Copies the lists. */
  public TimeSeries {
    labels = List.copyOf(labels);
    exemplars = List.copyOf(exemplars);
  }
}
