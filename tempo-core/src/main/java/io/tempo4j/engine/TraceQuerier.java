package io.tempo4j.engine;

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
import java.util.function.Consumer;

/**
 * Where queries are asked: of a store, or of anything that answers as one does.
 *
 * <p>Times are Unix nanoseconds. A query sees what was there when it began; an answer that lacks
 * something says so in its coverage. A {@link QueryContext} bounds a query: a deadline, a
 * cancellation, bytes. Calls without one are not bounded.
 *
 * <p>Thread-safe; calls block. Each throws {@link IOException} if stored data cannot be read,
 * {@link io.tempo4j.query.QueryStoppedException} if the context ends it, {@link
 * io.tempo4j.query.QueryBudgetException} or {@link io.tempo4j.query.QueryContentionException} if it
 * needs more memory than it may have.
 */
public interface TraceQuerier {

  /**
   * Puts a trace together from everything that is stored of it.
   *
   * @return the trace; {@link AssembledTrace#isMissing} if no span of it is stored
   */
  AssembledTrace findTrace(TenantId tenant, TraceId id, QueryContext context) throws IOException;

  /** As {@link #findTrace(TenantId, TraceId, QueryContext)}, without bounds. */
  default AssembledTrace findTrace(TenantId tenant, TraceId id) throws IOException {
    return findTrace(tenant, id, QueryContext.unbounded());
  }

  /**
   * Puts those spans of a trace together that {@code filter} wants.
   *
   * @return the spans; {@link AssembledTrace#isFiltered} if the trace has others
   * @throws io.tempo4j.traceql.TraceQlException if the query of the filter is not valid
   * @throws io.tempo4j.query.UnsupportedQueryException if it does not select spans
   */
  AssembledTrace findTrace(TenantId tenant, TraceId id, TraceFilter filter, QueryContext context)
      throws IOException;

  /**
   * Compares two traces of one tenant.
   *
   * @param base the trace to start from
   * @param compare the trace that is asked what is different in it
   * @throws IncomparableTracesException if one of them is not stored or too large to be seen whole,
   *     or if both together are larger than a trace may be
   */
  TraceComparison compareTraces(
      TenantId tenant, TraceId base, TraceId compare, QueryContext context)
      throws IOException, IncomparableTracesException;

  /**
   * Finds traces by a TraceQL query.
   *
   * @throws io.tempo4j.traceql.TraceQlException if the query is not valid
   * @throws io.tempo4j.query.UnsupportedQueryException if this release cannot evaluate it
   */
  SearchResult search(TenantId tenant, SearchRequest request, QueryContext context)
      throws IOException;

  /** As {@link #search(TenantId, SearchRequest, QueryContext)}, without bounds. */
  default SearchResult search(TenantId tenant, SearchRequest request) throws IOException {
    return search(tenant, request, QueryContext.unbounded());
  }

  /**
   * Finds traces by a TraceQL query, one by one.
   *
   * @return the results, to be closed by the caller
   * @throws io.tempo4j.traceql.TraceQlException if the query is not valid
   * @throws io.tempo4j.query.UnsupportedQueryException if this release cannot evaluate it
   */
  SearchCursor searchCursor(TenantId tenant, SearchRequest request, QueryContext context);

  /**
   * Answers a metrics query.
   *
   * @param listener is told of the progress after every block and head, in this thread
   * @throws io.tempo4j.traceql.TraceQlException if the query is not valid
   * @throws io.tempo4j.query.UnsupportedQueryException if it is no metrics query, or this release
   *     cannot evaluate it
   */
  MetricsResult metrics(
      TenantId tenant, MetricsRequest request, QueryContext context, MetricsListener listener)
      throws IOException;

  /** As the other, without telling of the progress. */
  default MetricsResult metrics(TenantId tenant, MetricsRequest request, QueryContext context)
      throws IOException {
    return metrics(tenant, request, context, progress -> {});
  }

  /** As {@link #metrics(TenantId, MetricsRequest, QueryContext)}, without bounds. */
  default MetricsResult metrics(TenantId tenant, MetricsRequest request) throws IOException {
    return metrics(tenant, request, QueryContext.unbounded());
  }

  /**
   * Which tags spans have, piece by piece.
   *
   * @param pieces is given what further sources have, in this thread, each name once
   */
  TagNames tagNames(
      TenantId tenant, TagNamesRequest request, QueryContext context, Consumer<TagNames> pieces)
      throws IOException;

  /** Which tags spans have. */
  default TagNames tagNames(TenantId tenant, TagNamesRequest request, QueryContext context)
      throws IOException {
    return tagNames(tenant, request, context, piece -> {});
  }

  /**
   * Which values a tag has, piece by piece.
   *
   * @param pieces is given what further sources have, in this thread, each value once
   */
  TagValues tagValues(
      TenantId tenant, TagValuesRequest request, QueryContext context, Consumer<TagValues> pieces)
      throws IOException;

  /** Which values a tag has. */
  default TagValues tagValues(TenantId tenant, TagValuesRequest request, QueryContext context)
      throws IOException {
    return tagValues(tenant, request, context, piece -> {});
  }
}
