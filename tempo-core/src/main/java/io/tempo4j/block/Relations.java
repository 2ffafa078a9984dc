package io.tempo4j.block;

/**
 * How some columns are stored relative to others, and back.
 *
 * <p>All arithmetic wraps, so every value survives. {@code parents} are rows as {@link
 * io.tempo4j.column.SpanTree#parentRows} gives them.
 */
/*
 * A span starts soon after its parent, so the difference has few bits; a root usually starts when
 * its trace does, so that difference is 0, and the start of the trace stands in the TRACE table
 * where a search can see it without the spans. The same for the duration of the first span of a
 * trace, and for links: most point into their own trace, many of them at the parent.
 */
final class Relations {

  private Relations() {}

  static long[] startsToStored(
      long[] starts, int[] parents, int[] traceOffsets, long[] traceStarts) {
    long[] stored = new long[parents.length];
    for (int trace = 0; trace < traceStarts.length; trace++) {
      for (int row = traceOffsets[trace]; row < traceOffsets[trace + 1]; row++) {
        int parent = parents[row];
        stored[row] = starts[row] - (parent < 0 ? traceStarts[trace] : starts[parent]);
      }
    }
    return stored;
  }

  /** Turns stored starts into starts, in place. */
  static void storedToStarts(long[] stored, int[] parents, int[] traceOffsets, long[] traceStarts) {
    for (int trace = 0; trace < traceOffsets.length - 1; trace++) {
      for (int row = traceOffsets[trace]; row < traceOffsets[trace + 1]; row++) {
        int parent = parents[row];
        stored[row] += parent < 0 ? traceStarts[trace] : stored[parent];
      }
    }
  }

  /** Exchanges, in place, the duration of each trace's first span with what the trace has more. */
  static void flipFirstDurations(
      long[] durations, int[] traceOffsets, long[] traceStarts, long[] traceEnds) {
    for (int trace = 0; trace < traceOffsets.length - 1; trace++) {
      int first = traceOffsets[trace];
      durations[first] = traceEnds[trace] - traceStarts[trace] - durations[first];
    }
  }

  /** Exchanges, in place, absolute trace ids of links with their difference to the own trace's. */
  static void flipLinkTraceIds(
      long[] linkIds, int[] linkOffsets, int[] traceOffsets, long[] traceIds) {
    for (int trace = 0; trace < traceOffsets.length - 1; trace++) {
      int from = linkOffsets[traceOffsets[trace]];
      int to = linkOffsets[traceOffsets[trace + 1]];
      for (int link = from; link < to; link++) {
        linkIds[link] ^= traceIds[trace];
      }
    }
  }

  /** Exchanges, in place, absolute span ids of links with their difference to the parent's. */
  static void flipLinkSpanIds(long[] linkIds, int[] linkOffsets, int[] parents, long[] spanIds) {
    for (int row = 0; row < parents.length; row++) {
      int parent = parents[row];
      if (parent >= 0) {
        for (int link = linkOffsets[row]; link < linkOffsets[row + 1]; link++) {
          linkIds[link] ^= spanIds[parent];
        }
      }
    }
  }
}
