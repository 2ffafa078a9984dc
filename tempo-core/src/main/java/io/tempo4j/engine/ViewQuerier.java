package io.tempo4j.engine;

import io.tempo4j.block.QueryReads;
import io.tempo4j.block.ReadPlanner;
import io.tempo4j.column.SpanSource;
import io.tempo4j.head.Head;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.diff.IncomparableTracesException;
import io.tempo4j.query.diff.TraceComparison;
import io.tempo4j.query.filter.FilteredTraces;
import io.tempo4j.query.filter.TraceFilter;
import io.tempo4j.query.metrics.MetricsEngine;
import io.tempo4j.query.metrics.MetricsListener;
import io.tempo4j.query.metrics.MetricsPartial;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.SearchEngine;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.tags.TagNames;
import io.tempo4j.query.tags.TagNamesQuery;
import io.tempo4j.query.tags.TagNamesRequest;
import io.tempo4j.query.tags.TagValues;
import io.tempo4j.query.tags.TagValuesQuery;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.query.trace.TraceAssembler;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers queries from what a process has of a tenant's spans: the heads and blocks of a view. A
 * query enters the gate and sees one view from its beginning to its end; where a block of that
 * turns out to be damaged or gone, it runs once more over the next one.
 */
final class ViewQuerier implements QuerierPart {

  private final Gate calls;
  private final Tenants tenants;
  private final Half half;
  private final SoundViews soundViews;
  private final ReadPlanner planner;
  private final long maxTraceBytes;
  private final TraceAssembler assembler;
  private final FilteredTraces filteredTraces;
  private final SearchEngine searchEngine = new SearchEngine();
  private final MetricsEngine metricsEngine;

  /**
   * Asks nothing yet.
   *
   * @param calls shut when no more queries may begin
   * @param half what of the views is seen
   * @param memory for what is remembered from query to query
   * @param maxTraceBytes of a trace as OTLP; what is larger comes in part
   */
  ViewQuerier(
      Gate calls,
      Tenants tenants,
      Half half,
      SoundViews soundViews,
      ReadPlanner planner,
      ByteBudget memory,
      long maxTraceBytes) {
    this.calls = calls;
    this.tenants = tenants;
    this.half = half;
    this.soundViews = soundViews;
    this.planner = planner;
    this.maxTraceBytes = maxTraceBytes;
    this.metricsEngine = new MetricsEngine(memory);
    this.assembler = new TraceAssembler(maxTraceBytes);
    this.filteredTraces = new FilteredTraces(assembler, Head::ofTrace);
  }

  @Override
  public AssembledTrace findTrace(TenantId tenant, TraceId id, QueryContext context)
      throws IOException {
    return ofTrace(tenant, id, context, sources -> assembler.assemble(sources, id, context));
  }

  @Override
  public AssembledTrace findTrace(
      TenantId tenant, TraceId id, TraceFilter filter, QueryContext context) throws IOException {
    return ofTrace(
        tenant, id, context, sources -> filteredTraces.assemble(sources, id, filter, context));
  }

  @Override
  public TraceComparison compareTraces(
      TenantId tenant, TraceId base, TraceId compare, QueryContext context)
      throws IOException, IncomparableTracesException {
    return WholeTraces.compare(this, tenant, base, compare, maxTraceBytes, context);
  }

  @Override
  public SearchResult search(TenantId tenant, SearchRequest request, QueryContext context)
      throws IOException {
    return ofRange(
        tenant,
        context,
        request.startNanos(),
        request.endNanos(),
        sources -> searchEngine.search(sources, request, context),
        SearchResult::withCoverage);
  }

  @Override
  public SearchCursor searchCursor(TenantId tenant, SearchRequest request, QueryContext context) {
    searchEngine.check(request.query());
    return new StoreCursor(
        step -> query(tenant, step::run),
        (view, wanted) ->
            ReadingCursor.open(
                planner,
                sources -> searchEngine.open(sources, wanted, context),
                view.sources(),
                context),
        request);
  }

  @Override
  public MetricsResult metrics(
      TenantId tenant, MetricsRequest request, QueryContext context, MetricsListener listener)
      throws IOException {
    return ofRange(
        tenant,
        context,
        request.startNanos(),
        request.endNanos(),
        sources -> metricsEngine.query(sources, request, context, listener),
        MetricsResult::withCoverage);
  }

