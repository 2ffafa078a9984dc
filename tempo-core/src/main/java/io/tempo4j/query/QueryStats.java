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
    long inspectedBytes) {}
