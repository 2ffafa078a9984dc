package io.tempo4j.model;

import java.math.BigDecimal;

/** Durations in the form in which Go programs print them, and clients of Tempo expect them. */
public final class GoDurationFormat {

  private GoDurationFormat() {}

  /**
   * The text of a duration: {@code 1h30m0s}, {@code 1.5s}, {@code 100ms}, {@code 2.5µs}, {@code
   * 0s}.
   *
   * @param nanos any number of nanoseconds
   */
  public static String text(long nanos) {
    // Long.MIN_VALUE has no positive counterpart, but the same digits unsigned.
    return nanos < 0 ? "-" + unsigned(-nanos) : unsigned(nanos);
  }

  private static String unsigned(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    if (Long.compareUnsigned(nanos, 1_000L) < 0) {
      return nanos + "ns";
    }
    if (Long.compareUnsigned(nanos, 1_000_000L) < 0) {
      return decimal(nanos, 1_000L) + "µs";
    }
    if (Long.compareUnsigned(nanos, 1_000_000_000L) < 0) {
      return decimal(nanos, 1_000_000L) + "ms";
    }
    long minutes = Long.divideUnsigned(nanos, 60_000_000_000L);
    String seconds = decimal(Long.remainderUnsigned(nanos, 60_000_000_000L), 1_000_000_000L) + "s";
    if (minutes == 0) {
      return seconds;
    }
    String withMinutes = minutes % 60 + "m" + seconds;
    return minutes < 60 ? withMinutes : minutes / 60 + "h" + withMinutes;
  }

  private static String decimal(long nanos, long unitNanos) {
    return BigDecimal.valueOf(nanos)
        .divide(BigDecimal.valueOf(unitNanos))
        .stripTrailingZeros()
        .toPlainString();
  }
}
