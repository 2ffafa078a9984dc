package io.tempo4j.query.tags;

import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryStats;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

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

  /**
   * What is in this answer or in another to the same request. Answers can be added up in any order
   * and grouping; the sum may have more names than the request allows, and says {@link Truncation}
   * of the last reason in the order of that type.
   */
  public TagNames and(TagNames other) {
    Map<TagScope, TreeSet<String>> names = new EnumMap<>(TagScope.class);
    for (TagNames one : List.of(this, other)) {
      for (ScopedNames scope : one.scopes) {
        names.computeIfAbsent(scope.scope(), key -> new TreeSet<>()).addAll(scope.names());
      }
    }
    return new TagNames(
        names.entrySet().stream()
            .map(scope -> new ScopedNames(scope.getKey(), List.copyOf(scope.getValue())))
            .toList(),
        truncation.or(other.truncation),
        stats.plus(other.stats),
        coverage.and(other.coverage));
  }

  /** The bytes of this answer, in the format of docs/format/query-partials-v1.md. */
  public byte[] encode() {
    return TagForms.write(this);
  }

  /**
   * An answer from its bytes.
   *
   * @param bytes as {@link #encode} gives them; not trusted
   * @throws CorruptBlockException if they are no such answer
   */
  public static TagNames decode(byte[] bytes) throws CorruptBlockException {
    return TagForms.readNames(bytes);
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
