package io.tempo4j.query.metrics;

import io.tempo4j.column.Fields;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.traceql.LiteralValue;
import io.tempo4j.traceql.TraceQlQuery;
import java.io.IOException;

/**
 * Which part of the spans is counted, from the hints {@code sample}, {@code span_sample} and {@code
 * trace_sample}. What is counted is multiplied by the inverse of that part. And whether those that
 * were not sampled before they were sent are counted, too, from the hint {@code extrapolate}.
 *
 * <p>Whether a span belongs to it follows from a hash of its trace id, or of trace id and start. So
 * the same query gives the same answer, however spans lie in sources and sources are merged.
 *
 * @param spanFraction part of the spans, above 0 and at most 1
 * @param traceFraction part of the traces, above 0 and at most 1; both may hold together
 * @param isAdaptive true if row groups may be left out once enough spans were counted
 * @param isExtrapolated true if a span stands for as many as its trace state says
 */
record Sampling(
    double spanFraction, double traceFraction, boolean isAdaptive, boolean isExtrapolated) {

  private static final double TWO_POW_63 = 0x1p63;

  /**
   * The sampling that hints ask for; a part that is none is ignored.
   *
   * @param needsWholeTrace whether single spans cannot be left out without changing what others
   *     mean
   */
  static Sampling of(TraceQlQuery query, boolean needsWholeTrace) {
    double sample = fraction(query, "sample");
    return new Sampling(
        fraction(query, "span_sample") * (needsWholeTrace ? 1 : sample),
        fraction(query, "trace_sample") * (needsWholeTrace ? sample : 1),
        !needsWholeTrace && isTrue(query, "sample"),
        isTrue(query, "extrapolate"));
  }

  private static boolean isTrue(TraceQlQuery query, String hint) {
    return query.hint(hint).orElse(null) instanceof LiteralValue.BoolValue bool && bool.value();
  }

  private static double fraction(TraceQlQuery query, String hint) {
    double value =
        switch (query.hint(hint).orElse(null)) {
          case LiteralValue.FloatValue real -> real.value();
          case LiteralValue.IntValue integer -> integer.value();
          case null, default -> 1;
        };
    return value > 0 && value < 1 ? value : 1;
  }

  /** What a counted span stands for among those that are stored. */
  double weight() {
    return 1 / (spanFraction * traceFraction);
  }

  boolean isAll() {
    return spanFraction == 1 && traceFraction == 1;
  }

  /** Keeps of a batch the spans that belong to the sample. */
  void apply(GroupView group, Batch batch, int[] scratch) throws IOException {
    if (isAll()) {
      return;
    }
    long[] highs = group.traces().longs(Fields.TRACE_ID_HIGH);
    long[] lows = group.traces().longs(Fields.TRACE_ID_LOW);
    long[] starts = group.spans().longs(Fields.SPAN_START);
    int[] offsets = group.traceOffsets();
    int[] rows = batch.rows();
    long hash = 0;
    boolean isTraceIn = false;
    int trace = -1;
    int end = 0;
    for (int i = 0; i < batch.count(); i++) {
      if (rows[i] >= end) {
        while (rows[i] >= end) {
          end = offsets[++trace + 1];
        }
        hash = Mix.of(highs[trace] ^ Mix.of(lows[trace]));
        isTraceIn = isWithin(hash, traceFraction);
      }
      boolean isIn = isTraceIn && isWithin(Mix.of(hash + starts[rows[i]]), spanFraction);
      scratch[i] = isIn ? 1 : 0;
    }
    batch.retain(scratch, 0);
  }

  private static boolean isWithin(long hash, double fraction) {
    return fraction == 1 || (hash >>> 1) < fraction * TWO_POW_63;
  }
}
