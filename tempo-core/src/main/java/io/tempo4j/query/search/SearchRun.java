package io.tempo4j.query.search;

import io.tempo4j.column.Fields;
import io.tempo4j.column.ReadCounts;
import io.tempo4j.column.SpanSource;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryExplanation;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.pipeline.PipelinePlan;
import io.tempo4j.query.scan.Extent;
import io.tempo4j.query.scan.FieldColumns;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.ReadAhead;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.scan.TimeRange;
import io.tempo4j.query.stitch.TraceParts;
import io.tempo4j.query.stitch.TraceStitcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/*
 * One search.
 *
 * The order of results is that of a key of the whole trace, its start or its duration, which is known
 * only when all its parts are; what is known of a part is an upper bound (see Ranking). So three
 * queues are merged, each ordered by the largest key that it can still give: sources not yet looked
 * into and row groups not yet evaluated, traces found in evaluated row groups, and traces whose parts
 * were all looked up, by their true key. The largest is taken each time: a source gives its row
 * groups, unless it is ruled out as a whole, a row group is evaluated, a found trace has its other
 * parts looked up, a complete one is a result. This is the threshold principle of Fagin, Lotem
 * and Naor, "Optimal aggregation algorithms for middleware", 2003, and gives the same answer as
 * sorting everything.
 */
final class SearchRun implements SearchCursor {

  private final SearchPlan plan;
  private final SearchRequest request;
  private final TraceMatcher matcher;
  private final ReadTally tally;
  private final List<SourceView> sources = new ArrayList<>();
  private final AnchorScan scan;
  private final TraceLookup lookup;
  private final Ranking ranking;
  private final TimeRange range;
  private final PriorityQueue<Bounded> waiting = new PriorityQueue<>(SearchRun::byBound);
  private final PriorityQueue<GroupHits> found = new PriorityQueue<>(GroupHits.BY_FIRST);
  private final PriorityQueue<TraceHit> complete = new PriorityQueue<>(TraceHit.BY_KEY);

  /** Sources in range that are not in a queue yet. */
  private final List<SourceView> inRange = new ArrayList<>();

  /** The row group whose last candidate was taken: its columns are about to be asked for. */
  private @Nullable GroupView drained;

  private final ReadAhead ahead;
  private int queued;
  private int returned;
  private long givenBytes;
  private boolean isClosed;

  /** Which of the traces that are looked at are given. */
  enum Wanted {
    /** Those that are results. */
    RESULTS,
    /** All in which the anchor holds. */
    CANDIDATES
  }

  /** A source or a row group with the largest key that a trace in it may have. */
  private record Bounded(Extent extent, long bound, int number) {}

  private static int byBound(Bounded one, Bounded other) {
    int compared = Long.compareUnsigned(other.bound, one.bound);
    return compared != 0 ? compared : Integer.compare(one.number, other.number);
  }

  SearchRun(
      List<? extends SpanSource> sources,
      SearchPlan plan,
      SearchRequest request,
      Wanted wanted,
      QueryContext context) {
    this.plan = plan;
    this.request = request;
    matcher = new TraceMatcher(plan, request.spansPerSpanset());
    tally = new ReadTally(context);
    ranking =
        switch (plan.order()) {
          case NEWEST -> new Ranking.Newest();
          case LONGEST -> new Longest(this.sources, context);
        };
    range = TimeRange.ofRequest(request.startNanos(), request.endNanos());
    scan = new AnchorScan(plan.pipeline().anchor(), ranking, range, tally, context);
    TraceParts parts = new TraceParts(this.sources);
    lookup = new TraceLookup(plan.pipeline(), scan, ranking, parts, range, tally, wanted, context);
    ahead =
        ReadAhead.until(
            request.limit(), List.of(plan.pipeline().anchor()), range, columns(plan.pipeline()));
    for (SpanSource source : sources) {
      SourceView view = new SourceView(source, tally);
      this.sources.add(view);
      boolean isPruned = !range.overlaps(source.minStartNanos(), source.maxEndNanos());
      tally.source(isPruned, source.rowGroups().size());
      if (!isPruned) {
        inRange.add(view);
      }
    }
  }

  private static FieldColumns columns(PipelinePlan pipeline) {
    FieldColumns columns = new FieldColumns().withFields(pipeline.references()).withResults();
    return pipeline.needsWholeTrace() ? columns.withTree() : columns;
  }

  @Override
  public Optional<TraceMatch> next() throws IOException {
    letGoGiven(); // whoever took the last one has it
    return nextKept();
  }

  /** Lets go of the bytes of results that were given. */
  void letGoGiven() {
    tally.letGo(givenBytes);
    givenBytes = 0;
  }

  /** The next candidate, whose bytes the query goes on to hold; null if there is none. */
  @Nullable Candidate nextCandidate(Candidate.Detail detail) throws IOException {
    requireOpen();
    TraceHit hit = nextHit();
    if (hit == null) {
      return null;
    }
    TraceExtent extent = new TraceExtent(hit.id(), hit.startNanos(), hit.endNanos());
    TraceMatch match = hit.isResult() && detail == Candidate.Detail.MATCHES ? match(hit) : null;
    releaseStitched(hit);
    return new Candidate(extent, match);
  }

