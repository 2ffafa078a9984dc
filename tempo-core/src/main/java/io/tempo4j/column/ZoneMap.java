package io.tempo4j.column;

import java.util.Arrays;
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

  /**
   * Bounds of these values and those of {@code other} together.
   *
   * @param type the type of both columns
   */
  public ZoneMap joined(ZoneMap other, ValueType type) {
    int count = (int) Math.min(Integer.MAX_VALUE, (long) valueCount + other.valueCount);
    if (!hasBounds || !other.hasBounds) {
      return unbounded(count);
    }
    return switch (type) {
      case INT, SMALL, BOOL -> ofLongs(count, Math.min(min, other.min), Math.max(max, other.max));
      case DOUBLE ->
          ofLongs(
              count,
              isBelow(other.min, min) ? other.min : min,
              isBelow(max, other.max) ? other.max : max);
      case STRING ->
          new ZoneMap(
              count, true, 0, 0, lower(minBytes, other.minBytes), upper(maxBytes, other.maxBytes));
      case ANY -> unbounded(count);
    };
  }

  private static boolean isBelow(long bits, long otherBits) {
    return Double.longBitsToDouble(bits) < Double.longBitsToDouble(otherBits);
  }

  private static byte @Nullable [] lower(byte @Nullable [] one, byte @Nullable [] other) {
    return one == null || other == null
        ? null
        : Arrays.compareUnsigned(one, other) <= 0 ? one : other;
  }

  private static byte @Nullable [] upper(byte @Nullable [] one, byte @Nullable [] other) {
    return one == null || other == null
        ? null
        : Arrays.compareUnsigned(one, other) >= 0 ? one : other;
  }

  /** Exact bounds of integers. */
  public static ZoneMap ofLongs(int valueCount, long min, long max) {
    return new ZoneMap(valueCount, true, min, max, null, null);
  }
}
