package io.tempo4j.query.search;

import io.tempo4j.query.QueryContext;
import io.tempo4j.query.scan.Extent;
import io.tempo4j.query.scan.FilterEvaluator;
import io.tempo4j.query.scan.FilterPruner;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Predicate;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.scan.TimeRange;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the anchor of a search over row groups, each once, and over none of a source in which
 * it surely finds nothing. Not thread-safe.
 */
final class AnchorScan {

  private final Predicate anchor;
  private final Ranking ranking;
  private final TimeRange range;
  private final ReadTally tally;
  private final QueryContext context;
  private final Map<SourceView, Boolean> open = new HashMap<>();
  private final Map<GroupView, @Nullable GroupHits> evaluated = new HashMap<>();

  AnchorScan(
      Predicate anchor, Ranking ranking, TimeRange range, ReadTally tally, QueryContext context) {
    this.anchor = anchor;
    this.ranking = ranking;
    this.range = range;
    this.tally = tally;
    this.context = context;
  }

  /** False if the anchor surely finds nothing in the source. */
  boolean mayFindIn(SourceView source) throws IOException {
    Boolean known = open.get(source);
    if (known == null) {
      context.check();
      int groups = source.source().rowGroups().size();
      known = decide(source, groups) != FilterPruner.Verdict.NEVER;
      open.put(source, known);
    }
    return known;
  }

  /** What the anchor finds in a row group; null if it surely finds nothing. */
  @Nullable GroupHits evaluate(GroupView group) throws IOException {
    if (evaluated.containsKey(group)) {
      return evaluated.get(group);
    }
    if (!mayFindIn(group.source())) {
      return null;
    }
    context.check();
    GroupHits hits =
        switch (decide(group, 1)) {
          case NEVER -> null;
          case ALWAYS -> hits(group, Selection.all(group.spans().rowCount()));
          case MAYBE -> hits(group, new FilterEvaluator(group).evaluate(anchor));
        };
    evaluated.put(group, hits);
    if (hits == null || hits.isEmpty()) {
      group.release();
    }
    return hits;
  }

  /** What is known of the anchor before columns are read; counts row groups that this rules out. */
  private FilterPruner.Verdict decide(Extent extent, int groups) throws IOException {
    FilterPruner pruner = new FilterPruner(extent);
    FilterPruner.Verdict verdict = pruner.decide(anchor);
    if (verdict == FilterPruner.Verdict.NEVER) {
      if (pruner.isOutByValues()) {
        tally.prunedByValues(groups);
      } else {
        tally.prunedByBounds(groups);
      }
    }
    return verdict;
  }

  private GroupHits hits(GroupView group, Selection anchored) throws IOException {
    tally.evaluated(group.traces().rowCount(), group.spans().rowCount());
    tally.hold(GroupHits.heapBytes(group));
    GroupHits hits = new GroupHits(group, anchored, ranking.bounds(group), range);
    tally.candidates(hits.size());
    return hits;
  }

  void clear() {
    open.clear();
    evaluated.clear();
  }
}