  @Override
  public PartQuery begin(TenantId tenant, QueryContext context) {
    calls.require();
    try {
      TenantSpans spans = tenants.find(tenant);
      return ViewQuery.begin(
          this,
          spans,
          spans == null ? tenants.nothing() : spans.claimView(),
          view -> half.of(tenant, view),
          context);
    } finally {
      calls.leave();
    }
  }

  // ---- what a query over a view that it holds asks for

  /** Asks once more of a view that is held, if a block turns out to be damaged on the way. */
  <T> T ask(
      @Nullable TenantSpans spans,
      TenantSpans.View view,
      Set<String> suspects,
      SoundViews.Query<T> question)
      throws IOException {
    calls.require();
    try {
      return spans == null
          ? question.run(view)
          : soundViews.runOver(spans, view, suspects, question);
    } finally {
      calls.leave();
    }
  }

  ReadPlanner planner() {
    return planner;
  }

  SearchEngine searchEngine() {
    return searchEngine;
  }

  MetricsEngine metricsEngine() {
    return metricsEngine;
  }

  TraceAssembler assembler() {
    return assembler;
  }

  /** What {@link TraceStore#metricsPartial} gives. */
  MetricsPartial metricsPartial(TenantId tenant, MetricsRequest request, QueryContext context)
      throws IOException {
    return ofRange(
        tenant,
        context,
        request.startNanos(),
        request.endNanos(),
        sources -> metricsEngine.evaluate(sources, request, context),
        (partial, coverage) -> {
          partial.lacks(coverage);
          return partial;
        });
  }

  @Override
  public TagNames tagNames(
      TenantId tenant, TagNamesRequest request, QueryContext context, Consumer<TagNames> pieces)
      throws IOException {
    TagNamesQuery query = new TagNamesQuery(request, context);
    return ofRange(
        tenant,
        context,
        request.startNanos(),
        request.endNanos(),
        sources -> query.run(sources, pieces),
        TagNames::withCoverage);
  }

  @Override
  public TagValues tagValues(
      TenantId tenant, TagValuesRequest request, QueryContext context, Consumer<TagValues> pieces)
      throws IOException {
    TagValuesQuery query = new TagValuesQuery(request, context);
    return ofRange(
        tenant,
        context,
        request.startNanos(),
        request.endNanos(),
        sources -> query.run(sources, pieces),
        TagValues::withCoverage);
  }

  /** What of a view is seen. */
  @FunctionalInterface
  interface Half {
    TenantSpans.View of(TenantId tenant, TenantSpans.View view);
  }

  /** A query over sources. */
  @FunctionalInterface
  private interface Reading<T> {
    T run(List<SpanSource> sources) throws IOException;
  }

  private AssembledTrace ofTrace(
      TenantId tenant, TraceId id, QueryContext context, Reading<AssembledTrace> reading)
      throws IOException {
    return query(
        tenant, view -> read(view.sourcesOf(id), context, reading).withCoverage(view.coverage(id)));
  }

  /**
   * Reads everything.
   *
   * @param covered adds to a result of how much of the range it was made
   */
  private <T> T ofRange(
      TenantId tenant,
      QueryContext context,
      long startNanos,
      long endNanos,
      Reading<T> reading,
      BiFunction<T, Coverage, T> covered)
      throws IOException {
    return query(
        tenant,
        view ->
            covered.apply(
                read(view.sources(), context, reading), view.coverage(startNanos, endNanos)));
  }

  private <T> T read(List<SpanSource> sources, QueryContext context, Reading<T> reading)
      throws IOException {
    try (QueryReads reads = planner.begin(context::check)) {
      return reading.run(reads.of(sources));
    }
  }

  private <T> T query(TenantId tenant, SoundViews.Query<T> query) throws IOException {
    calls.require();
    try {
      TenantSpans spans = tenants.find(tenant);
      SoundViews.Query<T> ofHalf = view -> query.run(half.of(tenant, view));
      return spans == null ? ofHalf.run(tenants.nothing()) : soundViews.run(spans, ofHalf);
    } finally {
      calls.leave();
    }
  }
}
