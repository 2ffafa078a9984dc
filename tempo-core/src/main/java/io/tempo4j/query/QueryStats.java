package io.tempo4j.query;

/**
 * What a query pruned and read.
 *
 * @param sources blocks and heads in the tenant's view
 * @param sourcesPruned of these, how many were not looked into at all
 * @param rowGroups row groups of the sources that were looked into
 * @param rowGroupsPruned of these, how many no column was evaluated in
 * @param inspectedTraces traces of the row groups that were evaluated
 * @param inspectedSpans spans of the row groups that were evaluated
 * @param inspectedBytes bytes of the columns that were read, decoded, cached or not
 */
public record QueryStats(
    int sources,
    int sourcesPruned,
    int rowGroups,
    int rowGroupsPruned,
    long inspectedTraces,
    long inspectedSpans,
    long inspectedBytes) {

  /** Nothing was done yet. */
  public static final QueryStats NONE = new QueryStats(0, 0, 0, 0, 0, 0, 0);

  /** Both together. */
  public QueryStats plus(QueryStats more) {
    return new QueryStats(
        sources + more.sources,
        sourcesPruned + more.sourcesPruned,
        rowGroups + more.rowGroups,
        rowGroupsPruned + more.rowGroupsPruned,
        inspectedTraces + more.inspectedTraces,
        inspectedSpans + more.inspectedSpans,
        inspectedBytes + more.inspectedBytes);
  }
}
