package io.tempo4j.query.scan;

import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStats;

/** Counts what one query reads, and holds it to its budget. Not thread-safe. */
public final class ReadTally {

  private final QueryContext context;
  private int sources;
  private int sourcesPruned;
  private int rowGroups;
  private int rowGroupsEvaluated;
  private long inspectedTraces;
  private long inspectedSpans;
  private long inspectedBytes;
  private long tracesStitched;

  public ReadTally(QueryContext context) {
    this.context = context;
  }

  public void source(boolean isPruned, int groups) {
    sources++;
    if (isPruned) {
      sourcesPruned++;
    } else {
      rowGroups += groups;
    }
  }

  public void evaluated(long traces, long spans) {
    rowGroupsEvaluated++;
    inspectedTraces += traces;
    inspectedSpans += spans;
  }

  /**
   * Counts bytes of a decoded column.
   *
   * @throws io.tempo4j.query.QueryBudgetException if the query may not read as much
   */
  public void read(long bytes) {
    inspectedBytes += bytes;
    context.checkBytes(inspectedBytes);
  }

  /** Counts a trace that was put together from its parts. */
  public void stitched() {
    tracesStitched++;
  }

  /** Traces that were put together from their parts. */
  public long tracesStitched() {
    return tracesStitched;
  }

  public QueryStats stats() {
    return new QueryStats(
        sources,
        sourcesPruned,
        rowGroups,
        rowGroups - rowGroupsEvaluated,
        inspectedTraces,
        inspectedSpans,
        inspectedBytes);
  }
}
