package io.tempo4j.query.search;

import io.tempo4j.model.TraceId;

/**
 * When the spans of a trace begin and end: all of them, or those that one part has.
 *
 * @param id the trace's id
 * @param startNanos smallest start, Unix nanoseconds, unsigned
 * @param endNanos largest end, Unix nanoseconds, unsigned
 */
public record TraceExtent(TraceId id, long startNanos, long endNanos) {

  /** The extent of what both have of the trace. */
  public TraceExtent and(TraceExtent other) {
    return new TraceExtent(
        id,
        Long.compareUnsigned(startNanos, other.startNanos) <= 0 ? startNanos : other.startNanos,
        Long.compareUnsigned(endNanos, other.endNanos) >= 0 ? endNanos : other.endNanos);
  }

  /** Whether a moment is in both. */
  public boolean overlaps(TraceExtent other) {
    return Long.compareUnsigned(startNanos, other.endNanos) <= 0
        && Long.compareUnsigned(other.startNanos, endNanos) <= 0;
  }
}
