package io.tempo4j.query.metrics;

import io.tempo4j.column.Fields;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.pipeline.SpanSelector;
import io.tempo4j.query.scan.FieldColumns;
import io.tempo4j.query.scan.FilterEvaluator;
import io.tempo4j.query.scan.FilterPruner;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Predicate;
import io.tempo4j.query.scan.ReadAhead;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.scan.TimeRange;
import io.tempo4j.query.stitch.TraceParts;
import io.tempo4j.query.stitch.TraceStitcher;
import io.tempo4j.traceql.MetricsFunction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Computes all functions of a query over sources, one row group at a time; traces that lie in
 * several sources come last where they are needed whole. Not thread-safe.
 */
final class MetricsRun {

  private final MetricsPlan plan;
  private final MetricsLimits limits;
  private final MetricsPartial partial;
  private final QueryContext context;
  private final ReadTally tally;
  private final TimeRange range;
  private final List<SourceView> sources = new ArrayList<>();
  private final List<Leaf> leaves;
  private final ReadAhead ahead;
  private final Repeats repeats;
  private final LeftOut leftOut;

  /** A function with what it selects its spans by; no selector where a filter alone decides. */
  private record Leaf(LeafPlan plan, RowGroupSink sink, @Nullable SpanSelector selector) {}

  /** What all runs of an engine share. */
  record Bounds(MetricsLimits limits, RepeatMemory repeats) {}

  MetricsRun(
      MetricsPlan plan,
      Bounds bounds,
      List<? extends SpanSource> sources,
      MetricsPartial partial,
      LeftOut leftOut,
      QueryContext context) {
    this.plan = plan;
    this.leftOut = leftOut;
    this.limits = bounds.limits().with(context.memory());
    this.partial = partial;
    this.context = context;
    tally = new ReadTally(context);
    range = new TimeRange(plan.axis().startNanos() + 1, plan.axis().endNanos());
    sources.forEach(source -> this.sources.add(new SourceView(source, tally)));
    leaves = leaves(partial);
    repeats = new Repeats(this.sources, range, bounds.repeats(), tally, context);
    ahead = ahead(plan, range);
    for (SourceView view : this.sources) {
      if (range.overlaps(view.source().minStartNanos(), view.source().maxEndNanos())) {
        ahead.add(view);
      }
    }
  }

  private static ReadAhead ahead(MetricsPlan plan, TimeRange range) {
    List<Predicate> anchors = new ArrayList<>();
    // ids of traces tell which spans other sources have, too
    FieldColumns columns = new FieldColumns().with(Fields.SPAN_START).withTracesAlong();
    for (LeafPlan leaf : plan.leaves()) {
      anchors.add(leaf.spans().anchor());
      leaf.addColumns(columns);
    }
    if (plan.exemplars() > 0) {
      columns.withTraces().with(Fields.SPAN_ID);
    }
    return ReadAhead.ofAll(anchors, range, columns);
  }

  private List<Leaf> leaves(MetricsPartial into) {
    TraceParts parts = new TraceParts(sources);
    List<Leaf> made = new ArrayList<>();
    for (int i = 0; i < plan.leaves().size(); i++) {
      LeafPlan leaf = plan.leaves().get(i);
      RowGroupSink sink = sink(leaf, into.leaves().get(i));
      SpanSelector selector =
          leaf.spans().needsWholeTrace()
              ? new SpanSelector(leaf.spans(), parts, new TraceStitcher(tally), range, context)
              : null;
      made.add(new Leaf(leaf, sink, selector));
    }
    return made;
  }

  private RowGroupSink sink(LeafPlan leaf, SeriesPartial counted) {
    return leaf.function() instanceof MetricsFunction.Compare compare
        ? new CompareRun(compare, leaf.sampling(), plan.axis(), counted, context.memory())
        : new LeafRun(leaf, plan.axis(), counted);
  }

  int sourceCount() {
    return sources.size();
  }

  /** Counts the spans of a source, without those of traces that wait for {@link #takeStitched}. */
  void take(int source) throws IOException {
    if (plan.isAdaptive()) {
      // By itself, since what was left out of this source says nothing of the others.
      MetricsPartial own = MetricsPartial.empty(plan, context.memory());
      double weight = take(sources.get(source), leaves(own), own, limits.enoughSpans());
      partial.add(own, weight);
      own.release();
      keepWithinLimits(leaves, partial);
    } else {
      take(sources.get(source), leaves, partial, Long.MAX_VALUE);
    }
    partial.stats(tally.stats());
  }

