package io.tempo4j.query.metrics;

/**
 * A request for time series.
 *
 * <p>An instant request asks for one value per series, over the spans that start after {@code
 * startNanos} up to {@code endNanos}. Any other range is widened to whole steps first, however long
 * the step is, see {@link TimeAxis#of}.
 *
 * @param form whether points at every step are asked for, or a single one
 * @param query a TraceQL metrics query
 * @param startNanos start of the range, Unix nanoseconds; exclusive, at least 0
 * @param endNanos end of the range, Unix nanoseconds; inclusive, after {@code startNanos}
 * @param stepNanos length of a bucket of time in nanoseconds, at least 1; that of the range for a
 *     single value
 * @param exemplars most exemplars to return over all series; 0 for none
 * @param maxSeries most series to return; what is beyond is left out and the result says so
 */
public record MetricsRequest(
    Form form,
    String query,
    long startNanos,
    long endNanos,
    long stepNanos,
    int exemplars,
    int maxSeries) {

  /** How many points a series has. */
  public enum Form {
    /** One at every step. */
    RANGE,
    /** One in all. */
    INSTANT
  }

  /** The most buckets that a range may have. */
  public static final int MAX_BUCKETS = 1 << 16;

  /** The most series that are returned where a request names no other number. */
  public static final int DEFAULT_MAX_SERIES = 1000;

  /** The most exemplars that a request may ask for. */
  public static final int MAX_EXEMPLARS = 10_000;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is wrong, with a text for whoever made the request
   */
  public MetricsRequest {
    if (startNanos < 0) {
      throw new IllegalArgumentException("start must not be negative, got " + startNanos);
    }
    if (endNanos <= startNanos) {
      throw new IllegalArgumentException("end must be greater than start");
    }
    if (stepNanos < 1) {
      throw new IllegalArgumentException("step must be positive, got " + stepNanos);
    }
    if (form == Form.INSTANT && stepNanos != endNanos - startNanos) {
      throw new IllegalArgumentException("the step of a single value must be the range");
    }
    if ((endNanos - startNanos) / stepNanos > MAX_BUCKETS) {
      throw new IllegalArgumentException(
          "step of %d ns is too small, minimum step for given range is %d ns"
              .formatted(stepNanos, (endNanos - startNanos) / MAX_BUCKETS));
    }
    if (endNanos > Long.MAX_VALUE - stepNanos) {
      throw new IllegalArgumentException("end is too large, got " + endNanos);
    }
    if (exemplars < 0 || exemplars > MAX_EXEMPLARS) {
      throw new IllegalArgumentException(
          "exemplars must be between 0 and " + MAX_EXEMPLARS + ", got " + exemplars);
    }
    if (maxSeries < 1) {
      throw new IllegalArgumentException("maxSeries must be positive, got " + maxSeries);
    }
  }

  /** Series over a range, without exemplars. */
  public static MetricsRequest range(String query, long startNanos, long endNanos, long stepNanos) {
    return new MetricsRequest(
        Form.RANGE, query, startNanos, endNanos, stepNanos, 0, DEFAULT_MAX_SERIES);
  }

  /** One value per series over the whole range. */
  public static MetricsRequest instant(String query, long startNanos, long endNanos) {
    return new MetricsRequest(
        Form.INSTANT, query, startNanos, endNanos, endNanos - startNanos, 0, DEFAULT_MAX_SERIES);
  }

  /** The same with up to {@code count} exemplars. */
  public MetricsRequest withExemplars(int count) {
    return new MetricsRequest(form, query, startNanos, endNanos, stepNanos, count, maxSeries);
  }

  /** The same with up to {@code count} series. */
  public MetricsRequest withMaxSeries(int count) {
    return new MetricsRequest(form, query, startNanos, endNanos, stepNanos, exemplars, count);
  }

  /** True if one value per series is asked for. */
  public boolean isInstant() {
    return form == Form.INSTANT;
  }
}
