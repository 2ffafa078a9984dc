package io.tempo4j.query.metrics;

/**
 * The buckets of time of a metrics query.
 *
 * <p>Bucket {@code i} holds the moments after {@code startNanos + i * stepNanos} up to {@code
 * startNanos + (i + 1) * stepNanos}: open on the left, closed on the right, and stamped with its
 * end. Source: Grafana Tempo from 2.9 on.
 *
 * @param startNanos where the first bucket begins, Unix nanoseconds; exclusive, at least 0
 * @param stepNanos length of a bucket in nanoseconds, at least 1
 * @param bucketCount number of buckets, at least 1
 */
public record TimeAxis(long startNanos, long stepNanos, int bucketCount) {

  /** Checks the ranges; the end must be a signed 64-bit number too. */
  public TimeAxis {
    if (startNanos < 0
        || stepNanos < 1
        || bucketCount < 1
        || stepNanos > (Long.MAX_VALUE - startNanos) / bucketCount) {
      throw new IllegalArgumentException(
          "no axis: start %d, step %d, buckets %d".formatted(startNanos, stepNanos, bucketCount));
    }
  }

  /**
   * The buckets of a request.
   *
   * <p>One bucket, as it stands, for a single value. Else the start is rounded down to a multiple
   * of the step and put back by one step more, so that the first stamp is no later than the start;
   * the end is rounded up. The same query asked a little later thus has the same buckets.
   */
  public static TimeAxis of(MetricsRequest request) {
    long step = request.stepNanos();
    if (request.isInstant()) {
      return new TimeAxis(request.startNanos(), step, 1);
    }
    long start = request.startNanos() - request.startNanos() % step;
    long rest = request.endNanos() % step;
    long end = rest == 0 ? request.endNanos() : request.endNanos() + (step - rest);
    if (start > step) {
      start -= step;
    }
    return new TimeAxis(start, step, (int) ((end - start) / step));
  }

  /** The last moment of the last bucket, Unix nanoseconds. */
  public long endNanos() {
    return startNanos + bucketCount * stepNanos;
  }

  /** The bucket of a moment in unsigned Unix nanoseconds, or -1 if it lies outside. */
  public int bucketOf(long nanos) {
    // Moments beyond 2^63 are negative here and thereby before the start.
    return nanos > startNanos && nanos <= endNanos()
        ? (int) ((nanos - startNanos - 1) / stepNanos)
        : -1;
  }

  /** The stamp of a bucket: its last moment, Unix nanoseconds. */
  public long timestampNanos(int bucket) {
    return startNanos + (bucket + 1L) * stepNanos;
  }

  /** Length of a bucket in seconds. */
  double stepSeconds() {
    return stepNanos / 1e9;
  }
}
