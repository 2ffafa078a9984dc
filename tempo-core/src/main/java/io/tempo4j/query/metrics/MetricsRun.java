package io.tempo4j.query.metrics;

import io.tempo4j.column.Fields;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.scan.FilterEvaluator;
import io.tempo4j.query.scan.FilterPruner;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.scan.TimeRange;
import io.tempo4j.traceql.MetricsFunction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Computes all functions of a query over sources, one row group at a time. Not thread-safe. */
final class MetricsRun {

  private final MetricsPlan plan;
  private final MetricsLimits limits;
  private final MetricsPartial partial;
  private final QueryContext context;
  private final TimeRange range;
  private final List<RowGroupSink> leaves = new ArrayList<>();

  MetricsRun(MetricsPlan plan, MetricsLimits limits, MetricsPartial partial, QueryContext context) {
    this.plan = plan;
    this.limits = limits;
    this.partial = partial;
    this.context = context;
    range = new TimeRange(plan.axis().startNanos() + 1, plan.axis().endNanos());
    for (int i = 0; i < plan.leaves().size(); i++) {
      leaves.add(sink(plan.leaves().get(i), plan.axis(), partial.leaves().get(i)));
    }
  }

  private static RowGroupSink sink(LeafPlan leaf, TimeAxis axis, SeriesPartial partial) {
    return leaf.function() instanceof MetricsFunction.Compare compare
        ? new CompareRun(compare, leaf.sampling(), axis, partial)
        : new LeafRun(leaf, axis, partial);
  }

  void take(SpanSource source) throws IOException {
    if (!plan.isAdaptive()) {
      takePart(source, Long.MAX_VALUE);
      return;
    }
    // By itself, since what was left out of this source says nothing of the others.
    MetricsPartial own = MetricsPartial.empty(plan);
    double weight =
        new MetricsRun(plan, limits, own, context).takePart(source, limits.enoughSpans());
    partial.add(own, weight);
  }

  /**
   * Takes row groups until {@code enoughSpans} were counted.
   *
   * @return what each counted span stands for
   */
  private double takePart(SpanSource source, long enoughSpans) throws IOException {
    ReadTally tally = new ReadTally(context);
    boolean isPruned = !range.overlaps(source.minStartNanos(), source.maxEndNanos());
    List<RowGroup> groups = source.rowGroups();
    tally.source(isPruned, groups.size());
    long seenSpans = 0;
    long allSpans = 0;
    if (!isPruned) {
      SourceView view = new SourceView(source, tally);
      long taken = 0;
      for (int index : order(groups.size())) {
        RowGroup group = groups.get(index);
        allSpans += group.spanCount();
        if (taken < enoughSpans) {
          context.check();
          seenSpans += group.spanCount();
          // A view of its own, so that the columns of one row group are held at a time.
          taken += take(new GroupView(view, index, group, tally), tally);
          limits.check(partial.heapBytes());
        }
      }
    }
    partial.add(tally.stats());
    return seenSpans == 0 ? 1 : (double) allSpans / seenSpans;
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

  private int take(GroupView group, ReadTally tally) throws IOException {
    if (!range.mayOverlap(
        group.spans().zone(Fields.SPAN_START), group.spans().zone(Fields.SPAN_START))) {
      return 0;
    }
    FilterPruner pruner = new FilterPruner(group);
    FilterEvaluator evaluator = new FilterEvaluator(group);
    boolean isEvaluated = false;
    int taken = 0;
    for (int i = 0; i < leaves.size(); i++) {
      LeafPlan leaf = plan.leaves().get(i);
      FilterPruner.Verdict verdict = pruner.decide(leaf.filter());
      if (verdict != FilterPruner.Verdict.NEVER) {
        isEvaluated = true;
        @Nullable Selection selection =
            verdict == FilterPruner.Verdict.ALWAYS ? null : evaluator.evaluate(leaf.filter());
        taken += leaves.get(i).take(group, selection);
      }
    }
    if (isEvaluated) {
      tally.evaluated(group.traces().rowCount(), group.spans().rowCount());
    }
    return taken;
  }
}
