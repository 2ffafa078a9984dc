package io.tempo4j.server.http;

import io.tempo4j.engine.TraceStore;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.diff.IncomparableTracesException;
import io.tempo4j.query.diff.TraceComparison;
import io.tempo4j.query.filter.TraceFilter;
import io.tempo4j.query.metrics.MetricsListener;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.tags.TagNames;
import io.tempo4j.query.tags.TagNamesRequest;
import io.tempo4j.query.tags.TagValues;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.query.trace.AssembledTrace;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** A store as the API asks it. */
public final class StoreBackend implements TraceBackend {

  private final TraceStore store;
  private final long maxTraceBytes;

  /**
   * Answers from {@code store}, which stays the caller's to close.
   *
   * @param maxTraceBytes what the store was opened with
   */
  public StoreBackend(TraceStore store, long maxTraceBytes) {
    this.store = store;
    this.maxTraceBytes = maxTraceBytes;
  }

  @Override
  public Optional<String> unavailable() {
    return store.unavailable();
  }

  @Override
  public AssembledTrace findTrace(TenantId tenant, TraceId traceId, QueryContext context)
      throws IOException {
    return store.findTrace(tenant, traceId, context);
  }

  @Override
  public AssembledTrace findTrace(
      TenantId tenant, TraceId traceId, TraceFilter filter, QueryContext context)
      throws IOException {
    return store.findTrace(tenant, traceId, filter, context);
  }

  @Override
  public TraceComparison compareTraces(
      TenantId tenant, TraceId base, TraceId compare, QueryContext context)
      throws IOException, IncomparableTracesException {
    return store.compareTraces(tenant, base, compare, context);
  }

  @Override
  public long maxTraceBytes() {
    return maxTraceBytes;
  }

  @Override
  public SearchResult search(TenantId tenant, SearchRequest request, QueryContext context)
      throws IOException {
    return store.search(tenant, request, context);
  }

  @Override
  public MetricsResult metrics(
      TenantId tenant, MetricsRequest request, QueryContext context, MetricsListener listener)
      throws IOException {
    return store.metrics(tenant, request, context, listener);
  }

  @Override
  public SearchCursor searchCursor(TenantId tenant, SearchRequest request, QueryContext context) {
    return store.searchCursor(tenant, request, context);
  }

  @Override
  public TagNames tagNames(
      TenantId tenant, TagNamesRequest request, QueryContext context, Consumer<TagNames> pieces)
      throws IOException {
    return store.tagNames(tenant, request, context, pieces);
  }

  @Override
  public TagValues tagValues(
      TenantId tenant, TagValuesRequest request, QueryContext context, Consumer<TagValues> pieces)
      throws IOException {
    return store.tagValues(tenant, request, context, pieces);
  }

  @Override
  public void flush() throws IOException {
    store.flush();
  }

  @Override
  public void flush(TenantId tenant) throws IOException {
    store.flush(tenant);
  }
}
