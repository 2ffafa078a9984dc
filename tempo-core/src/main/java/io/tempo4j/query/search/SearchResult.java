package io.tempo4j.query.search;

import io.tempo4j.query.QueryStats;
import java.util.List;

/**
 * The traces that a search found.
 *
 * @param traces newest start first, ties by trace id; at most the request's limit
 * @param stats what was pruned and read
 */
public record SearchResult(List<TraceMatch> traces, QueryStats stats) {}
