package io.tempo4j.server.http;

import com.google.protobuf.MessageLite;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tempo4j.model.TenantId;
import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.server.api.BadRequestException;
import io.tempo4j.server.config.TempoConfig.Queries;
import io.tempo4j.server.messages.MetricsMessages;
import io.tempo4j.traceql.TraceQlException;
import java.time.InstantSource;
import java.util.stream.Stream;

/** Time series of metrics queries, over a range or as one value. */
final class MetricsRoutes {

  /** Makes a request of parameters. */
  private interface Parsing {
    MetricsRequest parse(QueryParams params) throws BadRequestException;
  }

  /** Makes an answer of a result. */
  private interface Form {
    Body of(MetricsResult result);
  }

  /** Makes the parts of a protobuf answer of a result. */
  private interface Parts {
    Stream<? extends MessageLite> of(MetricsResult result);
  }

  private final QueryAnswers answers;
  private final Queries bounds;
  private final MetricsParameters parameters;

  MetricsRoutes(QueryAnswers answers, Queries bounds, InstantSource clock) {
    this.answers = answers;
    this.bounds = bounds;
    this.parameters = new MetricsParameters(bounds, clock);
  }

  HttpResponse range(ServiceRequestContext context, HttpRequest request) {
    return answer(
        context,
        request,
        parameters::range,
        MetricsJson::range,
        result -> MetricsMessages.of(MetricsMessages.RANGE, result));
  }

  HttpResponse instant(ServiceRequestContext context, HttpRequest request) {
    return answer(
        context,
        request,
        parameters::instant,
        MetricsJson::instant,
        result -> MetricsMessages.of(MetricsMessages.INSTANT, result));
  }

  private HttpResponse answer(
      ServiceRequestContext context, HttpRequest request, Parsing parsing, Form form, Parts parts) {
    return answers.answer(
        context,
        bounds.searchTimeout(),
        () -> {
          TenantId tenant = answers.tenantOf(request.headers());
          MetricsRequest metrics = parsing.parse(QueryParams.fromQueryString(context.query()));
          return answers.counted(
              "metrics",
              tenant,
              (backend, query) -> {
                MetricsResult result;
                try {
                  result = backend.querier().metrics(tenant, metrics, query, progress -> {});
                } catch (TraceQlException | UnsupportedQueryException e) {
                  return Replies.badRequest("invalid TraceQL query: " + e.getMessage());
                }
                CoverageHeader.note(context, result.coverage());
                return Replies.takesProtobuf(request.headers())
                    ? answers
                        .delivery()
                        .protobuf(request.headers(), ProtobufBody.of(() -> parts.of(result)))
                    : answers.delivery().json(request.headers(), form.of(result));
              });
        });
  }
}
