package io.tempo4j.server.http;

import io.tempo4j.engine.TraceQuerier;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.diff.IncomparableTracesException;
import io.tempo4j.query.diff.TraceComparison;
import io.tempo4j.query.filter.TraceFilter;
import io.tempo4j.query.metrics.MetricsListener;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.metrics.TimeAxis;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.tags.TagNames;
import io.tempo4j.query.tags.TagNamesRequest;
import io.tempo4j.query.tags.TagValues;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.query.tags.Truncation;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.traceql.TraceQl;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A backend that remembers what it was asked and answers what it was told. */
public final class FakeBackend implements TraceBackend, TraceQuerier {

  /** Answers a search. */
  public interface Search {
    SearchResult search(TenantId tenant, SearchRequest request, QueryContext context)
        throws IOException;
  }

  /** Answers a metrics query. */
  public interface Metrics {
    MetricsResult metrics(MetricsRequest request) throws IOException;
  }

  /** Begins a search that answers piece by piece. */
  public interface Cursor {
    SearchCursor open(SearchRequest request, QueryContext context);
  }

  /** Answers which tags there are. */
  public interface Names {
    TagNames names(TagNamesRequest request, QueryContext context, Consumer<TagNames> pieces);
  }

  /** Answers which values there are. */
  public interface Values {
    TagValues values(TagValuesRequest request, QueryContext context, Consumer<TagValues> pieces);
  }

  public static final SearchResult NOTHING =
      new SearchResult(List.of(), new QueryStats(0, 0, 0, 0, 0, 0, 0));

  public final Map<TraceId, AssembledTrace> traces = new ConcurrentHashMap<>();
  public final AtomicReference<Search> search =
      new AtomicReference<>((tenant, request, context) -> NOTHING);
  public final AtomicReference<Metrics> metrics = new AtomicReference<>(FakeBackend::noSeries);
  public final AtomicReference<MetricsRequest> lastMetrics = new AtomicReference<>();
  public final AtomicReference<Cursor> cursor = new AtomicReference<>();
  public final AtomicReference<Names> tagNames =
      new AtomicReference<>(
          (request, context, pieces) -> new TagNames(List.of(), Truncation.NONE, NOTHING.stats()));
  public final AtomicReference<Values> tagValues =
      new AtomicReference<>(
          (request, context, pieces) -> new TagValues(List.of(), Truncation.NONE, NOTHING.stats()));
  public final AtomicReference<TagNamesRequest> lastTagNames = new AtomicReference<>();
  public final AtomicReference<TagValuesRequest> lastTagValues = new AtomicReference<>();
  public final AtomicReference<TenantId> lastTenant = new AtomicReference<>();
  public final AtomicReference<SearchRequest> lastSearch = new AtomicReference<>();
  final AtomicLong maxTraceBytes = new AtomicLong(1000);
  final AtomicReference<TraceFilter> lastFilter = new AtomicReference<>();
  public final AtomicInteger flushes = new AtomicInteger();
  public final AtomicReference<Optional<IOException>> flushFailure =
      new AtomicReference<>(Optional.empty());

  @Override
  public TraceQuerier querier() {
    return this;
  }

  @Override
  public AssembledTrace findTrace(TenantId tenant, TraceId traceId, QueryContext context) {
    lastTenant.set(tenant);
    return traces.getOrDefault(traceId, new AssembledTrace(new byte[0], 0, false));
  }

  @Override
  public AssembledTrace findTrace(
      TenantId tenant, TraceId traceId, TraceFilter filter, QueryContext context) {
    TraceQl.parse(filter.query());
    lastFilter.set(filter);
    AssembledTrace whole = findTrace(tenant, traceId, context);
    return new AssembledTrace(
        whole.tracesData(),
        whole.spanCount(),
        whole.isPartial(),
        !whole.isMissing(),
        whole.coverage());
  }

  @Override
  public TraceComparison compareTraces(
      TenantId tenant, TraceId base, TraceId compare, QueryContext context)
      throws IOException, IncomparableTracesException {
    for (TraceId id : List.of(base, compare)) {
      AssembledTrace trace = findTrace(tenant, id, context);
      if (trace.isMissing()) {
        throw IncomparableTracesException.missing(id);
      }
      if (trace.isPartial()) {
        throw IncomparableTracesException.partial(id, maxTraceBytes());
      }
    }
    byte[] before = findTrace(tenant, base, context).tracesData();
    byte[] after = findTrace(tenant, compare, context).tracesData();
    if (before.length + after.length > maxTraceBytes()) {
      throw IncomparableTracesException.tooLarge(before.length + after.length, maxTraceBytes());
    }
    return TraceComparison.of(before, after, context);
  }

  @Override
  public long maxTraceBytes() {
    return maxTraceBytes.get();
  }

  @Override
  public SearchResult search(TenantId tenant, SearchRequest request, QueryContext context)
      throws IOException {
    lastTenant.set(tenant);
    lastSearch.set(request);
    return search.get().search(tenant, request, context);
  }

  public static MetricsResult noSeries(MetricsRequest request) {
    return new MetricsResult(TimeAxis.of(request), List.of(), false, NOTHING.stats());
  }

  @Override
  public MetricsResult metrics(
      TenantId tenant, MetricsRequest request, QueryContext context, MetricsListener listener)
      throws IOException {
    lastTenant.set(tenant);
    lastMetrics.set(request);
    return metrics.get().metrics(request);
  }

  @Override
  public SearchCursor searchCursor(TenantId tenant, SearchRequest request, QueryContext context) {
    lastTenant.set(tenant);
    lastSearch.set(request);
    return cursor.get().open(request, context);
  }

  @Override
  public TagNames tagNames(
      TenantId tenant, TagNamesRequest request, QueryContext context, Consumer<TagNames> pieces) {
    lastTenant.set(tenant);
    lastTagNames.set(request);
    return tagNames.get().names(request, context, pieces);
  }

  @Override
  public TagValues tagValues(
      TenantId tenant, TagValuesRequest request, QueryContext context, Consumer<TagValues> pieces) {
    lastTenant.set(tenant);
    lastTagValues.set(request);
    return tagValues.get().values(request, context, pieces);
  }

  @Override
  public void flush() throws IOException {
    if (flushFailure.get().isPresent()) {
      throw flushFailure.get().get();
    }
    flushes.incrementAndGet();
  }

  @Override
  public void flush(TenantId tenant) {
    lastTenant.set(tenant);
    flushes.incrementAndGet();
  }
}