  /** The next result, whose bytes the query goes on to hold. */
  Optional<TraceMatch> nextKept() throws IOException {
    requireOpen();
    TraceHit hit = returned == request.limit() ? null : nextHit();
    if (hit == null) {
      return Optional.empty();
    }
    returned++;
    TraceMatch match = match(hit);
    releaseStitched(hit);
    return Optional.of(match);
  }

  private void requireOpen() {
    if (isClosed) {
      throw new IllegalStateException("the cursor is closed");
    }
  }

  /** Lets go of what was put together for this trace alone. */
  private static void releaseStitched(TraceHit hit) {
    if (TraceStitcher.isStitched(hit.trace().group())) {
      hit.trace().group().release();
      if (hit.matched() instanceof TraceHit.Matched.OfTrace part) {
        part.group().release();
      }
    }
  }

  private TraceMatch match(TraceHit hit) throws IOException {
    long work = MatchBytes.ofWork(hit.trace().spanCount(), request.spansPerSpanset());
    tally.hold(work);
    TraceMatch match = matcher.match(hit);
    long bytes = MatchBytes.of(match);
    tally.hold(bytes);
    givenBytes += bytes;
    tally.letGo(work);
    return match;
  }

  @Override
  public QueryStats stats() {
    return tally.stats();
  }

  /** What was done so far, and why. */
  QueryExplanation explanation() {
    ReadCounts reads = ReadCounts.NONE;
    for (SourceView source : sources) {
      reads = reads.plus(source.source().readCounts());
    }
    return new QueryExplanation(
        plan.explained(), tally.stats(), tally.pruning(), tally.traces(returned), reads);
  }

  @Override
  public void rest() {
    sources.forEach(SourceView::release);
  }

  @Override
  public void close() {
    isClosed = true;
    sources.clear();
    scan.clear();
    lookup.clear();
    inRange.clear();
    waiting.clear();
    found.clear();
    complete.clear();
  }

  /** The next trace in the order of results, or null if there is none. */
  private @Nullable TraceHit nextHit() throws IOException {
    enqueue();
    while (true) {
      GroupHits candidates = found.peek();
      TraceHit best = complete.peek();
      Bounded next = waiting.peek();
      if (next != null && mayPrecede(next, candidates, best)) {
        waiting.remove();
        switch (next.extent()) {
          case SourceView source -> {
            ahead.reach(source);
            lookInto(source);
          }
          case GroupView group -> evaluate(group);
        }
      } else if (candidates != null && isBefore(candidates, best)) {
        long bound = candidates.firstBound();
        TraceHit hit = takeFirst();
        if (hit != null && hit.key() == bound) {
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

  /** Bounds may need to be read, so they are asked for when the first result is. */
  private void enqueue() throws IOException {
    if (inRange.isEmpty()) {
      return;
    }
    List<Bounded> inOrder = new ArrayList<>(inRange.size());
    for (SourceView source : inRange) {
      inOrder.add(new Bounded(source, ranking.bound(source), queued++));
    }
    inRange.clear();
    inOrder.sort(SearchRun::byBound);
    for (Bounded next : inOrder) {
      waiting.add(next);
      if (next.extent() instanceof SourceView source) {
        ahead.add(source);
      }
    }
  }

  private void lookInto(SourceView source) throws IOException {
    if (!scan.mayFindIn(source)) {
      return;
    }
    for (GroupView group : source.groups()) {
      if (range.mayOverlap(group.zone(Fields.TRACE_START), group.zone(Fields.TRACE_END))) {
        waiting.add(new Bounded(group, ranking.bound(group), queued++));
      } else {
        tally.outOfRange();
      }
    }
  }

  private void evaluate(GroupView group) throws IOException {
    closeDrained();
    GroupHits hits = scan.evaluate(group);
    if (hits != null && !hits.isEmpty()) {
      lookup.open(hits);
      found.add(hits);
    }
  }

  private void closeDrained() {
    if (drained != null) {
      lookup.close(drained);
      drained = null;
    }
  }

  /** Takes the first candidate; the trace that it is of, if that is wanted and was not taken. */
  private @Nullable TraceHit takeFirst() throws IOException {
    GroupHits candidates = found.remove();
    TraceId id = candidates.firstId();
    TraceParts.Part part = new TraceParts.Part(candidates.group(), candidates.firstTraceRow());
    candidates.removeFirst();
    if (candidates.isEmpty()) {
      closeDrained();
      drained = candidates.group();
    } else {
      found.add(candidates);
    }
    return lookup.lookUp(id, part);
  }

  private static boolean mayPrecede(
      Bounded next, @Nullable GroupHits candidates, @Nullable TraceHit best) {
    return (candidates == null || Long.compareUnsigned(next.bound(), candidates.firstBound()) >= 0)
        && (best == null || Long.compareUnsigned(next.bound(), best.key()) >= 0);
  }

  private static boolean isBefore(GroupHits candidates, @Nullable TraceHit hit) {
    if (hit == null) {
      return true;
    }
    int compared = Long.compareUnsigned(hit.key(), candidates.firstBound());
    return compared < 0 || (compared == 0 && candidates.firstId().compareTo(hit.id()) <= 0);
  }
}
