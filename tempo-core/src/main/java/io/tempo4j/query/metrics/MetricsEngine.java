package io.tempo4j.query.metrics;

import io.tempo4j.column.SpanSource;
import io.tempo4j.query.QueryContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * Answers metrics queries over any sources.
 *
 * <p>A span counts in the bucket of time in which it starts, wherever the rest of its trace lies.
 *
 * <p>The work has two steps: {@link #evaluate} counts, for some sources or for all, and gives a
 * {@link MetricsPartial}; {@link #finish} makes series of it. Partials of different sources can be
 * merged in any order, and finishing leaves a partial as it is. So whoever streams results
 * evaluates source by source, adds each partial to one, and finishes that as often as it likes.
 *
 * <p>Stateless, thread-safe.
 */
public final class MetricsEngine {

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
    return finish(request, evaluate(sources, request, context));
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
    MetricsPlan plan = MetricsPlan.of(request.query());
    MetricsPartial partial = MetricsPartial.empty(plan, TimeAxis.of(request));
    MetricsRun run = new MetricsRun(plan, partial, context);
    for (SpanSource source : sources) {
      run.take(source);
    }
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
    return MetricsPartial.empty(MetricsPlan.of(request.query()), TimeAxis.of(request));
  }

  /**
   * The series of what was counted so far. The partial may be added to afterwards, and finished
   * again.
   *
   * @throws IllegalArgumentException if the partial is not of this request
   */
  public MetricsResult finish(MetricsRequest request, MetricsPartial partial) {
    MetricsPlan plan = MetricsPlan.of(request.query());
    TimeAxis axis = TimeAxis.of(request);
    if (!axis.equals(partial.axis()) || plan.leaves().size() != partial.leaves().size()) {
      throw new IllegalArgumentException("the partial is not of this request");
    }
    List<List<Series>> leaves = new ArrayList<>();
    for (int i = 0; i < plan.leaves().size(); i++) {
      leaves.add(LeafSeries.of(plan.leaves().get(i), axis, partial.leaves().get(i)));
    }
    Iterator<List<Series>> inOrder = leaves.iterator();
    List<Series> series = new SeriesAlgebra(inOrder).evaluate(plan.expression());
    List<TimeSeries> shown = new ArrayList<>();
    series.stream()
        .filter(Series::hasValue)
        .sorted(Comparator.comparing(Series::key))
        .forEach(one -> shown.add(new TimeSeries(one.labels(), one.values(), one.exemplars())));
    boolean isTruncated = shown.size() > request.maxSeries();
    return new MetricsResult(
        axis,
        isTruncated ? shown.subList(0, request.maxSeries()) : shown,
        isTruncated,
        partial.stats());
  }

  /**
   * Checks a query without running it.
   *
   * @throws io.tempo4j.traceql.TraceQlException if the query is no TraceQL
   * @throws io.tempo4j.query.UnsupportedQueryException if it is no metrics query, or cannot be
   *     evaluated
   */
  public void check(String query) {
    MetricsPlan.of(query);
  }
}
