package io.tempo4j.query.tags;

import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryStats;
import java.util.List;

/**
 * Names of tags.
 *
 * @param scopes the scopes that have some, in the order of {@link TagScope}
 * @param truncation whether something is missing
 * @param stats what was pruned and read
 * @param coverage which blocks may hold more and could not be read
 */
public record TagNames(
    List<ScopedNames> scopes, Truncation truncation, QueryStats stats, Coverage coverage) {

  /** Names from everything that is stored. */
  public TagNames(List<ScopedNames> scopes, Truncation truncation, QueryStats stats) {
    this(scopes, truncation, stats, Coverage.COMPLETE);
  }

  /** The same, from less than everything. */
  public TagNames withCoverage(Coverage covered) {
    return new TagNames(scopes, truncation, stats, covered);
  }

  /** Copies the list. */
  public TagNames {
    scopes = List.copyOf(scopes);
  }

  /**
   * The names of one scope.
   *
   * @param scope the scope
   * @param names attributes as received, without scope; fields as they are written in a query;
   *     ascending, at least one
   */
  public record ScopedNames(TagScope scope, List<String> names) {

    /** Copies the list. */
    public ScopedNames {
      names = List.copyOf(names);
    }
  }
}
