package io.tempo4j.query.metrics;

import io.tempo4j.query.QueryBudgetException;
import io.tempo4j.query.QueryMemory;

/**
 * What one query may use.
 *
 * @param maxBytes most heap bytes of what was counted, and most of the series made of it
 * @param enoughSpans spans of a source after which adaptive sampling leaves out the rest
 * @param memory whence the bytes are taken
 */
record MetricsLimits(long maxBytes, long enoughSpans, QueryMemory memory) {

  /**
   * With so many spans the counts of a source are off by less than a percent, nearly always: the
   * standard error of a count of n is below n to the power of one half.
   */
  private static final long ENOUGH_SPANS = 1 << 18;

  private static final int SERIES_BYTES = 128;

  /** What was counted, the series made of it, and those that a client was told last. */
  private static final int PARTS_OF_MEMORY = 3;

  /** Bounds of a query that takes its bytes from no memory. */
  MetricsLimits(long maxBytes, long enoughSpans) {
    this(maxBytes, enoughSpans, QueryMemory.UNBOUNDED);
  }

  /** For a process with {@code maxHeapBytes}. */
  static MetricsLimits of(long maxHeapBytes) {
    return new MetricsLimits(Math.max(32 << 20, maxHeapBytes / 8), ENOUGH_SPANS);
  }

  /** The same for a query that takes its bytes from {@code from}. */
  MetricsLimits with(QueryMemory from) {
    long most = Math.max(1, Math.min(maxBytes, from.limitBytes() / PARTS_OF_MEMORY));
    return new MetricsLimits(most, enoughSpans, from);
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
    check(bytesOf(series, buckets));
  }

  /**
   * Takes the bytes of series that are about to be made.
   *
   * @throws QueryBudgetException if so many may not be made
   */
  void holdSeries(long series, int buckets) {
    checkSeries(series, buckets);
    memory.take(bytesOf(series, buckets));
  }

  /** Gives back the bytes of series that are gone. */
  void letGoSeries(long series, int buckets) {
    memory.give(bytesOf(series, buckets));
  }

  /** Whether so many series may be made. */
  boolean allowSeries(long series, int buckets) {
    return bytesOf(series, buckets) <= maxBytes;
  }

  /** How many buckets of so many series may be made at a time; at least 1. */
  int bucketsAtATime(long series) {
    return (int) Math.max(1, (maxBytes / series - SERIES_BYTES) / 8);
  }

  private static long bytesOf(long series, int buckets) {
    return series * (8L * buckets + SERIES_BYTES);
  }
}
