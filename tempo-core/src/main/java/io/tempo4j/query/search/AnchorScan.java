package io.tempo4j.query.search;

import io.tempo4j.query.QueryContext;
import io.tempo4j.query.scan.FilterEvaluator;
import io.tempo4j.query.scan.FilterPruner;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Predicate;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.TimeRange;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Evaluates the anchor of a search over row groups, each once. Not thread-safe. */
final class AnchorScan {

  private final Predicate anchor;
  private final Ranking ranking;
  private final TimeRange range;
  private final ReadTally tally;
  private final QueryContext context;
  private final Map<GroupView, @Nullable GroupHits> evaluated = new HashMap<>();

  AnchorScan(
      Predicate anchor, Ranking ranking, TimeRange range, ReadTally tally, QueryContext context) {
    this.anchor = anchor;
    this.ranking = ranking;
    this.range = range;
    this.tally = tally;
    this.context = context;
  }

  /** What the anchor finds in a row group; null if it surely finds nothing. */
  @Nullable GroupHits evaluate(GroupView group) throws IOException {
    if (evaluated.containsKey(group)) {
      return evaluated.get(group);
    }
    context.check();
    FilterPruner pruner = new FilterPruner(group);
    GroupHits hits =
        switch (pruner.decide(anchor)) {
          case NEVER -> {
            tally.pruned(pruner.isOutByValues());
            yield null;
          }
          case ALWAYS -> hits(group, Selection.all(group.spans().rowCount()));
          case MAYBE -> hits(group, new FilterEvaluator(group).evaluate(anchor));
        };
    evaluated.put(group, hits);
    if (hits == null || hits.isEmpty()) {
      group.release();
    }
    return hits;
  }

  private GroupHits hits(GroupView group, Selection anchored) throws IOException {
    tally.evaluated(group.traces().rowCount(), group.spans().rowCount());
    GroupHits hits = new GroupHits(group, anchored, ranking.bounds(group), range);
    tally.candidates(hits.size());
    return hits;
  }

  void clear() {
    evaluated.clear();
  }
}
