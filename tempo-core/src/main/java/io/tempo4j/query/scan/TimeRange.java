package io.tempo4j.query.scan;

import io.tempo4j.column.ZoneMap;
import org.jspecify.annotations.Nullable;

/**
 * A range of unsigned moments, both ends inclusive.
 *
 * @param start Unix nanoseconds
 * @param end Unix nanoseconds
 */
public record TimeRange(long start, long end) {

  /** The range of a request, in which {@link Long#MAX_VALUE} stands for no upper bound. */
  public static TimeRange ofRequest(long startNanos, long endNanos) {
    return new TimeRange(startNanos, endNanos == Long.MAX_VALUE ? -1L : endNanos);
  }

  public boolean overlaps(long otherStart, long otherEnd) {
    return Long.compareUnsigned(otherEnd, start) >= 0 && Long.compareUnsigned(otherStart, end) <= 0;
  }

  /** False only if no trace with bounds in these zones overlaps the range. */
  public boolean mayOverlap(@Nullable ZoneMap starts, @Nullable ZoneMap ends) {
    return Long.compareUnsigned(upper(ends), start) >= 0
        && Long.compareUnsigned(lower(starts), end) <= 0;
  }

  /** True only if every trace with bounds in these zones overlaps the range. */
  public boolean covers(@Nullable ZoneMap starts, @Nullable ZoneMap ends) {
    return Long.compareUnsigned(lower(ends), start) >= 0
        && Long.compareUnsigned(upper(starts), end) <= 0;
  }

  /** The largest unsigned moment that a column may hold. */
  public static long upper(@Nullable ZoneMap zone) {
    // Bounds are signed: with a negative one in it the unsigned order is another.
    return zone == null || !zone.hasBounds() || (zone.min() < 0 && zone.max() >= 0)
        ? -1L
        : zone.max();
  }

  private static long lower(@Nullable ZoneMap zone) {
    return zone == null || !zone.hasBounds() || (zone.min() < 0 && zone.max() >= 0)
        ? 0
        : zone.min();
  }
}
