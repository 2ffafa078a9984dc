package io.tempo4j.query.filter;

/**
 * Which spans of one trace are wanted: those that a query selects, and so many levels of their
 * ancestors and descendants. Immutable.
 *
 * <p>Levels add up over matching spans: a span is wanted if it is near enough to one of them.
 *
 * @param query TraceQL that selects spans; {@code { }} selects all
 * @param ancestorLevels levels above each matching span, 0 for none, {@link #ALL} for all
 * @param descendantLevels levels below each matching span, 0 for none, {@link #ALL} for all
 */
public record TraceFilter(String query, int ancestorLevels, int descendantLevels) {

  /** As many levels as there are. */
  public static final int ALL = Integer.MAX_VALUE;

  /**
   * Checks the levels.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public TraceFilter {
    if (ancestorLevels < 0 || descendantLevels < 0) {
      throw new IllegalArgumentException(
          "levels must not be negative, got " + ancestorLevels + " and " + descendantLevels);
    }
  }

  /** The spans that {@code query} selects, and no others. */
  public static TraceFilter matching(String query) {
    return new TraceFilter(query, 0, 0);
  }

  /** The same with that many levels of ancestors. */
  public TraceFilter withAncestors(int levels) {
    return new TraceFilter(query, levels, descendantLevels);
  }

  /** The same with that many levels of descendants. */
  public TraceFilter withDescendants(int levels) {
    return new TraceFilter(query, ancestorLevels, levels);
  }
}
