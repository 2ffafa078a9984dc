package io.tempo4j.query;

/** Counts what one query reads. Not thread-safe. */
final class ReadTally {

  private int sources;
  private int sourcesPruned;
  private int rowGroups;
  private int rowGroupsEvaluated;
  private long inspectedTraces;
  private long inspectedSpans;
  private long inspectedBytes;

  void source(boolean isPruned, int groups) {
    sources++;
    if (isPruned) {
      sourcesPruned++;
    } else {
      rowGroups += groups;
    }
  }

  void evaluated(long traces, long spans) {
    rowGroupsEvaluated++;
    inspectedTraces += traces;
    inspectedSpans += spans;
  }

  void read(long bytes) {
    inspectedBytes += bytes;
  }

  QueryStats stats() {
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
