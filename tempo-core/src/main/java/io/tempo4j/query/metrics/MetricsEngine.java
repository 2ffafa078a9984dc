package io.tempo4j.query.metrics;

import io.tempo4j.column.SpanSource;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryMemory;
import io.tempo4j.traceql.MetricsFunction;
import io.tempo4j.traceql.MetricsStage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Answers metrics queries over any sources.
 *
 * <p>A span counts in the bucket of time in which it starts, wherever the rest of its trace lies.
 * One that several sources have counts once, if they are given to one call.
 *
 * <p>The work has two steps: {@link #evaluate} counts, for some sources or for all, and gives a
 * {@link MetricsPartial}; {@link #finish} makes series of it. Partials of different sources can be
 * merged in any order, and finishing leaves a partial as it is. So whoever streams results
 * evaluates source by source, adds each partial to one, and finishes that as often as it likes.
 *
 * <p>Thread-safe. Remembers of sources which spans they have in common, for as long as the sources
 * are used; so a store should have one engine.
 */
public final class MetricsEngine {

  private final MetricsLimits limits;
  private final MetricsRun.Bounds bounds;

  /** What is remembered of sources is no more than one part in this many of a budget. */
  private static final int REMEMBERED = 32;

  /**
   * An engine whose queries may each hold an eighth of this process' heap in what they count, and
   * another in the series that they make.
   */
  public MetricsEngine() {
    this(MetricsLimits.of(Runtime.getRuntime().maxMemory()));
  }

  /**
   * As the other.
   *
   * @param queries what queries hold; what the engine remembers of sources is a small part of it
   */
  public MetricsEngine(ByteBudget queries) {
    this(MetricsLimits.of(Runtime.getRuntime().maxMemory()), queries);
  }

  MetricsEngine(MetricsLimits limits) {
    this(limits, ByteBudget.of("queries", 4 * limits.maxBytes()));
  }

  private MetricsEngine(MetricsLimits limits, ByteBudget queries) {
    ByteBudget remembered =
        queries.part("spans that several blocks have", queries.limitBytes() / REMEMBERED);
    this.limits = limits;
    this.bounds = new MetricsRun.Bounds(limits, new RepeatMemory(remembered.lease()));
  }

  /**
   * Answers a query.
   *
   * @param sources where to look, in any order
   * @throws io.tempo4j.traceql.TraceQlException if the query is no TraceQL
   * @throws io.tempo4j.query.UnsupportedQueryException if it is no metrics query, or cannot be
   *     evaluated
   * @throws io.tempo4j.query.QueryStoppedException if {@code context} says so
   * @throws io.tempo4j.query.QueryBudgetException if more bytes are needed than {@code context}
   *     allows
   * @throws io.tempo4j.model.CorruptBlockException if stored bytes are damaged
   * @throws IOException if a source cannot be read
   */
  public MetricsResult query(
      List<? extends SpanSource> sources, MetricsRequest request, QueryContext context)
      throws IOException {
    return query(sources, request, context, progress -> {});
  }

  /**
   * As {@link #query(List, MetricsRequest, QueryContext)}, telling of the progress after every
   * source.
   */
  public MetricsResult query(
      List<? extends SpanSource> sources,
      MetricsRequest request,
      QueryContext context,
      MetricsListener listener)
      throws IOException {
    MetricsPlan plan = MetricsPlan.of(request);
    MetricsPartial partial = MetricsPartial.empty(plan, context.memory());
    MetricsRun run = new MetricsRun(plan, bounds, sources, partial, LeftOut.NOTHING, context);
    Finishing series = new Finishing(plan, request.maxSeries(), partial, context.memory());
    for (int source = 0; source < run.sourceCount(); source++) {
      run.take(source);
      if (source == run.sourceCount() - 1) {
        run.takeStitched();
      }
      listener.onProgress(new MetricsProgress(source + 1, run.sourceCount(), series::result));
    }
    return series.result();
  }

  /**
   * Counts without making series of it; throws as {@link #query} does.
   *
   * @param sources where to look; those of one call are taken together, so the parts of a trace
   *     that a query relates to each other must be among them
   */
  public MetricsPartial evaluate(
      List<? extends SpanSource> sources, MetricsRequest request, QueryContext context)
      throws IOException {
    return evaluate(sources, request, Set.of(), context);
  }

  /**
   * As {@link #evaluate(List, MetricsRequest, QueryContext)}, without the spans of some traces.
   *
   * @param leftOut the traces whose spans are not counted
   */
  public MetricsPartial evaluate(
      List<? extends SpanSource> sources,
      MetricsRequest request,
      Set<TraceId> leftOut,
      QueryContext context)
      throws IOException {
    MetricsPlan plan = MetricsPlan.of(request);
    MetricsPartial partial = MetricsPartial.empty(plan, context.memory());
    MetricsRun run = new MetricsRun(plan, bounds, sources, partial, new LeftOut(leftOut), context);
    for (int source = 0; source < run.sourceCount(); source++) {
      run.take(source);
    }
    run.takeStitched();
    return partial;
  }

  /**
   * The partial of no sources, to add others to.
   *
   * @throws io.tempo4j.traceql.TraceQlException if the query is no TraceQL
   * @throws io.tempo4j.query.UnsupportedQueryException if it is no metrics query, or cannot be
   *     evaluated
   */
  public MetricsPartial nothing(MetricsRequest request) {
    return nothing(request, QueryContext.unbounded());
  }

  /** As {@link #nothing(MetricsRequest)}; what is added to it is held by {@code context}. */
  public MetricsPartial nothing(MetricsRequest request, QueryContext context) {
    return MetricsPartial.empty(MetricsPlan.of(request), context.memory());
  }

  /**
   * Whether spans of one trace are looked at together for a query, so that what a part counts alone
   * may be wrong where another part has spans of the same trace.
   *
   * @throws io.tempo4j.traceql.TraceQlException if the query is no TraceQL
   * @throws io.tempo4j.query.UnsupportedQueryException if it is no metrics query, or cannot be
   *     evaluated
   */
  public boolean needsWholeTraces(MetricsRequest request) {
    return MetricsPlan.of(request).leaves().stream()
        .anyMatch(leaf -> leaf.spans().needsWholeTrace());
  }

  /**
   * The series of what was counted so far. The partial may be added to afterwards, and finished
   * again.
   *
   * @throws IllegalArgumentException if the partial is not of this request
   */
  public MetricsResult finish(MetricsRequest request, MetricsPartial partial) {
    MetricsPlan plan = MetricsPlan.of(request);
    if (!MetricsPartial.empty(plan, QueryMemory.UNBOUNDED).isLike(partial)) {
      throw new IllegalArgumentException("the partial is not of this request");
    }
    return finish(plan, request.maxSeries(), partial, limits);
  }

  /** Makes series for one who is told of them again and again, and keeps the last. */
  private final class Finishing {
    private final MetricsPlan plan;
    private final int maxSeries;
    private final MetricsPartial partial;
    private final QueryMemory memory;
    private CountedMemory last;

    Finishing(MetricsPlan plan, int maxSeries, MetricsPartial partial, QueryMemory memory) {
      this.plan = plan;
      this.maxSeries = maxSeries;
      this.partial = partial;
      this.memory = memory;
      last = new CountedMemory(memory);
    }

    MetricsResult result() {
      CountedMemory next = new CountedMemory(memory);
      MetricsResult result = finish(plan, maxSeries, partial, limits.with(next));
      last.release();
      last = next;
      return result;
    }
  }

  private static MetricsResult finish(
      MetricsPlan plan, int maxSeries, MetricsPartial partial, MetricsLimits limits) {
    List<List<MetricsStage>> stages = SeriesAlgebra.stagesOfLeaves(plan.expression());
    List<List<Series>> leaves = new ArrayList<>();
    for (int i = 0; i < plan.leaves().size(); i++) {
      LeafPlan leaf = plan.leaves().get(i);
      SeriesPartial counted = partial.leaves().get(i);
      leaves.add(
          leaf.function() instanceof MetricsFunction.Compare compare
              ? CompareSeries.of(compare, limits, plan.axis(), counted)
              : LeafSeries.of(leaf, stages.get(i), limits, plan.axis(), counted));
    }
    List<Series> series = new SeriesAlgebra(leaves.iterator()).evaluate(plan.expression());
    List<TimeSeries> shown = new ArrayList<>();
    series.stream()
        .filter(Series::hasValue)
        .sorted(Comparator.comparing(Series::key))
        .forEach(one -> shown.add(shown(one, plan.axis())));
    boolean isTruncated = shown.size() > maxSeries;
    return new MetricsResult(
        plan.axis(),
        isTruncated ? List.copyOf(shown.subList(0, maxSeries)) : shown,
        isTruncated,
        partial.stats(),
        partial.coverage());
  }

  /** Leaves out exemplars at times without a value, and gives values to those without their own. */
  private static TimeSeries shown(Series series, TimeAxis axis) {
    List<Exemplar> exemplars = new ArrayList<>();
    for (Exemplar exemplar : series.exemplars()) {
      double atThatTime = series.values()[axis.bucketOf(exemplar.timestampNanos())];
      if (Series.isPoint(atThatTime)) {
        exemplars.add(Double.isNaN(exemplar.value()) ? exemplar.withValue(atThatTime) : exemplar);
      }
    }
    exemplars.sort(Comparator.comparingLong(Exemplar::timestampNanos));
    return new TimeSeries(series.labels(), series.values(), exemplars);
  }

  /**
   * Checks a query without running it.
   *
   * @throws io.tempo4j.traceql.TraceQlException if the query is no TraceQL
   * @throws io.tempo4j.query.UnsupportedQueryException if it is no metrics query, or cannot be
   *     evaluated
   */
  public void check(String query) {
    MetricsPlan.of(MetricsRequest.instant(query, 0, 1));
  }
}
