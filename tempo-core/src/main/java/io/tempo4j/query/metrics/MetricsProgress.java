package io.tempo4j.query.metrics;

import java.util.function.Supplier;

/**
 * How far a metrics query has come.
 *
 * <p>Valid during the call of {@link MetricsListener#onProgress} that it is given to, on that
 * thread.
 */
public final class MetricsProgress {

  private final int completedSources;
  private final int totalSources;
  private final Supplier<MetricsResult> result;

  /**
   * Says how far a query has come.
   *
   * @param result makes the answer as far as it is known, when it is asked for
   */
  public MetricsProgress(int completedSources, int totalSources, Supplier<MetricsResult> result) {
    this.completedSources = completedSources;
    this.totalSources = totalSources;
    this.result = result;
  }

  /** Blocks and heads, or parts of a store, that were counted so far, at least 1. */
  public int completedSources() {
    return completedSources;
  }

  /** Blocks and heads, or parts of a store, that the query looks into. */
  public int totalSources() {
    return totalSources;
  }

  /**
   * The answer as far as it is known. Values are those of the sources counted so far; spans of
   * traces that lie in several sources come last where a query relates spans of a trace. Computed
   * when it is asked for.
   */
  public MetricsResult result() {
    return result.get();
  }
}
