package io.tempo4j.query.search;

import io.tempo4j.model.TraceId;
import io.tempo4j.query.pipeline.Spanset;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.stitch.TraceParts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A trace that a search found, with all its parts.
 *
 * @param id the trace's id
 * @param startNanos smallest start of all parts
 * @param parts the parts, by start, then by name of the source
 * @param matched what of it the search selects
 */
record TraceHit(TraceId id, long startNanos, List<TraceParts.Part> parts, Matched matched) {

  /** Newest start first, ties by id. */
  static final Comparator<TraceHit> NEWEST_FIRST =
      Comparator.comparing(TraceHit::startNanos, (a, b) -> Long.compareUnsigned(b, a))
          .thenComparing(TraceHit::id);

  /** The spans that are shown. */
  sealed interface Matched {
    /**
     * One spanset: the selected spans of some parts.
     *
     * @param selections for each part the selected spans of its row group
     */
    record OfParts(List<TraceParts.Part> parts, List<Selection> selections) implements Matched {}

    /** Spansets of a trace that was evaluated as one, in the row group in which it was. */
    record OfTrace(GroupView group, List<Spanset> spansets) implements Matched {}
  }

  /** The trace of these parts. */
  static TraceHit of(TraceId id, List<TraceParts.Part> parts, Matched matched) throws IOException {
    if (parts.size() == 1) {
      return new TraceHit(id, parts.get(0).startNanos(), parts, matched);
    }
    record Placed(TraceParts.Part part, long start, String source) {}
    List<Placed> placed = new ArrayList<>();
    for (TraceParts.Part part : parts) {
      placed.add(new Placed(part, part.startNanos(), part.group().source().source().name()));
    }
    placed.sort(
        Comparator.comparing(Placed::start, Long::compareUnsigned).thenComparing(Placed::source));
    return new TraceHit(
        id, placed.get(0).start(), placed.stream().map(Placed::part).toList(), matched);
  }
}
