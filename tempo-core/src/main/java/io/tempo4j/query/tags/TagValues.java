package io.tempo4j.query.tags;

import io.tempo4j.query.QueryStats;
import java.util.List;

/**
 * Values of a tag.
 *
 * @param values distinct, by type in the order of {@link TagValue.Type}, then ascending: texts by
 *     their UTF-16 units, numbers by size
 * @param truncation whether something is missing
 * @param stats what was pruned and read
 */
public record TagValues(List<TagValue> values, Truncation truncation, QueryStats stats) {

  /** Copies the list. */
  public TagValues {
    values = List.copyOf(values);
  }
}
