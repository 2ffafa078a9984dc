package io.tempo4j.server.http;

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

  /**
   * Compares two traces.
   *
   * @param context may end the query before its time
   * @throws IncomparableTracesException if one is not there, or they are too large
   * @throws IOException if stored data could not be read
   */
  TraceComparison compareTraces(
      TenantId tenant, TraceId base, TraceId compare, QueryContext context)
      throws IOException, IncomparableTracesException;

  /** Why blocks cannot be reached at the moment, if so; what is recent is served all the same. */
  default Optional<String> unavailable() {
    return Optional.empty();
  }

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
   * @param listener is told of the progress
   * @throws io.tempo4j.traceql.TraceQlException if the query is wrong
   * @throws io.tempo4j.query.UnsupportedQueryException if the query is right but cannot be answered
   * @throws IOException if stored data could not be read
   */
  MetricsResult metrics(
      TenantId tenant, MetricsRequest request, QueryContext context, MetricsListener listener)
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
   * Which tags spans have.
   *
   * @param context may end the query before its time
   * @param pieces is given what further sources have, each name once
   * @throws IOException if stored data could not be read
   */
  TagNames tagNames(
      TenantId tenant, TagNamesRequest request, QueryContext context, Consumer<TagNames> pieces)
      throws IOException;

  /**
   * Which values a tag has.
   *
   * @param context may end the query before its time
   * @param pieces is given what further sources have, each value once
   * @throws IOException if stored data could not be read
   */
  TagValues tagValues(
      TenantId tenant, TagValuesRequest request, QueryContext context, Consumer<TagValues> pieces)
      throws IOException;

  /**
   * Makes blocks of all recent spans and returns when these are visible.
   *
   * @throws IOException if blocks could not be written
   */
  void flush() throws IOException;

  /** As {@link #flush()}, for one tenant alone. */
  void flush(TenantId tenant) throws IOException;
}
