package io.tempo4j.query.search;

import io.tempo4j.column.Fields;
import io.tempo4j.column.SpanSource;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.pipeline.Spanset;
import io.tempo4j.query.pipeline.TraceEvaluator;
import io.tempo4j.query.scan.FilterEvaluator;
import io.tempo4j.query.scan.FilterPruner;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Predicate;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.scan.TimeRange;
import io.tempo4j.query.stitch.TraceParts;
import io.tempo4j.query.stitch.TraceStitcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * One search.
 *
 * The order of results is that of the start of the whole trace, which is known only when all its
 * parts are. The start of any part is an upper bound of it. So three queues are merged, each ordered
 * by the largest start that it can still give: row groups not yet evaluated (by the bounds of their
 * trace starts), traces found in evaluated row groups (by the start of the part), and traces whose
 * parts were all looked up (by their true start). The largest is taken each time: a row group is
 * evaluated, a found trace has its other parts looked up, a complete one is a result. This is the
 * threshold principle of Fagin, Lotem and Naor, "Optimal aggregation algorithms for middleware",
 * 2003, and gives the same answer as sorting everything.
 */
final class SearchRun implements SearchCursor {

  private static final int LOOK_UPS_PER_CHECK = 256;

  private final SearchPlan plan;
  private final SearchRequest request;
  private final QueryContext context;
  private final TimeRange range;
  private final TraceMatcher matcher;
  private final ReadTally tally;
  private final List<SourceView> sources = new ArrayList<>();
  private final Map<GroupView, GroupHits> evaluated = new HashMap<>();
  private final PriorityQueue<Bounded> waiting =
      new PriorityQueue<>(
          Comparator.comparing(Bounded::bound, (a, b) -> Long.compareUnsigned(b, a))
              .thenComparing(Bounded::number));
  private final List<GroupHits> found = new ArrayList<>();
  private final Map<GroupView, TraceEvaluator> evaluators = new HashMap<>();
  private final PriorityQueue<TraceHit> complete = new PriorityQueue<>(TraceHit.NEWEST_FIRST);
  private final Set<TraceId> lookedUp = new HashSet<>();
  private final TraceParts parts;
  private final TraceStitcher stitcher;
  private int returned;
  private int lookUps;
  private boolean isClosed;

  /** A row group with the largest trace start that it may hold. */
  private record Bounded(GroupView group, long bound, int number) {}

  SearchRun(
      List<? extends SpanSource> sources,
      SearchPlan plan,
      SearchRequest request,
      QueryContext context) {
    this.plan = plan;
    this.request = request;
    this.context = context;
    matcher = new TraceMatcher(plan, request.spansPerSpanset());
    tally = new ReadTally(context);
    parts = new TraceParts(this.sources);
    stitcher = new TraceStitcher(tally);
    range = TimeRange.ofRequest(request.startNanos(), request.endNanos());
    for (SpanSource source : sources) {
      SourceView view = new SourceView(source, tally);
      this.sources.add(view);
      boolean isPruned = !range.overlaps(source.minStartNanos(), source.maxEndNanos());
      tally.source(isPruned, view.groups().size());
      if (!isPruned) {
        enqueue(view);
      }
    }
  }

  private void enqueue(SourceView source) {
    for (GroupView group : source.groups()) {
      if (range.mayOverlap(
          group.traces().zone(Fields.TRACE_START), group.traces().zone(Fields.TRACE_END))) {
        long bound = TimeRange.upper(group.traces().zone(Fields.TRACE_START));
        waiting.add(new Bounded(group, bound, waiting.size()));
      }
    }
  }

  @Override
  public Optional<TraceMatch> next() throws IOException {
    if (isClosed) {
      throw new IllegalStateException("the cursor is closed");
    }
    TraceHit hit = returned == request.limit() ? null : nextHit();
    if (hit == null) {
      return Optional.empty();
    }
    returned++;
    return Optional.of(matcher.match(hit));
  }

  @Override
  public QueryStats stats() {
    return tally.stats();
  }

  @Override
  public void close() {
    isClosed = true;
    sources.clear();
    evaluated.clear();
    waiting.clear();
    found.clear();
    evaluators.clear();
    complete.clear();
    lookedUp.clear();
  }

  /** The next trace in the order of results, or null if there is none. */
  private @Nullable TraceHit nextHit() throws IOException {
    while (true) {
      GroupHits candidates = first();
      TraceHit best = complete.peek();
      boolean hasNewerCandidate = candidates != null && isBefore(candidates, best);
      Bounded group = waiting.peek();
      if (group != null && mayPrecede(group, candidates, best)) {
        waiting.remove();
        GroupHits hits = evaluate(group.group());
        if (hits != null && !hits.isEmpty()) {
          if (plan.pipeline().needsWholeTrace()) {
            evaluators.put(
                group.group(),
                new TraceEvaluator(
                    plan.pipeline(), group.group(), hits.anchored(), hits.queued(), context));
          }
          found.add(hits);
          siftUp(found.size() - 1);
        }
      } else if (candidates != null && hasNewerCandidate) {
        long bound = candidates.firstStart();
        TraceId id = candidates.firstId();
        int row = candidates.firstTraceRow();
        candidates.removeFirst();
        settleFirst();
        TraceHit hit = lookUp(id, candidates.group(), row);
        if (hit != null && hit.startNanos() == bound) {
          return hit;
        }
        if (hit != null) {
          complete.add(hit);
        }
      } else {
        return complete.poll();
      }
    }
  }

  private static boolean mayPrecede(
      Bounded group, @Nullable GroupHits candidates, @Nullable TraceHit best) {
    return (candidates == null || Long.compareUnsigned(group.bound(), candidates.firstStart()) >= 0)
        && (best == null || Long.compareUnsigned(group.bound(), best.startNanos()) >= 0);
  }

