package io.tempo4j.query.metrics;

import java.util.Arrays;

/*
 * The range is cut into as many slots of time as there may be exemplars, and of all spans offered in
 * a slot the one with the smallest hash stays. That is a uniform choice, spreads the exemplars over
 * time, and does not depend on the order in which spans are offered or parts are merged.
 */
/** The spans that stand for others, at most one per slot of time. */
final class ExemplarSlots {

  private static final int NONE = -1;

  private final long startNanos;
  private final long slotNanos;
  private final int[] groups;
  private final long[] ranks;
  private final long[] traceHighs;
  private final long[] traceLows;
  private final long[] spanIds;
  private final long[] starts;
  private final double[] values;

  ExemplarSlots(TimeAxis axis, int count) {
    startNanos = axis.startNanos();
    slotNanos = count == 0 ? Long.MAX_VALUE : (axis.endNanos() - startNanos - 1) / count + 1;
    groups = new int[count];
    Arrays.fill(groups, NONE);
    ranks = new long[count];
    traceHighs = new long[count];
    traceLows = new long[count];
    spanIds = new long[count];
    starts = new long[count];
    values = new double[count];
  }

  /** Takes an exemplar. */
  interface Visitor {
    void exemplar(int group, long traceHigh, long traceLow, long spanId, long start, double value);
  }

  int count() {
    return groups.length;
  }

  /** Whether a span that starts then can still have a place. */
  boolean mayTake(long start) {
    int slot = slot(start);
    return groups[slot] == NONE || rank(start) <= ranks[slot];
  }

  /** Offers a span that starts within the axis. */
  void offer(int group, long traceHigh, long traceLow, long spanId, long start, double value) {
    int slot = slot(start);
    long rank = rank(start);
    if (groups[slot] != NONE && !isBefore(slot, rank, traceHigh, traceLow, spanId)) {
      return;
    }
    groups[slot] = group;
    ranks[slot] = rank;
    traceHighs[slot] = traceHigh;
    traceLows[slot] = traceLow;
    spanIds[slot] = spanId;
    starts[slot] = start;
    values[slot] = value;
  }

  private boolean isBefore(int slot, long rank, long traceHigh, long traceLow, long spanId) {
    int compared = Long.compare(rank, ranks[slot]);
    if (compared == 0) {
      compared = Long.compare(traceHigh, traceHighs[slot]);
    }
    if (compared == 0) {
      compared = Long.compare(traceLow, traceLows[slot]);
    }
    if (compared == 0) {
      compared = Long.compare(spanId, spanIds[slot]);
    }
    return compared < 0;
  }

  private int slot(long start) {
    return (int) ((start - startNanos - 1) / slotNanos);
  }

  private static long rank(long start) {
    return Mix.of(start);
  }

  /** Visits all exemplars in the order of time. */
  void forEach(Visitor visitor) {
    for (int slot = 0; slot < groups.length; slot++) {
      if (groups[slot] != NONE) {
        visitor.exemplar(
            groups[slot],
            traceHighs[slot],
            traceLows[slot],
            spanIds[slot],
            starts[slot],
            values[slot]);
      }
    }
  }

  long heapBytes() {
    return 52L * groups.length;
  }
}