  /** Counts the spans of traces that lie in several sources; to be called after the last source. */
  void takeStitched() throws IOException {
    for (int i = 0; i < leaves.size(); i++) {
      int function = i;
      SpanSelector selector = leaves.get(function).selector;
      if (selector != null) {
        selector.selectStitched((trace, selected) -> {
          leaves.get(function).sink.take(trace, leftOut.without(trace, selected));
          keepWithinLimits(leaves, partial);
        });
      }
    }
    partial.stats(tally.stats());
  }

  /**
   * Takes row groups until {@code enoughSpans} were counted.
   *
   * @return what each counted span stands for
   */
  private double take(SourceView view, List<Leaf> into, MetricsPartial holding, long enoughSpans)
      throws IOException {
    SpanSource source = view.source();
    boolean isPruned = !range.overlaps(source.minStartNanos(), source.maxEndNanos());
    List<RowGroup> groups = source.rowGroups();
    tally.source(isPruned, groups.size());
    long seenSpans = 0;
    long allSpans = 0;
    if (!isPruned) {
      ahead.reach(view);
      long taken = 0;
      for (int index : order(groups.size())) {
        RowGroup group = groups.get(index);
        allSpans += group.spanCount();
        if (taken < enoughSpans) {
          context.check();
          seenSpans += group.spanCount();
          // A view of its own, so that the columns of one row group are held at a time.
          GroupView seen = new GroupView(view, index, group, tally);
          taken += take(seen, into);
          seen.release();
          keepWithinLimits(into, holding);
        }
      }
    }
    return seenSpans == 0 ? 1 : (double) allSpans / seenSpans;
  }

  /**
   * Forgets rare values of comparisons if more is held than is allowed.
   *
   * @throws io.tempo4j.query.QueryBudgetException if that does not help
   */
  private void keepWithinLimits(List<Leaf> into, MetricsPartial holding) {
    holding.holdValues();
    if (holding.heapBytes() <= limits.maxBytes()) {
      return;
    }
    for (int i = 0; i < into.size(); i++) {
      Leaf leaf = into.get(i);
      if (leaf.plan.function() instanceof MetricsFunction.Compare compare) {
        SeriesPartial counted = holding.leaves().get(i);
        SeriesPartial kept =
            new SeriesPartial(
                leaf.plan, plan.axis(), counted.exemplars().count(), context.memory());
        FrequentValues.copy(counted, compare.topN(), limits.maxBytes() / 2, kept, context.memory());
        counted.release();
        kept.holdValues();
        holding.replace(i, kept);
        into.set(i, new Leaf(leaf.plan, sink(leaf.plan, kept), leaf.selector));
      }
    }
    limits.check(holding.heapBytes());
  }

  /** The order of row groups: shuffled, always in the same way, if some may be left out. */
  private int[] order(int groups) {
    IntStream all = IntStream.range(0, groups);
    return plan.isAdaptive()
        ? all.boxed()
            .sorted(Comparator.comparingLong((Integer index) -> Mix.of(index + 1)))
            .mapToInt(Integer::intValue)
            .toArray()
        : all.toArray();
  }

  private int take(GroupView group, List<Leaf> into) throws IOException {
    boolean mayCount =
        range.mayOverlap(
            group.spans().zone(Fields.SPAN_START), group.spans().zone(Fields.SPAN_START));
    boolean isEvaluated = false;
    int taken = 0;
    for (Leaf leaf : into) {
      if (leaf.selector != null) {
        Selection selected = leaf.selector.select(group);
        isEvaluated |= selected != null;
        taken += selected == null ? 0 : leaf.sink.take(group, leftOut.without(group, selected));
        continue;
      }
      if (!mayCount) {
        continue;
      }
      Predicate filter = leaf.plan.spans().anchor();
      FilterPruner.Verdict verdict = new FilterPruner(group).decide(filter);
      if (verdict != FilterPruner.Verdict.NEVER) {
        isEvaluated = true;
        Selection selected =
            verdict == FilterPruner.Verdict.ALWAYS
                ? null
                : new FilterEvaluator(group).evaluate(filter);
        taken += leaf.sink.take(group, leftOut.without(group, repeats.leaveOut(group, selected)));
      }
    }
    if (isEvaluated) {
      tally.evaluated(group.traces().rowCount(), group.spans().rowCount());
    }
    return taken;
  }
}
