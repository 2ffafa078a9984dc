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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Computes all functions of a query over sources, one row group at a time. Not thread-safe. */
final class MetricsRun {

  private final MetricsPlan plan;
  private final MetricsPartial partial;
  private final QueryContext context;
  private final TimeRange range;
  private final List<RowGroupSink> leaves = new ArrayList<>();

  MetricsRun(MetricsPlan plan, MetricsPartial partial, QueryContext context) {
    this.plan = plan;
    this.partial = partial;
    this.context = context;
    range = new TimeRange(partial.axis().startNanos() + 1, partial.axis().endNanos());
    for (int i = 0; i < plan.leaves().size(); i++) {
      leaves.add(sink(plan.leaves().get(i), partial.axis(), partial.leaves().get(i)));
    }
  }

  private static RowGroupSink sink(LeafPlan leaf, TimeAxis axis, SeriesPartial partial) {
    return leaf.function() instanceof MetricsFunction.Compare compare
        ? new CompareRun(compare, axis, partial)
        : new LeafRun(leaf, axis, partial);
  }

  void take(SpanSource source) throws IOException {
    ReadTally tally = new ReadTally(context);
    boolean isPruned = !range.overlaps(source.minStartNanos(), source.maxEndNanos());
    List<RowGroup> groups = source.rowGroups();
    tally.source(isPruned, groups.size());
    if (!isPruned) {
      SourceView view = new SourceView(source, tally);
      for (int i = 0; i < groups.size(); i++) {
        context.check();
        // A view of its own, so that the columns of one row group are held at a time.
        take(new GroupView(view, i, groups.get(i), tally), tally);
        context.checkBytes(partial.stats().inspectedBytes() + partial.heapBytes());
      }
    }
    partial.add(tally.stats());
  }

  private void take(GroupView group, ReadTally tally) throws IOException {
    if (!range.mayOverlap(
        group.spans().zone(Fields.SPAN_START), group.spans().zone(Fields.SPAN_START))) {
      return;
    }
    FilterPruner pruner = new FilterPruner(group);
    FilterEvaluator evaluator = new FilterEvaluator(group);
    boolean isEvaluated = false;
    for (int i = 0; i < leaves.size(); i++) {
      LeafPlan leaf = plan.leaves().get(i);
      FilterPruner.Verdict verdict = pruner.decide(leaf.filter());
      if (verdict != FilterPruner.Verdict.NEVER) {
        isEvaluated = true;
        @Nullable Selection selection =
            verdict == FilterPruner.Verdict.ALWAYS ? null : evaluator.evaluate(leaf.filter());
        leaves.get(i).take(group, selection);
      }
    }
    if (isEvaluated) {
      tally.evaluated(group.traces().rowCount(), group.spans().rowCount());
    }
  }
}
