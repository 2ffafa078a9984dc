package io.tempo4j.server.http;

import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.filter.TraceFilter;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.trace.AssembledTrace;
import java.io.IOException;

/** What the API asks of a store. Thread-safe; calls may block. */
public interface TraceBackend {

  /**
   * Puts a trace together.
   *
   * @param context may end the query before its time
   * @return the trace; {@link AssembledTrace#isMissing} if no span of it is stored
   * @throws IOException if stored data could not be read
   */
  AssembledTrace findTrace(TenantId tenant, TraceId traceId, QueryContext context)
      throws IOException;

  /**
   * Puts the wanted spans of a trace together.
   *
   * @param context may end the query before its time
   * @throws io.tempo4j.traceql.TraceQlException if the query of the filter is wrong
   * @throws io.tempo4j.query.UnsupportedQueryException if it does not select spans
   * @throws IOException if stored data could not be read
   */
  AssembledTrace findTrace(
      TenantId tenant, TraceId traceId, TraceFilter filter, QueryContext context)
      throws IOException;

  /** Size in bytes beyond which a trace comes in part only. */
  long maxTraceBytes();

  /**
   * Searches traces.
   *
   * @param context may end the query before its time
   * @throws io.tempo4j.traceql.TraceQlException if the query is wrong
   * @throws io.tempo4j.query.UnsupportedQueryException if the query is right but cannot be answered
   * @throws IOException if stored data could not be read
   */
  SearchResult search(TenantId tenant, SearchRequest request, QueryContext context)
      throws IOException;

  /**
   * Computes time series.
   *
   * @param context may end the query before its time
   * @throws io.tempo4j.traceql.TraceQlException if the query is wrong
   * @throws io.tempo4j.query.UnsupportedQueryException if the query is right but cannot be answered
   * @throws IOException if stored data could not be read
   */
  MetricsResult metrics(TenantId tenant, MetricsRequest request, QueryContext context)
      throws IOException;

  /**
   * Searches traces, one result after the other.
   *
   * @param context may end the query before its time
   * @return the results, to be closed by the caller
   * @throws io.tempo4j.traceql.TraceQlException if the query is wrong
   * @throws io.tempo4j.query.UnsupportedQueryException if the query is right but cannot be answered
   */
  SearchCursor searchCursor(TenantId tenant, SearchRequest request, QueryContext context);

  /**
   * Makes blocks of all recent spans and returns when these are visible.
   *
   * @throws IOException if blocks could not be written
   */
  void flush() throws IOException;

  /** As {@link #flush()}, for one tenant alone. */
  void flush(TenantId tenant) throws IOException;
}
