package io.tempo4j.server.http;

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
import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.query.diff.IncomparableTracesException;
import io.tempo4j.query.diff.TraceComparison;
import io.tempo4j.query.filter.TraceFilter;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.server.api.BadRequestException;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.traceql.TraceQlException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Traces by id, parts of them, and what differs between two. */
final class TraceRoutes {

  private final QueryAnswers answers;
  private final TempoConfig.Queries bounds;
  private final TraceFilterParameters filterParameters;

  TraceRoutes(QueryAnswers answers, TempoConfig.Queries bounds) {
    this.answers = answers;
    this.bounds = bounds;
    this.filterParameters = new TraceFilterParameters(bounds);
  }

  HttpResponse version1(ServiceRequestContext context, HttpRequest request) {
    return trace(
        context,
        request,
        (tenant, traceId, params) ->
            (backend, query) -> {
              AssembledTrace trace = backend.querier().findTrace(tenant, traceId, query);
              CoverageHeader.note(context, trace.coverage());
              return version1(request.headers(), trace, backend.maxTraceBytes());
            });
  }

  HttpResponse version2(ServiceRequestContext context, HttpRequest request) {
    return trace(
        context,
        request,
        (tenant, traceId, params) -> {
          Optional<TraceFilter> filter = filterParameters.parse(params);
          return (backend, query) -> {
            AssembledTrace trace;
            try {
              trace =
                  filter.isEmpty()
                      ? backend.querier().findTrace(tenant, traceId, query)
                      : backend.querier().findTrace(tenant, traceId, filter.get(), query);
            } catch (TraceQlException | UnsupportedQueryException e) {
              return Replies.badRequest("invalid TraceQL filter: " + e.getMessage());
            }
            CoverageHeader.note(context, trace.coverage());
            return version2(request.headers(), trace, backend.maxTraceBytes());
          };
        });
  }

  /** Compares two traces. */
  HttpResponse diff(ServiceRequestContext context, HttpRequest request) {
    return HttpResponse.of(
        request
            .aggregate()
            .thenApply(whole ->
                answers.answer(
                    context,
                    bounds.traceTimeout(),
                    () -> {
                      TenantId tenant = answers.tenantOf(whole.headers());
                      DiffRequest diff = DiffRequest.parse(whole.content().array());
                      return answers.counted(
                          "traces",
                          tenant,
                          (backend, query) ->
                              diff(context, backend, tenant, diff, query, whole.headers()));
                    })));
  }

  private HttpResponse diff(
      ServiceRequestContext context,
      TraceBackend backend,
      TenantId tenant,
      DiffRequest diff,
      QueryContext query,
      RequestHeaders headers)
      throws IOException {
    try {
      TraceComparison comparison =
          backend.querier().compareTraces(tenant, diff.base(), diff.compare(), query);
      CoverageHeader.note(context, comparison.coverage());
      return answers.delivery().json(headers, DiffJson.of(comparison, diff.format()));
    } catch (IncomparableTracesException e) {
      return Replies.text(
          switch (e.reason()) {
            case MISSING -> HttpStatus.NOT_FOUND;
            case PARTIAL -> HttpStatus.UNPROCESSABLE_ENTITY;
            case TOO_LARGE -> HttpStatus.TOO_MANY_REQUESTS;
          },
          String.valueOf(e.getMessage()));
    }
  }

  /** Makes a query of a request for one trace. */
  private interface TraceParsing {
    QueryAnswers.Query parse(TenantId tenant, TraceId traceId, QueryParams params)
        throws BadRequestException;
  }

  private HttpResponse trace(
      ServiceRequestContext context, HttpRequest request, TraceParsing parsing) {
    return answers.answer(
        context,
        bounds.traceTimeout(),
        () -> {
          TenantId tenant = answers.tenantOf(request.headers());
          TraceId traceId = traceId(String.valueOf(context.pathParam("traceID")));
          QueryParams params = QueryParams.fromQueryString(context.query());
          // The range is a hint where to look; here the whole trace is found without it.
          TimeParameters.range(params);
          QueryAnswers.Query query = parsing.parse(tenant, traceId, params);
          return answers.counted("traces", tenant, query);
        });
  }

  private static TraceId traceId(String text) throws BadRequestException {
    try {
      return TraceId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(String.valueOf(e.getMessage()));
    }
  }

  private HttpResponse version1(RequestHeaders request, AssembledTrace trace, long maxTraceBytes)
      throws IOException {
    if (trace.isMissing()) {
      return HttpResponse.of(ResponseHeaders.of(HttpStatus.NOT_FOUND));
    }
    if (trace.isPartial()) {
      return Replies.text(
          HttpStatus.UNPROCESSABLE_ENTITY,
          "trace exceeds max size (max bytes: " + maxTraceBytes + ")");
    }
    byte[] spans = NamedResources.in(trace.tracesData());
    return Replies.takesProtobuf(request)
        ? answers.delivery().protobuf(request, out -> out.write(spans))
        : answers.delivery().json(request, TraceJson.version1(spans));
  }

  /** A trace that is not there is an empty trace in this version. */
  private HttpResponse version2(RequestHeaders request, AssembledTrace trace, long maxTraceBytes)
      throws IOException {
    byte[] spans = NamedResources.in(trace.tracesData());
    String incomplete = incomplete(trace, maxTraceBytes);
    if (Replies.takesProtobuf(request)) {
      return answers.delivery().protobuf(request, TraceByIdResponse.of(spans, incomplete));
    }
    return Replies.takesLlm(request)
        ? answers.delivery().llm(request, LlmJson.of(spans, incomplete))
        : answers.delivery().json(request, TraceJson.version2(spans, incomplete));
  }

  /** Why spans are missing; empty if none are. */
  private static String incomplete(AssembledTrace trace, long maxTraceBytes) {
    List<String> reasons = new ArrayList<>();
    if (trace.isPartial()) {
      reasons.add(
          "Trace exceeds maximum size of " + maxTraceBytes + " bytes, a partial trace is returned");
    }
    if (trace.isFiltered()) {
      reasons.add("Trace filtered, only a subset of spans matching the filter is returned");
    }
    if (!trace.coverage().isComplete()) {
      reasons.add(trace.coverage().explanation());
    }
    return String.join("; ", reasons);
  }
}
