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
import io.tempo4j.query.trace.AssembledTrace;
import java.time.Duration;

/** Traces by id. */
final class TraceRoutes {

  /** Makes an answer of a trace. */
  private interface TraceReply {
    HttpResponse of(AssembledTrace trace, long maxTraceBytes);
  }

  private final QueryAnswers answers;
  private final Duration timeout;

  TraceRoutes(QueryAnswers answers, Duration timeout) {
    this.answers = answers;
    this.timeout = timeout;
  }

  HttpResponse version1(ServiceRequestContext context, HttpRequest request) {
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
  HttpResponse version2(ServiceRequestContext context, HttpRequest request) {
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
    return answers.answer(
        context,
        timeout,
        () -> {
          TenantId tenant = answers.tenantOf(request.headers());
          TraceId traceId;
          try {
            traceId = TraceId.parse(String.valueOf(context.pathParam("traceID")));
          } catch (IllegalArgumentException e) {
            throw new BadRequestException(String.valueOf(e.getMessage()));
          }
          // The range is a hint where to look; here the whole trace is found without it.
          SearchParameters.checkTraceRange(QueryParams.fromQueryString(context.query()));
          return answers.counted(
              "traces",
              tenant,
              (backend, query) ->
                  reply.of(backend.findTrace(tenant, traceId, query), backend.maxTraceBytes()));
        });
  }

  private static boolean wantsProtobuf(RequestHeaders headers) {
    return headers.get(HttpHeaderNames.ACCEPT, "").contains("application/protobuf");
  }
}
