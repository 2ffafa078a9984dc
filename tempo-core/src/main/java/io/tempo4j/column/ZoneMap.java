package io.tempo4j.column;

import org.jspecify.annotations.Nullable;

/**
 * Bounds of a column's values, known without reading it.
 *
 * <p>For INT and SMALL columns {@code min} and {@code max} are the exact signed bounds; for DOUBLE
 * columns they are {@link Double#doubleToRawLongBits} of the bounds with NaN left out (and {@code
 * hasBounds} is false if there is nothing but NaN); for BOOL 0 and 1. For STRING columns {@code
 * minBytes} is a lower bound, {@code maxBytes} an upper bound or null if unbounded, both in
 * unsigned byte order and possibly truncated, hence inclusive and not exact.
 *
 * @param valueCount number of values in the column, at least 1
 * @param hasBounds whether {@code min} and {@code max}, or {@code minBytes}, are meaningful
 * @param min smallest value
 * @param max largest value
 * @param minBytes lower bound of a STRING column
 * @param maxBytes upper bound of a STRING column, null if unbounded
 */
@SuppressWarnings("ArrayRecordComponent") // never changed after construction
public record ZoneMap(
    int valueCount,
    boolean hasBounds,
    long min,
    long max,
    byte @Nullable [] minBytes,
    byte @Nullable [] maxBytes) {

  /** A zone map that knows the count alone. */
  public static ZoneMap unbounded(int valueCount) {
    return new ZoneMap(valueCount, false, 0, 0, null, null);
  }

  /** Exact bounds of integers. */
  public static ZoneMap ofLongs(int valueCount, long min, long max) {
    return new ZoneMap(valueCount, true, min, max, null, null);
  }
}
