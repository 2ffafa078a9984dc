package io.tempo4j.query.scan;

import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryExplanation;
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
  private int outOfRange;
  private int prunedByBounds;
  private int prunedByValues;
  private long candidates;
  private long lookedUp;
  private long stitched;

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

  /**
   * Takes bytes for what the query is about to hold.
   *
   * @throws io.tempo4j.query.QueryBudgetException if the query may not hold as much
   * @throws io.tempo4j.query.QueryContentionException if other queries hold it
   */
  public void hold(long bytes) {
    context.memory().take(bytes);
  }

  /** Gives bytes back that the query has let go of. */
  public void letGo(long bytes) {
    context.memory().give(bytes);
  }

  /** Counts a row group whose traces lie outside the time range. */
  public void outOfRange() {
    outOfRange++;
  }

  /** Counts row groups in which bounds say that a predicate is never true. */
  public void prunedByBounds(int groups) {
    prunedByBounds += groups;
  }

  /** Counts row groups in which the filter of attribute values says that of a predicate. */
  public void prunedByValues(int groups) {
    prunedByValues += groups;
  }

  /** Counts traces in which something was found that results must have. */
  public void candidates(int traces) {
    candidates += traces;
  }

  /** Counts a trace whose parts are looked for, and returns the number of them. */
  public long countLookUp() {
    return ++lookedUp;
  }

  /** Counts a trace that was put together from its parts. */
  public void stitched() {
    stitched++;
  }

  public QueryExplanation.Pruning pruning() {
    int notReached = rowGroups - rowGroupsEvaluated - outOfRange - prunedByBounds - prunedByValues;
    return new QueryExplanation.Pruning(outOfRange, prunedByBounds, prunedByValues, notReached);
  }

  public QueryExplanation.Traces traces(long returned) {
    return new QueryExplanation.Traces(candidates, lookedUp, stitched, returned);
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
