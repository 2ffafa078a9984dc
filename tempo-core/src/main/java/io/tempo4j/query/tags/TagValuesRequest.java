package io.tempo4j.query.tags;

import io.tempo4j.traceql.FieldExpression;

/**
 * Asks which values a tag has.
 *
 * @param tag the attribute or field; of an attribute without scope those of all scopes
 * @param filter only values of spans that match the first spanset filter of this query, which may
 *     be unfinished, see {@link io.tempo4j.traceql.TraceQl#parseUnfinishedFilter}; a text that says
 *     nothing, such as an empty one, filters nothing
 * @param startNanos only values in traces that end at or after this moment, Unix nanoseconds;
 *     inclusive
 * @param endNanos only values in traces that start at or before this moment, Unix nanoseconds;
 *     inclusive; {@link Long#MAX_VALUE} for no bound
 * @param limits what ends the gathering
 */
public record TagValuesRequest(
    FieldExpression.Reference tag,
    String filter,
    long startNanos,
    long endNanos,
    TagLimits limits) {

  /** Checks the range. */
  public TagValuesRequest {
    checkRange(startNanos, endNanos);
  }

  static void checkRange(long startNanos, long endNanos) {
    if (Long.compareUnsigned(startNanos, endNanos) > 0) {
      throw new IllegalArgumentException(
          "start must not be after end, got start " + startNanos + " and end " + endNanos);
    }
  }
}
