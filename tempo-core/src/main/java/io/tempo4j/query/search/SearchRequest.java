package io.tempo4j.query.search;

/**
 * A search for traces.
 *
 * @param query a TraceQL query
 * @param startNanos only traces that end at or after this moment, Unix nanoseconds; inclusive
 * @param endNanos only traces that start at or before this moment, Unix nanoseconds; inclusive;
 *     {@link Long#MAX_VALUE} for no bound
 * @param limit most traces to return, at least 1
 * @param spansPerSpanset most spans to return per spanset, at least 1
 * @param detail what to return beside the traces
 */
public record SearchRequest(
    String query, long startNanos, long endNanos, int limit, int spansPerSpanset, Detail detail) {

  /** What a search returns beside the traces. */
  public enum Detail {
    /** Nothing more. */
    TRACES,
    /** How the query was evaluated. */
    EXPLANATION
  }

  /** A search for nothing but traces. */
  public SearchRequest(
      String query, long startNanos, long endNanos, int limit, int spansPerSpanset) {
    this(query, startNanos, endNanos, limit, spansPerSpanset, Detail.TRACES);
  }

  /** Checks the ranges. */
  public SearchRequest {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be positive, got " + limit);
    }
    if (spansPerSpanset < 1) {
      throw new IllegalArgumentException(
          "spans per spanset must be positive, got " + spansPerSpanset);
    }
    if (Long.compareUnsigned(startNanos, endNanos) > 0) {
      throw new IllegalArgumentException(
          "start must not be after end, got start " + startNanos + " and end " + endNanos);
    }
  }

  /** The same search for at most {@code limit} traces. */
  public SearchRequest withLimit(int limit) {
    return new SearchRequest(query, startNanos, endNanos, limit, spansPerSpanset, detail);
  }

  /** The same search, with {@code detail} beside the traces. */
  public SearchRequest with(Detail detail) {
    return new SearchRequest(query, startNanos, endNanos, limit, spansPerSpanset, detail);
  }
}
