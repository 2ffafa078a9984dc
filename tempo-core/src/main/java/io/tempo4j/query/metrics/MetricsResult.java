package io.tempo4j.query.metrics;

import io.tempo4j.query.QueryStats;
import java.util.List;

/**
 * The answer to a metrics query.
 *
 * @param axis the buckets that the values of all series belong to
 * @param series the series, ordered by their labels; each has at least one value
 * @param isTruncated true if there were more series than were asked for
 * @param stats what was pruned and read
 */
public record MetricsResult(
    TimeAxis axis, List<TimeSeries> series, boolean isTruncated, QueryStats stats) {
  /** Copies the list. */
  public MetricsResult {
    series = List.copyOf(series);
  }
}
