package io.tempo4j.query;

import io.tempo4j.column.ReadCounts;
import java.util.ArrayList;
import java.util.List;

/**
 * How a query was evaluated: what it came down to, and what each step left out or read. For people
 * who ask why a query is slow, or why it is fast.
 *
 * @param plan what the query came down to
 * @param stats what was pruned and read
 * @param pruning why row groups were left out
 * @param traces what became of traces
 * @param reads what was asked of object stores; nothing of those on this machine
 */
public record QueryExplanation(
    Plan plan, QueryStats stats, Pruning pruning, Traces traces, ReadCounts reads) {

  /** On what filters decide. */
  public enum Evaluation {
    /** On each span by itself. */
    SPANS,
    /** On traces as a whole. */
    WHOLE_TRACES
  }

  /**
   * What a query came down to.
   *
   * @param query the query in its canonical form
   * @param order of the results: {@code newest} or {@code longest} first
   * @param filters the filters that are evaluated over columns
   * @param anchor what at least one span of every result must be; row groups are pruned by it
   * @param evaluation on what filters decide
   */
  public record Plan(
      String query, String order, List<String> filters, String anchor, Evaluation evaluation) {
    /** Copies the list. */
    public Plan {
      filters = List.copyOf(filters);
    }
  }

  /**
   * Why row groups of sources within the time range were not evaluated.
   *
   * @param outOfRange their traces lie outside the time range
   * @param byBounds bounds of columns, or resources, rule the anchor out
   * @param byValueFilter the filter of attribute values rules it out
   * @param notReached the results were complete before
   */
  public record Pruning(int outOfRange, int byBounds, int byValueFilter, int notReached) {}

  /**
   * What became of traces.
   *
   * @param candidates traces with a span for which the anchor holds
   * @param lookedUp candidates whose other parts were looked for
   * @param stitched of these, how many had spans in several sources and were put together
   * @param returned results
   */
  public record Traces(long candidates, long lookedUp, long stitched, long returned) {}

  /** The explanation as lines of text. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("query: " + plan.query());
    lines.add("order: " + plan.order() + " first");
    for (String filter : plan.filters()) {
      lines.add("filter: " + filter);
    }
    lines.add("anchor: " + plan.anchor());
    lines.add(
        switch (plan.evaluation()) {
          case SPANS -> "evaluated: span by span, by columns";
          case WHOLE_TRACES -> "evaluated: filters by columns, then candidates as whole traces";
        });
    lines.add(
        "sources: %d, %d outside the time range".formatted(stats.sources(), stats.sourcesPruned()));
    lines.add(
        ("row groups: %d, %d outside the time range, %d ruled out by bounds, %d by the filter of"
                + " values, %d not reached, %d evaluated")
            .formatted(
                stats.rowGroups(),
                pruning.outOfRange(),
                pruning.byBounds(),
                pruning.byValueFilter(),
                pruning.notReached(),
                stats.rowGroups() - stats.rowGroupsPruned()));
    lines.add(
        "traces: %d candidates, %d looked up, %d put together from several sources, %d returned"
            .formatted(
                traces.candidates(), traces.lookedUp(), traces.stitched(), traces.returned()));
    lines.add("bytes of columns: " + stats.inspectedBytes());
    if (!reads.equals(ReadCounts.NONE)) {
      lines.add(
          ("object store: %d reads of %d bytes, %d of them from disk, joined from %d chunks and"
                  + " filters; %d columns and %d filters were cached; waited %.1f ms")
              .formatted(
                  reads.reads(),
                  reads.bytes(),
                  reads.fromDisk(),
                  reads.joined(),
                  reads.cachedColumns(),
                  reads.cachedFilters(),
                  reads.waitedNanos() / 1e6));
    }
    return lines;
  }
}
