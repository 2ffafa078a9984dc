package io.tempo4j.query.search;

import org.jspecify.annotations.Nullable;

/**
 * A trace that a search may find, as one part sees it.
 *
 * @param extent of what the part has of it
 * @param match the result that the trace is, if it has no spans elsewhere; null if it is none then,
 *     or if matches were not asked for
 */
public record Candidate(TraceExtent extent, @Nullable TraceMatch match) {

  /** What is asked for of candidates. */
  public enum Detail {
    /** Which there are. */
    EXTENTS,
    /** Also the results that they are. */
    MATCHES
  }
}
