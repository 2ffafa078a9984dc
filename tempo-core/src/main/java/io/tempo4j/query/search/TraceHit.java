package io.tempo4j.query.search;

import io.tempo4j.column.Fields;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.scan.GroupView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trace that a search found, with all its parts.
 *
 * @param id the trace's id
 * @param startNanos smallest start of all parts
 * @param parts the parts, by start, then by name of the source
 * @param filters the filters whose spans are shown
 */
record TraceHit(TraceId id, long startNanos, List<Part> parts, BitSet filters) {

  /** Newest start first, ties by id. */
  static final Comparator<TraceHit> NEWEST_FIRST =
      Comparator.comparing(TraceHit::startNanos, (a, b) -> Long.compareUnsigned(b, a))
          .thenComparing(TraceHit::id);

  /**
   * A part of a trace.
   *
   * @param hits what the filters found there; null if it contributes no spans, only what is known
   *     of the whole trace
   */
  record Part(GroupView group, int traceRow, @Nullable GroupHits hits) {

    long startNanos() throws IOException {
      return group.traces().longs(Fields.TRACE_START)[traceRow];
    }

    long endNanos() throws IOException {
      return group.traces().longs(Fields.TRACE_END)[traceRow];
    }

    String sourceName() {
      return group.source().source().name();
    }
  }

  /** The trace of these parts, or null if they do not make a result together. */
  static @Nullable TraceHit of(TraceId id, List<Part> parts, SearchPlan.Combination combination)
      throws IOException {
    BitSet filters = new BitSet();
    if (!combine(combination, parts, filters)) {
      return null;
    }
    if (parts.size() == 1) {
      return new TraceHit(id, parts.get(0).startNanos(), parts, filters);
    }
    record Placed(Part part, long start, String source) {}
    List<Placed> placed = new ArrayList<>();
    for (Part part : parts) {
      placed.add(new Placed(part, part.startNanos(), part.sourceName()));
    }
    placed.sort(
        Comparator.comparing(Placed::start, Long::compareUnsigned).thenComparing(Placed::source));
    return new TraceHit(
        id, placed.get(0).start(), placed.stream().map(Placed::part).toList(), filters);
  }

  /** Adds the filters whose spans the combination shows; false if it does not hold. */
  private static boolean combine(
      SearchPlan.Combination combination, List<Part> parts, BitSet filters) throws IOException {
    switch (combination) {
      case SearchPlan.Combination.Filter filter -> {
        for (Part part : parts) {
          if (part.hits() != null && part.hits().hasHit(filter.index(), part.traceRow())) {
            filters.set(filter.index());
            return true;
          }
        }
        return false;
      }
      case SearchPlan.Combination.Both both -> {
        BitSet inner = new BitSet();
        if (combine(both.left(), parts, inner) && combine(both.right(), parts, inner)) {
          filters.or(inner);
          return true;
        }
        return false;
      }
      case SearchPlan.Combination.Either either -> {
        boolean left = combine(either.left(), parts, filters);
        return combine(either.right(), parts, filters) || left;
      }
    }
  }
}
