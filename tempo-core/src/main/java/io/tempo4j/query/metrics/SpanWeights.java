package io.tempo4j.query.metrics;

import io.tempo4j.column.Dictionary;
import io.tempo4j.column.Fields;
import io.tempo4j.column.StringColumn;
import io.tempo4j.query.scan.GroupView;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each span of a batch stands for: the others that a query left out of its sample and, if it
 * asks for that, those that were never sent. Not thread-safe.
 */
final class SpanWeights {

  private final double uniform;
  private final boolean isExtrapolated;
  private double[] scratch = new double[0];
  private double @Nullable [] each;

  SpanWeights(Sampling sampling) {
    uniform = sampling.weight();
    isExtrapolated = sampling.isExtrapolated();
  }

  /** Finds the weights of a batch, which must not change as long as they are used. */
  void fill(GroupView group, Batch batch) throws IOException {
    each = null;
    if (!isExtrapolated
        || !(group.spans().column(Fields.SPAN_TRACE_STATE) instanceof StringColumn states)) {
      return;
    }
    if (scratch.length < batch.count()) {
      scratch = new double[group.spans().rowCount()];
    }
    double[] weights = scratch;
    Arrays.fill(weights, 0, batch.count(), uniform);
    Dictionary dictionary = states.dictionary();
    Map<Integer, Double> known = new HashMap<>();
    ColumnPairs.forEach(
        states,
        batch,
        (i, index) ->
            weights[i] *=
                known.computeIfAbsent(states.code(index), code -> weight(dictionary, code)));
    each = weights;
  }

  private static double weight(Dictionary dictionary, int code) {
    int from = dictionary.offset(code);
    return TraceStateSampling.weight(dictionary.bytes(code), from, from + dictionary.length(code));
  }

  /** The weight of every span of the batch, if {@link #each} is null. */
  double uniform() {
    return uniform;
  }

  /** The weights of the spans of the batch by their places there; null if all are the same. */
  double @Nullable [] each() {
    return each;
  }

  /** The weight of a span. */
  double of(int i) {
    return each == null ? uniform : each[i];
  }
}
