package io.tempo4j.query.search;

import io.tempo4j.column.Fields;
import io.tempo4j.column.SpanSource;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.scan.FilterEvaluator;
import io.tempo4j.query.scan.FilterPruner;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Predicate;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.scan.TimeRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
  private final PriorityQueue<TraceHit> complete = new PriorityQueue<>(TraceHit.NEWEST_FIRST);
  private final Set<TraceId> lookedUp = new HashSet<>();
  private int returned;
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

  /** What the filters find in a row group; null if they surely find nothing. */
  private @Nullable GroupHits evaluate(GroupView group) throws IOException {
    if (evaluated.containsKey(group)) {
      return evaluated.get(group);
    }
    context.check();
    FilterPruner pruner = new FilterPruner(group);
    FilterEvaluator evaluator = new FilterEvaluator(group);
    @Nullable Selection[] selections = new @Nullable Selection[plan.filters().size()];
    boolean isPruned = true;
    for (int i = 0; i < selections.length; i++) {
      Predicate filter = plan.filters().get(i);
      FilterPruner.Verdict verdict = pruner.decide(filter);
      if (verdict != FilterPruner.Verdict.NEVER) {
        isPruned = false;
        selections[i] =
            verdict == FilterPruner.Verdict.ALWAYS
                ? Selection.all(group.spans().rowCount())
                : evaluator.evaluate(filter);
      }
    }
    GroupHits hits = null;
    if (!isPruned) {
      tally.evaluated(group.traces().rowCount(), group.spans().rowCount());
      hits = new GroupHits(group, selections, range);
    }
    evaluated.put(group, hits);
    return hits;
  }

  /** The trace with its parts in all sources; null if it is no result, or was looked up before. */
  private @Nullable TraceHit lookUp(TraceId id, GroupView group, int traceRow) throws IOException {
    List<TraceHit.Part> parts = new ArrayList<>();
    if (sources.size() == 1) {
      parts.add(new TraceHit.Part(group, traceRow, evaluate(group)));
      return TraceHit.of(id, parts, plan.combination());
    }
    if (!lookedUp.add(id)) {
      return null;
    }
    for (SourceView source : sources) {
      if (source == group.source()) {
        parts.add(new TraceHit.Part(group, traceRow, evaluate(group)));
        continue;
      }
      int index = source.source().findTrace(id);
      if (index < 0) {
        continue;
      }
      GroupView other = source.groups().get(index);
      int row = other.traceRow(id);
      if (row >= 0) {
        TraceHit.Part part = new TraceHit.Part(other, row, null);
        parts.add(
            range.overlaps(part.startNanos(), part.endNanos())
                ? new TraceHit.Part(other, row, evaluate(other))
                : part);
      }
    }
    return TraceHit.of(id, parts, plan.combination());
  }
}
