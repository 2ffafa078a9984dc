package io.tempo4j.query.pipeline;

import io.tempo4j.column.Fields;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.scan.FilterEvaluator;
import io.tempo4j.query.scan.FilterPruner;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Predicate;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.TimeRange;
import io.tempo4j.query.stitch.TraceParts;
import io.tempo4j.query.stitch.TraceStitcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Selects the spans of a pipeline, all spansets of a trace taken together, for those who count
 * spans and do not care for traces.
 *
 * <p>Row groups are given one after the other to {@link #select}, and when all of them were, {@link
 * #selectStitched} gives the spans of traces that lie in several sources. If the pipeline does not
 * need whole traces, all spans come from {@link #select}, and no trace is looked at.
 *
 * <p>Not thread-safe.
 */
public final class SpanSelector {

  /** Takes selected spans. */
  @FunctionalInterface
  public interface Sink {
    void take(GroupView group, Selection spans) throws IOException;
  }

  private static final int TRACES_PER_CHECK = 256;

  /** How many spans of traces in several sources are put together at a time, about. */
  private static final int STITCHED_SPANS = 1 << 15;

  private final PipelinePlan plan;
  private final TraceParts parts;
  private final TraceStitcher stitcher;
  private final TimeRange range;
  private final QueryContext context;

  /** The traces that lie in several sources, with their parts. */
  private final Map<TraceId, List<TraceParts.Part>> split = new LinkedHashMap<>();

  /**
   * A selector for one query.
   *
   * @param parts over all sources whose row groups will be given
   * @param range of each trace only parts that overlap it are seen where the pipeline needs whole
   *     traces
   */
  public SpanSelector(
      PipelinePlan plan,
      TraceParts parts,
      TraceStitcher stitcher,
      TimeRange range,
      QueryContext context) {
    this.plan = plan;
    this.parts = parts;
    this.stitcher = stitcher;
    this.range = range;
    this.context = context;
  }

  /**
   * The selected spans of a row group, without those of traces that lie in other sources, too; null
   * if there surely are none, so that no column was read. The caller may change the result.
   *
   * <p>A row group without spans that the caller wants may still hold what a trace is found by,
   * whose wanted spans lie in another source: it must be given if traces in it overlap the range.
   */
  public @Nullable Selection select(GroupView group) throws IOException {
    Predicate anchor = plan.anchor();
    if (plan.needsWholeTrace()
        && !range.mayOverlap(
            group.traces().zone(Fields.TRACE_START), group.traces().zone(Fields.TRACE_END))) {
      return null;
    }
    Selection anchored =
        switch (new FilterPruner(group).decide(anchor)) {
          case NEVER -> null;
          case ALWAYS -> Selection.all(group.spans().rowCount());
          case MAYBE -> new FilterEvaluator(group).evaluate(anchor);
        };
    return anchored == null || !plan.needsWholeTrace() ? anchored : selectWhole(group, anchored);
  }

  private Selection selectWhole(GroupView group, Selection anchored) throws IOException {
    int[] offsets = group.traceOffsets();
    long[] starts = group.traces().longs(Fields.TRACE_START);
    long[] ends = group.traces().longs(Fields.TRACE_END);
    List<Integer> wholeTraces = new ArrayList<>();
    Selection among = Selection.none(anchored.size());
    int trace = 0;
    for (int row = anchored.next(0); row >= 0; row = anchored.next(offsets[trace + 1])) {
      while (offsets[trace + 1] <= row) {
        trace++;
      }
      if (range.overlaps(starts[trace], ends[trace]) && !isSplit(group, trace)) {
        wholeTraces.add(trace);
        among.addRange(offsets[trace], offsets[trace + 1]);
      }
    }
    TraceEvaluator evaluator = new TraceEvaluator(plan, group, anchored, among, context);
    if (plan.onlyFilter() != null) {
      among.retainAll(evaluator.filter(0));
      return among;
    }
    Selection selected = Selection.none(anchored.size());
    for (int i = 0; i < wholeTraces.size(); i++) {
      if (i % TRACES_PER_CHECK == 0) {
        context.check();
      }
      evaluator.select(wholeTraces.get(i), selected);
    }
    return selected;
  }

  private boolean isSplit(GroupView group, int traceRow) throws IOException {
    TraceId id = group.traceId(traceRow);
    if (split.containsKey(id)) {
      return true;
    }
    List<TraceParts.Part> holders = new ArrayList<>(1);
    // Not the view that was given: that holds the columns of its row group only while it is looked
    // at.
    GroupView kept = group.source().groups().get(group.index());
    for (TraceParts.Part part : parts.of(id, new TraceParts.Part(kept, traceRow))) {
      if (part.isIn(range)) {
        holders.add(part);
      }
    }
    if (holders.size() > 1) {
      split.put(id, holders);
    }
    return holders.size() > 1;
  }

  /** Gives the selected spans of all traces that lie in several sources, many at a time. */
  public void selectStitched(Sink sink) throws IOException {
    Map<TraceId, List<TraceParts.Part>> next = new LinkedHashMap<>();
    int spans = 0;
    for (Map.Entry<TraceId, List<TraceParts.Part>> trace : split.entrySet()) {
      next.put(trace.getKey(), trace.getValue());
      for (TraceParts.Part part : trace.getValue()) {
        spans += part.spanCount();
      }
      if (spans >= STITCHED_SPANS) {
        selectStitched(next, sink);
        next.clear();
        spans = 0;
      }
    }
    if (!next.isEmpty()) {
      selectStitched(next, sink);
    }
    split.clear();
  }

  private void selectStitched(Map<TraceId, List<TraceParts.Part>> some, Sink sink)
      throws IOException {
    context.check();
    GroupView whole = stitcher.stitch(some);
    Selection selected = Selection.none(whole.spans().rowCount());
    TraceEvaluator evaluator = new TraceEvaluator(plan, whole, null, null, context);
    for (int trace = 0; trace < some.size(); trace++) {
      if (trace % TRACES_PER_CHECK == 0) {
        context.check();
      }
      evaluator.select(trace, selected);
    }
    if (!selected.isEmpty()) {
      sink.take(whole, selected);
    }
    whole.release();
  }
}
