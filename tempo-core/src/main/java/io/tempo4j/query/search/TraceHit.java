package io.tempo4j.query.search;

import io.tempo4j.model.TraceId;
import io.tempo4j.query.pipeline.Spanset;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.stitch.TraceParts;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;

/**
 * A trace that a search looked at, with all its parts.
 *
 * @param id the trace's id
 * @param key its place among the results: the larger, the earlier, unsigned
 * @param startNanos smallest start of all parts
 * @param endNanos largest end of all parts
 * @param trace the trace as a whole
 * @param matched what of it the search selects
 */
record TraceHit(
    TraceId id, long key, long startNanos, long endNanos, TraceParts.Part trace, Matched matched) {

  /** Nothing of a trace is selected: it is no result. */
  static final Matched NOTHING = new Matched.Nothing();

  /** Largest key first, ties by id. */
  static final Comparator<TraceHit> BY_KEY =
      Comparator.comparing(TraceHit::key, (a, b) -> Long.compareUnsigned(b, a))
          .thenComparing(TraceHit::id);

  /** The spans that are shown. */
  sealed interface Matched {
    /** One spanset: those of the trace that the only filter selects in its row group. */
    record OfFilter(Selection selected) implements Matched {}

    /** The spansets of the trace, in the row group in which it was evaluated. */
    record OfTrace(GroupView group, List<Spanset> spansets) implements Matched {}

    /** None: the trace is no result. */
    record Nothing() implements Matched {}
  }

  /** Whether the search selects something of the trace. */
  boolean isResult() {
    return matched != NOTHING;
  }

  /** The hit on a trace. */
  static TraceHit of(TraceId id, TraceParts.Part trace, Matched matched, Ranking ranking)
      throws IOException {
    long start = trace.startNanos();
    long end = trace.endNanos();
    return new TraceHit(id, ranking.key(start, end), start, end, trace, matched);
  }
}
