package io.tempo4j.query.search;

import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.pipeline.PipelinePlan;
import io.tempo4j.query.pipeline.Spanset;
import io.tempo4j.query.pipeline.TraceEvaluator;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.Selection;
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

  private final PipelinePlan plan;
  private final AnchorScan scan;
  private final Ranking ranking;
  private final TraceParts parts;
  private final TraceStitcher stitcher;
  private final TimeRange range;
  private final ReadTally tally;
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
      QueryContext context) {
    this.plan = plan;
    this.scan = scan;
    this.ranking = ranking;
    this.parts = parts;
    this.stitcher = new TraceStitcher(tally);
    this.range = range;
    this.tally = tally;
    this.context = context;
  }

  /** Prepares for the candidates of a row group. */
  void open(GroupHits hits) throws IOException {
    if (plan.needsWholeTrace()) {
      evaluators.put(
          hits.group(),
          new TraceEvaluator(plan, hits.group(), hits.anchored(), hits.queued(), context));
    }
  }

  /** Lets go of what was kept for the candidates of a row group. */
  void close(GroupView group) {
    evaluators.remove(group);
    group.release();
  }

  /** The trace of a candidate; null if it is no result, or was looked up before. */
  @Nullable TraceHit lookUp(TraceId id, TraceParts.Part candidate) throws IOException {
    if (tally.countLookUp() % LOOK_UPS_PER_CHECK == 0) {
      context.check();
    }
    List<TraceParts.Part> found = parts.of(id, candidate);
    if (found.size() > 1 && !split.add(id)) {
      return null;
    }
    TraceHit.Matched matched =
        plan.needsWholeTrace() ? evaluate(id, found, candidate) : selectedIn(found);
    return matched == null ? null : TraceHit.of(id, found, matched, ranking);
  }

  /** What the only filter selects in those parts that overlap the time range. */
  private TraceHit.Matched selectedIn(List<TraceParts.Part> found) throws IOException {
    List<TraceParts.Part> contributing = new ArrayList<>(found.size());
    List<Selection> selections = new ArrayList<>(found.size());
    for (TraceParts.Part part : found) {
      GroupHits hits = part.isIn(range) ? scan.evaluate(part.group()) : null;
      if (hits != null) {
        contributing.add(part);
        selections.add(hits.anchored());
      }
    }
    return new TraceHit.Matched.OfParts(contributing, selections);
  }

  /** The spansets of the parts that overlap the time range, as one trace; null for none. */
  private TraceHit.@Nullable Matched evaluate(
      TraceId id, List<TraceParts.Part> found, TraceParts.Part candidate) throws IOException {
    List<TraceParts.Part> seen = found;
    if (found.size() > 1) {
      seen = new ArrayList<>(found.size());
      for (TraceParts.Part part : found) {
        if (part.isIn(range)) {
          seen.add(part);
        }
      }
    }
    if (seen.size() == 1) {
      return matched(
          candidate.group(), evaluator(candidate.group()).evaluate(candidate.traceRow()));
    }
    GroupView whole = stitcher.stitch(id, seen);
    return matched(whole, new TraceEvaluator(plan, whole, null, null, context).evaluate(0));
  }

  private TraceEvaluator evaluator(GroupView group) {
    TraceEvaluator known = evaluators.get(group);
    if (known == null) {
      throw new IllegalStateException("no candidate was found in row group " + group.index());
    }
    return known;
  }

  private static TraceHit.@Nullable Matched matched(GroupView group, List<Spanset> spansets) {
    return spansets.isEmpty() ? null : new TraceHit.Matched.OfTrace(group, spansets);
  }

  void clear() {
    evaluators.clear();
    split.clear();
  }
}
