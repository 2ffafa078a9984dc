package io.tempo4j.query.search;

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
 */
public record SearchResult(
    List<TraceMatch> traces, QueryStats stats, @Nullable QueryExplanation explanation) {

  /** A result without explanation. */
  public SearchResult(List<TraceMatch> traces, QueryStats stats) {
    this(traces, stats, null);
  }
}
