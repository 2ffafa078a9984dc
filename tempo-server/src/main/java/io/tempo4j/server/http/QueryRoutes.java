package io.tempo4j.server.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tempo4j.model.TenantId;
import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.server.messages.SearchMessages;
import io.tempo4j.traceql.TraceQlException;
import java.time.Duration;
import java.util.Optional;

/** Search and flush. */
final class QueryRoutes {

  private final QueryAnswers answers;
  private final TempoConfig.Queries bounds;
  private final SearchParameters searchParameters;

  QueryRoutes(QueryAnswers answers, TempoConfig.Queries bounds) {
    this.answers = answers;
    this.bounds = bounds;
    this.searchParameters = new SearchParameters(bounds);
  }

  HttpResponse search(ServiceRequestContext context, HttpRequest request) {
    return answers.answer(
        context,
        bounds.searchTimeout(),
        () -> {
          TenantId tenant = answers.tenantOf(request.headers());
          SearchRequest search =
              searchParameters.parse(QueryParams.fromQueryString(context.query()));
          return answers.counted(
              "search",
              tenant,
              (backend, query) -> {
                SearchResult result;
                try {
                  result = backend.querier().search(tenant, search, query);
                } catch (TraceQlException | UnsupportedQueryException e) {
                  return Replies.badRequest("invalid TraceQL query: " + e.getMessage());
                }
                CoverageHeader.note(context, result.coverage());
                return Replies.takesProtobuf(request.headers())
                    ? answers
                        .delivery()
                        .protobuf(
                            request.headers(), ProtobufBody.of(() -> SearchMessages.of(result)))
                    : answers.delivery().json(request.headers(), SearchJson.of(result));
              });
        });
  }

  /** Without a deadline: the caller waits for the blocks. */
  HttpResponse flush(ServiceRequestContext context, HttpRequest request) {
    return answers.answer(
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
}
