package io.tempo4j.query.scan;

import io.tempo4j.query.QueryStats;

/** Counts what one query reads. Not thread-safe. */
public final class ReadTally {

  private int sources;
  private int sourcesPruned;
  private int rowGroups;
  private int rowGroupsEvaluated;
  private long inspectedTraces;
  private long inspectedSpans;
  private long inspectedBytes;

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

  public void read(long bytes) {
    inspectedBytes += bytes;
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
