package io.tempo4j.query.search;

import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.pipeline.PipelinePlan;
import io.tempo4j.query.pipeline.Spanset;
import io.tempo4j.query.pipeline.TraceEvaluator;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.TimeRange;
import io.tempo4j.query.stitch.TraceParts;
import io.tempo4j.query.stitch.TraceStitcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks candidates up in all sources, and says what a search selects of them. Not thread-safe. */
final class TraceLookup {

  private static final int LOOK_UPS_PER_CHECK = 256;
  private static final long EVALUATOR_BYTES_PER_SPAN = 8;

  private final PipelinePlan plan;
  private final AnchorScan scan;
  private final Ranking ranking;
  private final TraceParts parts;
  private final TraceStitcher stitcher;
  private final TimeRange range;
  private final ReadTally tally;
  private final SearchRun.Wanted wanted;
  private final QueryContext context;
  private final Map<GroupView, TraceEvaluator> evaluators = new HashMap<>();

  /** The traces of several parts: each of these may be a candidate. */
  private final Set<TraceId> split = new HashSet<>();

  TraceLookup(
      PipelinePlan plan,
      AnchorScan scan,
      Ranking ranking,
      TraceParts parts,
      TimeRange range,
      ReadTally tally,
      SearchRun.Wanted wanted,
      QueryContext context) {
    this.plan = plan;
    this.scan = scan;
    this.ranking = ranking;
    this.parts = parts;
    this.stitcher = new TraceStitcher(tally);
    this.range = range;
    this.tally = tally;
    this.wanted = wanted;
    this.context = context;
  }

  /** Prepares for the candidates of a row group. */
  void open(GroupHits hits) throws IOException {
    if (plan.needsWholeTrace()) {
      tally.hold(evaluatorBytes(hits.group()));
      evaluators.put(
          hits.group(),
          new TraceEvaluator(plan, hits.group(), hits.anchored(), hits.queued(), context));
    }
  }

  /** What filters select of a row group, one for each, and results of functions. */
  private static long evaluatorBytes(GroupView group) {
    return EVALUATOR_BYTES_PER_SPAN * group.spans().rowCount();
  }

  /** Lets go of what was kept for the candidates of a row group. */
  void close(GroupView group) {
    if (evaluators.remove(group) != null) {
      tally.letGo(evaluatorBytes(group));
    }
    group.release();
  }

  /** The trace of a candidate; null if it is not wanted, or was looked up before. */
  @Nullable TraceHit lookUp(TraceId id, TraceParts.Part candidate) throws IOException {
    if (tally.countLookUp() % LOOK_UPS_PER_CHECK == 0) {
      context.check();
    }
    List<TraceParts.Part> found = parts.of(id, candidate);
    return found.size() == 1 ? ofOne(id, candidate) : split.add(id) ? ofSeveral(id, found) : null;
  }

  private @Nullable TraceHit ofOne(TraceId id, TraceParts.Part trace) throws IOException {
    TraceHit.Matched matched;
    if (plan.needsWholeTrace()) {
      matched = matched(trace.group(), evaluator(trace.group()).evaluate(trace.traceRow()));
    } else {
      GroupHits hits = scan.evaluate(trace.group());
      matched = hits == null ? TraceHit.NOTHING : new TraceHit.Matched.OfFilter(hits.anchored());
    }
    return hit(id, trace, matched);
  }

  private @Nullable TraceHit hit(TraceId id, TraceParts.Part trace, TraceHit.Matched matched)
      throws IOException {
    return matched == TraceHit.NOTHING && wanted == SearchRun.Wanted.RESULTS
        ? null
        : TraceHit.of(id, trace, matched, ranking);
  }

  /** The parts as one trace; selected is what the parts have that overlap the time range. */
  private @Nullable TraceHit ofSeveral(TraceId id, List<TraceParts.Part> found) throws IOException {
    List<TraceParts.Part> seen = new ArrayList<>(found.size());
    for (TraceParts.Part part : found) {
      if (part.isIn(range)) {
        seen.add(part);
      }
    }
    GroupView whole = stitcher.stitch(id, found);
    GroupView inRange = seen.size() == found.size() ? whole : stitcher.stitch(id, seen);
    TraceHit.Matched matched =
        matched(inRange, new TraceEvaluator(plan, inRange, null, null, context).evaluate(0));
    TraceHit hit = hit(id, new TraceParts.Part(whole, 0), matched);
    if (matched == TraceHit.NOTHING) {
      inRange.release();
      whole.release();
    }
    return hit;
  }

  private TraceEvaluator evaluator(GroupView group) {
    TraceEvaluator known = evaluators.get(group);
    if (known == null) {
      throw new IllegalStateException("no candidate was found in row group " + group.index());
    }
    return known;
  }

  private static TraceHit.Matched matched(GroupView group, List<Spanset> spansets) {
    return spansets.isEmpty() ? TraceHit.NOTHING : new TraceHit.Matched.OfTrace(group, spansets);
  }

  void clear() {
    evaluators.clear();
    split.clear();
  }
}
