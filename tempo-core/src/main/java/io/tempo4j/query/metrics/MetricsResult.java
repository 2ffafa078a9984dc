package io.tempo4j.query.metrics;

import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryStats;
import java.util.List;

/**
 * The answer to a metrics query.
 *
 * @param axis the buckets that the values of all series belong to
 * @param series the series, ordered by their labels; each has at least one value
 * @param isTruncated true if there were more series than were asked for
 * @param stats what was pruned and read
 * @param coverage which blocks may hold more and could not be read
 */
public record MetricsResult(
    TimeAxis axis,
    List<TimeSeries> series,
    boolean isTruncated,
    QueryStats stats,
    Coverage coverage) {
  /** Copies the list. */
  public MetricsResult {
    series = List.copyOf(series);
  }

  /** An answer from everything that is stored. */
  public MetricsResult(
      TimeAxis axis, List<TimeSeries> series, boolean isTruncated, QueryStats stats) {
    this(axis, series, isTruncated, stats, Coverage.COMPLETE);
  }

  /** The same, from less than everything. */
  public MetricsResult withCoverage(Coverage covered) {
    return new MetricsResult(axis, series, isTruncated, stats, covered);
  }
}
