package io.tempo4j.query.tags;

import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryStats;
import java.util.List;
import java.util.TreeSet;

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

  /**
   * What is in this answer or in another to the same request. Answers can be added up in any order
   * and grouping; the sum may have more values than the request allows, and says {@link Truncation}
   * of the last reason in the order of that type.
   */
  public TagValues and(TagValues other) {
    TreeSet<TagValue> both = new TreeSet<>(TagValue.ORDER);
    both.addAll(values);
    both.addAll(other.values);
    return new TagValues(
        List.copyOf(both),
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
  public static TagValues decode(byte[] bytes) throws CorruptBlockException {
    return TagForms.readValues(bytes);
  }

  /** Copies the list. */
  public TagValues {
    values = List.copyOf(values);
  }
}
