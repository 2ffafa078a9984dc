package io.tempo4j.query.search;

import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryExplanation;
import io.tempo4j.query.QueryStats;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The traces that a search found.
 *
 * @param traces in the order of the search, see {@link SearchOrder}; at most the request's limit
 * @param stats what was pruned and read
 * @param explanation how the query was evaluated; null unless the request asks for it
 * @param coverage which blocks may hold more and could not be read
 */
public record SearchResult(
    List<TraceMatch> traces,
    QueryStats stats,
    @Nullable QueryExplanation explanation,
    Coverage coverage) {

  /** A result of everything that is stored. */
  public SearchResult(
      List<TraceMatch> traces, QueryStats stats, @Nullable QueryExplanation explanation) {
    this(traces, stats, explanation, Coverage.COMPLETE);
  }

  /** A result of everything that is stored, without explanation. */
  public SearchResult(List<TraceMatch> traces, QueryStats stats) {
    this(traces, stats, null);
  }

  /** The same, of less than everything. */
  public SearchResult withCoverage(Coverage covered) {
    return new SearchResult(traces, stats, explanation, covered);
  }
}
