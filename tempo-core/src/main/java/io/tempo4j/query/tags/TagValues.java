package io.tempo4j.query.tags;

import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryStats;
import java.util.List;

/**
 * Values of a tag.
 *
 * @param values distinct, by type in the order of {@link TagValue.Type}, then ascending: texts by
 *     their UTF-16 units, numbers by size
 * @param truncation whether something is missing
 * @param stats what was pruned and read
 * @param coverage which blocks may hold more and could not be read
 */
public record TagValues(
    List<TagValue> values, Truncation truncation, QueryStats stats, Coverage coverage) {

  /** Values from everything that is stored. */
  public TagValues(List<TagValue> values, Truncation truncation, QueryStats stats) {
    this(values, truncation, stats, Coverage.COMPLETE);
  }

  /** The same, from less than everything. */
  public TagValues withCoverage(Coverage covered) {
    return new TagValues(values, truncation, stats, covered);
  }

  /** Copies the list. */
  public TagValues {
    values = List.copyOf(values);
  }
}
