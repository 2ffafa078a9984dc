package io.tempo4j.query.tags;

import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStats;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Adds up the names that several parts have, each once and as many as a request allows: the first
 * that come. Not thread-safe.
 */
public final class MergedTagNames {

  private final Map<TagScope, DistinctNames> names = new EnumMap<>(TagScope.class);
  private TagNames parts = new TagNames(List.of(), Truncation.NONE, QueryStats.NONE);

  /** Begins without names. */
  public MergedTagNames(TagNamesRequest request, QueryContext context) {
    // What comes twice says nothing here: every part has most names.
    TagLimits limits = new TagLimits(request.limits().maxEntries(), 0, request.limits().maxBytes());
    for (TagScope scope : request.scopes()) {
      names.put(
          scope,
          new DistinctNames(
              scope == TagScope.INTRINSIC ? TagLimits.NONE : limits, context.memory()));
    }
  }

  /** Takes some names of a part; gives those that are new. */
  public TagNames add(TagNames piece) {
    for (TagNames.ScopedNames scope : piece.scopes()) {
      DistinctNames into = names.get(scope.scope());
      if (into != null) {
        scope.names().forEach(into::add);
      }
    }
    return answer(DistinctNames::further);
  }

  /** Takes the whole answer of a part, of which pieces were taken before or not. */
  public TagNames end(TagNames whole) {
    parts = parts.and(new TagNames(List.of(), whole.truncation(), whole.stats(), whole.coverage()));
    return add(whole);
  }

  /** All names so far. */
  public TagNames all() {
    return answer(DistinctNames::all);
  }

  private TagNames answer(Function<DistinctNames, List<String>> some) {
    List<TagNames.ScopedNames> scopes = new ArrayList<>();
    Truncation truncation = parts.truncation();
    for (Map.Entry<TagScope, DistinctNames> scope : names.entrySet()) {
      List<String> of = some.apply(scope.getValue());
      if (!of.isEmpty()) {
        scopes.add(new TagNames.ScopedNames(scope.getKey(), of));
      }
      truncation = truncation == Truncation.NONE ? scope.getValue().truncation() : truncation;
    }
    return new TagNames(scopes, truncation, parts.stats(), parts.coverage());
  }
}
