package io.tempo4j.server.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStoppedException;
import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.server.config.GoDuration;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.traceql.TraceQlException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trace by id, search, and flush. */
final class QueryRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(QueryRoutes.class);

  /** Asks a store that is open. */
  private interface Query {
    HttpResponse on(TraceBackend backend, QueryContext context) throws IOException;
  }

  /** Makes a query of a request. */
  private interface Parsing {
    Query parse() throws BadRequestException;
  }

  /** Makes an answer of a trace. */
  private interface TraceReply {
    HttpResponse of(AssembledTrace trace, long maxTraceBytes);
  }

  private final ServerState state;
  private final TenantHeader tenants;
  private final TempoConfig.Queries bounds;
  private final SearchParameters searchParameters;
  private final HttpMetrics metrics;
  private final QueryPool pool;

  /** One answer must not take the memory of all others. */
  private final long maxAnswerBytes = Runtime.getRuntime().maxMemory() / 8;

  QueryRoutes(ServerState state, TempoConfig config, HttpMetrics metrics) {
    this.state = state;
    this.tenants = config.multitenancyEnabled() ? TenantHeader.REQUIRED : TenantHeader.IGNORED;
    this.bounds = config.queries();
    this.searchParameters = new SearchParameters(bounds);
    this.metrics = metrics;
    int threads = Math.min(bounds.maxConcurrent(), 4 * Runtime.getRuntime().availableProcessors());
    this.pool = new QueryPool(threads, bounds.maxQueued(), new TextFailures());
    metrics.watch(pool);
  }

  QueryPool pool() {
    return pool;
  }

  HttpResponse traceVersion1(ServiceRequestContext context, HttpRequest request) {
    return trace(
        context,
        request,
        (trace, maxBytes) -> {
          if (trace.isMissing()) {
            return HttpResponse.of(ResponseHeaders.of(HttpStatus.NOT_FOUND));
          }
          if (trace.isPartial()) {
            return Replies.text(
                HttpStatus.UNPROCESSABLE_ENTITY,
                "trace exceeds max size (max bytes: " + maxBytes + ")");
          }
          return wantsProtobuf(request.headers())
              ? Replies.protobuf(request.headers(), trace.tracesData())
              : Replies.json(request.headers(), TraceJson.version1(trace.tracesData()));
        });
  }

  /** A trace that is not there is an empty trace in this version. */
  HttpResponse traceVersion2(ServiceRequestContext context, HttpRequest request) {
    return trace(
        context,
        request,
        (trace, maxBytes) -> {
          String incomplete =
              trace.isPartial()
                  ? "Trace exceeds maximum size of "
                      + maxBytes
                      + " bytes, a partial trace is returned"
                  : "";
          return wantsProtobuf(request.headers())
              ? Replies.protobuf(
                  request.headers(), TraceByIdResponse.toBytes(trace.tracesData(), incomplete))
              : Replies.json(request.headers(), TraceJson.version2(trace.tracesData(), incomplete));
        });
  }

  private HttpResponse trace(ServiceRequestContext context, HttpRequest request, TraceReply reply) {
    return answer(
        context,
        bounds.traceTimeout(),
        () -> {
          TenantId tenant = tenants.tenantOf(request.headers());
          TraceId traceId;
          try {
            traceId = TraceId.parse(String.valueOf(context.pathParam("traceID")));
          } catch (IllegalArgumentException e) {
            throw new BadRequestException(String.valueOf(e.getMessage()));
          }
          // The range is a hint where to look; here the whole trace is found without it.
          SearchParameters.checkTraceRange(QueryParams.fromQueryString(context.query()));
          return counted(
              "traces",
              tenant,
              (backend, query) ->
                  reply.of(backend.findTrace(tenant, traceId, query), backend.maxTraceBytes()));
        });
  }

  private static boolean wantsProtobuf(RequestHeaders headers) {
    return headers.get(HttpHeaderNames.ACCEPT, "").contains("application/protobuf");
  }

  HttpResponse search(ServiceRequestContext context, HttpRequest request) {
    return answer(
        context,
        bounds.searchTimeout(),
        () -> {
          TenantId tenant = tenants.tenantOf(request.headers());
          SearchRequest search =
              searchParameters.parse(QueryParams.fromQueryString(context.query()));
          return counted(
              "search",
              tenant,
              (backend, query) -> {
                SearchResult result;
                try {
                  result = backend.search(tenant, search, query);
                } catch (TraceQlException | UnsupportedQueryException e) {
                  return Replies.badRequest("invalid TraceQL query: " + e.getMessage());
                }
                try {
                  return Replies.json(request.headers(), SearchJson.of(result, maxAnswerBytes));
                } catch (JsonBody.TooLargeException e) {
                  return Replies.badRequest(
                      e.getMessage() + "; ask for less with limit, spss, start and end");
                }
              });
        });
  }

  /** Without a deadline: the caller waits for the blocks. */
  HttpResponse flush(ServiceRequestContext context, HttpRequest request) {
    return answer(
        context,
        Duration.ZERO,
        () -> {
          String tenant = QueryParams.fromQueryString(context.query()).get("tenant", "");
          Optional<TenantId> only =
              tenant.isEmpty() ? Optional.empty() : Optional.of(TenantHeader.parse(tenant));
          return (backend, query) -> {
            if (only.isEmpty()) {
              backend.flush();
            } else {
              backend.flush(only.get());
            }
            return HttpResponse.of(ResponseHeaders.of(HttpStatus.NO_CONTENT));
          };
        });
  }

  private Query counted(String operation, TenantId tenant, Query query) {
    return (backend, context) -> {
      String result = "failed";
      try {
        HttpResponse response = query.on(backend, context);
        result = "completed";
        return response;
      } catch (QueryStoppedException e) {
        result = "canceled";
        throw e;
      } finally {
        metrics.query(tenant, operation, result);
      }
    };
  }

  private HttpResponse answer(ServiceRequestContext context, Duration deadline, Parsing parsing) {
    Query query;
    try {
      query = parsing.parse();
    } catch (BadRequestException e) {
      return Replies.badRequest(String.valueOf(e.getMessage()));
    }
    Optional<TraceBackend> backend = state.backend();
    if (backend.isEmpty()) {
      return Replies.text(HttpStatus.SERVICE_UNAVAILABLE, "the server is starting");
    }
    return pool.answer(context, deadline, running -> query.on(backend.get(), running));
  }

  private static final class TextFailures implements QueryPool.Failures {

    @Override
    public HttpResponse busy() {
      return Replies.text(HttpStatus.TOO_MANY_REQUESTS, "job queue full");
    }

    @Override
    public HttpResponse late(Duration deadline) {
      return Replies.text(
          HttpStatus.GATEWAY_TIMEOUT, "the query took longer than " + GoDuration.format(deadline));
    }

    @Override
    public HttpResponse failed(Throwable cause) {
      LOG.error("a query failed", cause);
      return Replies.text(HttpStatus.INTERNAL_SERVER_ERROR, "the query failed: " + cause);
    }
  }
}
