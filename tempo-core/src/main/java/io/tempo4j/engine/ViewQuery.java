package io.tempo4j.engine;

import io.tempo4j.block.QueryReads;
import io.tempo4j.column.SpanSource;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.metrics.MetricsPartial;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.search.Candidate;
import io.tempo4j.query.search.CandidateCursor;
import io.tempo4j.query.search.CandidatePage;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.TraceExtents;
import io.tempo4j.query.trace.AssembledTrace;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A query over one view of a process, of whose heads it sees what they held when it began. */
final class ViewQuery implements PartQuery {

  private final ViewQuerier querier;
  private final @Nullable TenantSpans spans;
  private final TenantSpans.View claimed;

  /** What of that is seen. */
  private final TenantSpans.View view;

  private final List<SpanSource> sources;
  private final QueryContext context;
  private final Set<String> suspects = new HashSet<>();
  private boolean isClosed;

  /**
   * Takes over a view.
   *
   * @param spans the tenant's, of which the view is claimed; null if there are none
   * @param half what of the view is seen
   */
  static ViewQuery begin(
      ViewQuerier querier,
      @Nullable TenantSpans spans,
      TenantSpans.View claimed,
      UnaryOperator<TenantSpans.View> half,
      QueryContext context) {
    boolean isDone = false;
    try {
      TenantSpans.View view = half.apply(claimed);
      ViewQuery query = new ViewQuery(querier, spans, claimed, view, view.sources(), context);
      isDone = true;
      return query;
    } finally {
      if (!isDone) {
        claimed.release();
      }
    }
  }

  private ViewQuery(
      ViewQuerier querier,
      @Nullable TenantSpans spans,
      TenantSpans.View claimed,
      TenantSpans.View view,
      List<SpanSource> sources,
      QueryContext context) {
    this.querier = querier;
    this.spans = spans;
    this.claimed = claimed;
    this.view = view;
    this.sources = sources;
    this.context = context;
  }

  /** A question to the sources. */
  @FunctionalInterface
  private interface Question<T> {
    T ask(List<SpanSource> sources) throws IOException;
  }

  private <T> T ask(Question<T> question) throws IOException {
    return querier.ask(
        spans,
        view,
        suspects,
        unused -> {
          try (QueryReads reads = querier.planner().begin(context::check)) {
            return question.ask(reads.of(sources));
          }
        });
  }

  @Override
  public CandidateCursor candidates(SearchRequest request, Candidate.Detail detail) {
    querier.searchEngine().check(request.query());
    return new Candidates(request, detail);
  }

  @Override
  public TraceExtents extents(Collection<TraceId> ids) throws IOException {
    return ask(from -> querier.searchEngine().extents(from, ids, context));
  }

  @Override
  public AssembledTrace findTrace(TraceId id) throws IOException {
    return ask(from -> querier.assembler().assemble(from, id, context))
        .withCoverage(view.coverage(id));
  }

  @Override
  public MetricsPartial metrics(MetricsRequest request, Set<TraceId> leftOut) throws IOException {
    MetricsPartial partial =
        ask(from -> querier.metricsEngine().evaluate(from, request, leftOut, context));
    partial.lacks(view.coverage(request.startNanos(), request.endNanos()));
    return partial;
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      claimed.release();
    }
  }

  /** Begins again over the same sources if one of them was damaged on the way. */
  private final class Candidates implements CandidateCursor {

    private final SearchRequest request;
    private final Candidate.Detail detail;
    private @Nullable CandidateCursor open;
    private @Nullable QueryReads reads;
    private int given;
    private boolean isOver;

    Candidates(SearchRequest request, Candidate.Detail detail) {
      this.request = request;
      this.detail = detail;
    }

    @Override
    public CandidatePage next(int count, long threshold) throws IOException {
      if (isOver) {
        throw new IllegalStateException("the cursor is closed");
      }
      CandidatePage page = querier.ask(spans, view, suspects, unused -> advance(count, threshold));
      given += page.candidates().size();
      return page.withCoverage(view.coverage(request.startNanos(), request.endNanos()));
    }

    private CandidatePage advance(int count, long threshold) throws IOException {
      CandidateCursor cursor = open;
      open = null; // a search that fails is not used again
      if (cursor == null) {
        closeReads();
        QueryReads begun = querier.planner().begin(context::check);
        reads = begun;
        cursor = querier.searchEngine().candidates(begun.of(sources), request, detail, context);
        if (given > 0) {
          var unused = cursor.next(given, 0);
        }
      }
      CandidatePage page = cursor.next(count, threshold);
      open = cursor;
      if (page.isLast()) {
        closeReads();
      }
      return page;
    }

    private void closeReads() {
      if (reads != null) {
        reads.close();
        reads = null;
      }
    }

    @Override
    public void rest() {
      if (open != null) {
        open.rest();
      }
    }

    @Override
    public void close() {
      isOver = true;
      closeReads();
      if (open != null) {
        open.close();
        open = null;
      }
    }
  }
}
