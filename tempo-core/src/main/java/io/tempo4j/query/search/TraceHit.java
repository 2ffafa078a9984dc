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
 * @param key its place among the results: the larger, the earlier, unsigned
 * @param startNanos smallest start of all parts
 * @param endNanos largest end of all parts
 * @param parts the parts, by start, then by name of the source
 * @param matched what of it the search selects
 */
record TraceHit(
    TraceId id,
    long key,
    long startNanos,
    long endNanos,
    List<TraceParts.Part> parts,
    Matched matched) {

  /** Largest key first, ties by id. */
  static final Comparator<TraceHit> BY_KEY =
      Comparator.comparing(TraceHit::key, (a, b) -> Long.compareUnsigned(b, a))
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
  static TraceHit of(TraceId id, List<TraceParts.Part> parts, Matched matched, Ranking ranking)
      throws IOException {
    List<TraceParts.Part> ordered = parts.size() == 1 ? parts : byStart(parts);
    long start = ordered.get(0).startNanos();
    long end = 0;
    for (TraceParts.Part part : ordered) {
      long partEnd = part.endNanos();
      end = Long.compareUnsigned(partEnd, end) > 0 ? partEnd : end;
    }
    return new TraceHit(id, ranking.key(start, end), start, end, ordered, matched);
  }

  private static List<TraceParts.Part> byStart(List<TraceParts.Part> parts) throws IOException {
    record Placed(TraceParts.Part part, long start, String source) {}
    List<Placed> placed = new ArrayList<>();
    for (TraceParts.Part part : parts) {
      placed.add(new Placed(part, part.startNanos(), part.group().source().source().name()));
    }
    placed.sort(
        Comparator.comparing(Placed::start, Long::compareUnsigned).thenComparing(Placed::source));
    return placed.stream().map(Placed::part).toList();
  }
}
