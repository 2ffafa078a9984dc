package io.tempo4j.query.search;

import io.tempo4j.column.SpanSource;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStoppedException;
import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.stitch.TraceParts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Answers searches over any sources.
 *
 * <p>A query sees those parts of a trace that overlap its time range, in all sources together, and
 * evaluates them as one trace. Equal spans count once, others are never taken for one. Start, end,
 * root and counts of a result are those of all parts, whether they overlap the range or not.
 *
 * <p>Results stand in the order of {@link SearchOrder}, ties by trace id, whatever the order of the
 * sources; the limit takes the first of them. The search ends as soon as nothing that was not
 * looked at can come before the last result.
 *
 * <p>Stateless, thread-safe.
 */
public final class SearchEngine {

  /**
   * Searches.
   *
   * @param sources where to look, in any order
   * @throws io.tempo4j.traceql.TraceQlException if the query is no TraceQL
   * @throws UnsupportedQueryException if the query is TraceQL that a search does not answer
   * @throws QueryStoppedException if {@code context} says so
   * @throws io.tempo4j.query.QueryBudgetException if more bytes are needed than {@code context}
   *     allows
   * @throws io.tempo4j.model.CorruptBlockException if stored bytes are damaged
   * @throws IOException if a source cannot be read
   */
  public SearchResult search(
      List<? extends SpanSource> sources, SearchRequest request, QueryContext context)
      throws IOException {
    try (SearchRun cursor = run(sources, request, context)) {
      List<TraceMatch> traces = new ArrayList<>();
      Optional<TraceMatch> next = cursor.nextKept();
      while (next.isPresent()) {
        traces.add(next.get());
        next = cursor.nextKept();
      }
      return switch (request.detail()) {
        case TRACES -> new SearchResult(traces, cursor.stats());
        case EXPLANATION -> new SearchResult(traces, cursor.stats(), cursor.explanation());
      };
    }
  }

  /**
   * Begins a search whose results are taken one by one.
   *
   * @param sources where to look, in any order
   * @throws io.tempo4j.traceql.TraceQlException if the query is no TraceQL
   * @throws UnsupportedQueryException if the query is TraceQL that a search does not answer
   */
  public SearchCursor open(
      List<? extends SpanSource> sources, SearchRequest request, QueryContext context) {
    return run(sources, request, context);
  }

  private static SearchRun run(
      List<? extends SpanSource> sources, SearchRequest request, QueryContext context) {
    return new SearchRun(
        sources, SearchPlan.of(request.query()), request, SearchRun.Wanted.RESULTS, context);
  }

  /**
   * Begins to look for traces that may be results if others have spans of them, too. The limit of
   * the request means nothing.
   *
   * @param sources where to look, in any order
   * @throws io.tempo4j.traceql.TraceQlException if the query is no TraceQL
   * @throws UnsupportedQueryException if the query is TraceQL that a search does not answer
   */
  public CandidateCursor candidates(
      List<? extends SpanSource> sources,
      SearchRequest request,
      Candidate.Detail detail,
      QueryContext context) {
    SearchPlan plan = SearchPlan.of(request.query());
    return new CandidateRun(
        new SearchRun(sources, plan, request, SearchRun.Wanted.CANDIDATES, context),
        plan.order(),
        detail);
  }

  /**
   * Says of some traces when their spans begin and end.
   *
   * @param sources where to look, in any order
   * @return of those traces that are there
   * @throws io.tempo4j.model.CorruptBlockException if stored bytes are damaged
   * @throws IOException if a source cannot be read
   * @throws QueryStoppedException if {@code context} says so
   */
  public TraceExtents extents(
      List<? extends SpanSource> sources, Collection<TraceId> ids, QueryContext context)
      throws IOException {
    ReadTally tally = new ReadTally(context);
    List<SourceView> views = new ArrayList<>();
    sources.forEach(source -> views.add(new SourceView(source, tally)));
    TraceParts parts = new TraceParts(views);
    List<TraceExtent> extents = new ArrayList<>();
    for (TraceId id : ids) {
      context.check();
      TraceExtent whole = null;
      for (TraceParts.Part part : parts.of(id)) {
        TraceExtent here = new TraceExtent(id, part.startNanos(), part.endNanos());
        whole = whole == null ? here : whole.and(here);
      }
      if (whole != null) {
        extents.add(whole);
      }
    }
    views.forEach(SourceView::release);
    return new TraceExtents(extents);
  }

  /**
   * Checks a query without running it.
   *
   * @throws io.tempo4j.traceql.TraceQlException if the query is no TraceQL
   * @throws UnsupportedQueryException if the query is TraceQL that a search does not answer
   */
  public void check(String query) {
    SearchPlan.of(query);
  }
}
