package io.tempo4j.query.tags;

import java.util.Set;

/**
 * Asks which tags there are.
 *
 * @param scopes the scopes that are asked for
 * @param filter only tags of spans that match the first spanset filter of this query, which may be
 *     unfinished, see {@link io.tempo4j.traceql.TraceQl#parseUnfinishedFilter}; a text that says
 *     nothing, such as an empty one, filters nothing
 * @param startNanos only what may belong to traces that end at or after this moment, Unix
 *     nanoseconds; inclusive
 * @param endNanos only what may belong to traces that start at or before this moment, Unix
 *     nanoseconds; inclusive; {@link Long#MAX_VALUE} for no bound
 * @param limits what ends the gathering
 */
public record TagNamesRequest(
    Set<TagScope> scopes, String filter, long startNanos, long endNanos, TagLimits limits) {

  /** Copies the scopes and checks the range. */
  public TagNamesRequest {
    scopes = Set.copyOf(scopes);
    TagValuesRequest.checkRange(startNanos, endNanos);
  }
}
