package io.tempo4j.query.tags;

import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStats;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Adds up the values that several parts have of a tag, each once and as many as a request allows:
 * the first that come. Not thread-safe.
 */
public final class MergedTagValues {

  private final Budget budget;
  private final TreeSet<TagValue> values = new TreeSet<>(TagValue.ORDER);
  private TagValues parts = new TagValues(List.of(), Truncation.NONE, QueryStats.NONE);

  /** Begins without values. */
  public MergedTagValues(TagValuesRequest request, QueryContext context) {
    budget = new Budget(request.limits(), context.memory());
  }

  /** Takes some values of a part; gives those that are new. */
  public TagValues add(TagValues piece) {
    List<TagValue> further = new ArrayList<>();
    for (TagValue value : piece.values()) {
      if (!budget.isSpent()
          && !values.contains(value)
          && budget.admits(value.text().getBytes(StandardCharsets.UTF_8).length)) {
        values.add(value);
        further.add(value);
      }
    }
    return answer(further);
  }

  /** Takes the whole answer of a part, of which pieces were taken before or not. */
  public TagValues end(TagValues whole) {
    parts =
        parts.and(new TagValues(List.of(), whole.truncation(), whole.stats(), whole.coverage()));
    return add(whole);
  }

  /** All values so far. */
  public TagValues all() {
    return answer(List.copyOf(values));
  }

  private TagValues answer(List<TagValue> some) {
    return new TagValues(
        some,
        parts.truncation() == Truncation.NONE ? budget.truncation() : parts.truncation(),
        parts.stats(),
        parts.coverage());
  }
}