  private static boolean isBefore(GroupHits candidates, @Nullable TraceHit hit) throws IOException {
    if (hit == null) {
      return true;
    }
    int compared = Long.compareUnsigned(hit.startNanos(), candidates.firstStart());
    return compared < 0 || (compared == 0 && candidates.firstId().compareTo(hit.id()) <= 0);
  }

  // ---- the heap of row groups with traces found

  private @Nullable GroupHits first() {
    return found.isEmpty() ? null : found.get(0);
  }

  private static boolean isBefore(GroupHits one, GroupHits other) throws IOException {
    int compared = Long.compareUnsigned(other.firstStart(), one.firstStart());
    return compared < 0 || (compared == 0 && one.firstId().compareTo(other.firstId()) < 0);
  }

  private void siftUp(int from) throws IOException {
    int at = from;
    GroupHits moving = found.get(at);
    while (at > 0 && isBefore(moving, found.get((at - 1) / 2))) {
      found.set(at, found.get((at - 1) / 2));
      at = (at - 1) / 2;
    }
    found.set(at, moving);
  }

  /** Restores the order after the first of {@link #found} gave up a trace. */
  private void settleFirst() throws IOException {
    GroupHits moving = found.get(0);
    if (moving.isEmpty()) {
      moving = found.remove(found.size() - 1);
      if (found.isEmpty()) {
        return;
      }
    }
    int at = 0;
    while (2 * at + 1 < found.size()) {
      int child = 2 * at + 1;
      if (child + 1 < found.size() && isBefore(found.get(child + 1), found.get(child))) {
        child++;
      }
      if (!isBefore(found.get(child), moving)) {
        break;
      }
      found.set(at, found.get(child));
      at = child;
    }
    found.set(at, moving);
  }

  // ---- evaluation

  /** What the anchor finds in a row group; null if it surely finds nothing. */
  private @Nullable GroupHits evaluate(GroupView group) throws IOException {
    if (evaluated.containsKey(group)) {
      return evaluated.get(group);
    }
    context.check();
    Predicate anchor = plan.pipeline().anchor();
    GroupHits hits =
        switch (new FilterPruner(group).decide(anchor)) {
          case NEVER -> null;
          case ALWAYS -> hits(group, Selection.all(group.spans().rowCount()));
          case MAYBE -> hits(group, new FilterEvaluator(group).evaluate(anchor));
        };
    evaluated.put(group, hits);
    return hits;
  }

  private GroupHits hits(GroupView group, Selection anchored) throws IOException {
    tally.evaluated(group.traces().rowCount(), group.spans().rowCount());
    return new GroupHits(group, anchored, range);
  }

  /** The trace with its parts in all sources; null if it is no result, or was looked up before. */
  private @Nullable TraceHit lookUp(TraceId id, GroupView group, int traceRow) throws IOException {
    if (++lookUps % LOOK_UPS_PER_CHECK == 0) {
      context.check();
    }
    if (sources.size() > 1 && !lookedUp.add(id)) {
      return null;
    }
    List<TraceParts.Part> found = parts.of(id, new TraceParts.Part(group, traceRow));
    TraceHit.Matched matched =
        plan.pipeline().needsWholeTrace()
            ? evaluateWhole(id, found, group, traceRow)
            : selectedIn(found);
    return matched == null ? null : TraceHit.of(id, found, matched);
  }

  /** What the only filter selects in those parts that overlap the time range. */
  private TraceHit.Matched selectedIn(List<TraceParts.Part> all) throws IOException {
    if (all.size() == 1) {
      GroupHits hits = Objects.requireNonNull(evaluate(all.get(0).group()));
      return new TraceHit.Matched.OfParts(all, List.of(hits.anchored()));
    }
    List<TraceParts.Part> contributing = new ArrayList<>(all.size());
    List<Selection> selections = new ArrayList<>(all.size());
    for (TraceParts.Part part : all) {
      GroupHits hits = part.isIn(range) ? evaluate(part.group()) : null;
      if (hits != null) {
        contributing.add(part);
        selections.add(hits.anchored());
      }
    }
    return new TraceHit.Matched.OfParts(contributing, selections);
  }

  // ---- pipelines

  private TraceHit.@Nullable Matched evaluateWhole(
      TraceId id, List<TraceParts.Part> all, GroupView group, int traceRow) throws IOException {
    List<TraceParts.Part> holders = new ArrayList<>(1);
    for (TraceParts.Part part : all) {
      if (part.isIn(range)) {
        holders.add(part);
      }
    }
    return holders.size() == 1 ? evaluateInPlace(group, traceRow) : evaluateStitched(id, holders);
  }

  /** The spansets of a trace of one part; null if there are none. */
  private TraceHit.@Nullable Matched evaluateInPlace(GroupView group, int traceRow)
      throws IOException {
    TraceEvaluator evaluator = evaluators.get(group);
    if (evaluator == null) {
      throw new IllegalStateException("no trace was found in row group " + group.index());
    }
    return matched(group, evaluator.evaluate(traceRow));
  }

  /** The spansets of a trace of several parts; null if there are none. */
  private TraceHit.@Nullable Matched evaluateStitched(TraceId id, List<TraceParts.Part> holders)
      throws IOException {
    GroupView whole = stitcher.stitch(id, holders);
    return matched(
        whole, new TraceEvaluator(plan.pipeline(), whole, null, null, context).evaluate(0));
  }

  private static TraceHit.@Nullable Matched matched(GroupView group, List<Spanset> spansets) {
    return spansets.isEmpty() ? null : new TraceHit.Matched.OfTrace(group, spansets);
  }
}
