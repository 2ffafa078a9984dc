package io.tempo4j.query.metrics;

import io.tempo4j.query.QueryBudgetException;

/**
 * What one query may use.
 *
 * @param maxBytes most heap bytes of what was counted, and most of the series made of it
 * @param enoughSpans spans of a source after which adaptive sampling leaves out the rest
 */
record MetricsLimits(long maxBytes, long enoughSpans) {

  /**
   * With so many spans the counts of a source are off by less than a percent, nearly always: the
   * standard error of a count of n is below n to the power of one half.
   */
  private static final long ENOUGH_SPANS = 1 << 18;

  /** For a process with {@code maxHeapBytes}. */
  static MetricsLimits of(long maxHeapBytes) {
    return new MetricsLimits(Math.max(32 << 20, maxHeapBytes / 8), ENOUGH_SPANS);
  }

  /**
   * Returns if {@code bytes} are allowed.
   *
   * @throws QueryBudgetException if not
   */
  void check(long bytes) {
    if (bytes > maxBytes) {
      throw new QueryBudgetException(maxBytes);
    }
  }

  /**
   * Returns if so many series may be made.
   *
   * @throws QueryBudgetException if not
   */
  void checkSeries(long series, int buckets) {
    check(series * (8L * buckets + 128));
  }
}
