package io.tempo4j.server.grpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tempo4j.model.TenantId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.server.http.BadRequestException;
import io.tempo4j.server.http.QueryAnswers;
import io.tempo4j.server.http.SearchParameters;
import io.tempo4j.server.http.TraceBackend;
import io.tempo4j.server.tempopb.SearchRequest;
import io.tempo4j.server.tempopb.SearchResponse;
import io.tempo4j.server.tempopb.StreamingQuerierGrpc;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** The methods: each makes a query of its request and streams what it finds. */
final class StreamingQuerierService extends StreamingQuerierGrpc.StreamingQuerierImplBase {

  /** Makes a query of a request. */
  private interface Parsing<M> {
    Query<M> parse(TenantId tenant) throws BadRequestException;
  }

  /** Asks a store that is open. */
  private interface Query<M> {
    AnswerSource<M> on(TraceBackend backend, QueryContext context) throws Exception;
  }

  private final QueryAnswers answers;
  private final TempoConfig.Queries bounds;
  private final SearchParameters searchParameters;

  StreamingQuerierService(QueryAnswers answers, TempoConfig.Queries bounds) {
    this.answers = answers;
    this.bounds = bounds;
    this.searchParameters = new SearchParameters(bounds);
  }

  @Override
  public void search(SearchRequest request, StreamObserver<SearchResponse> client) {
    answer(
        "search",
        bounds.searchTimeout(),
        client,
        tenant -> {
          var search = searchParameters.parse(RequestParameters.of(request));
          return (backend, context) ->
              new SearchSource(backend.searchCursor(tenant, search, context));
        });
  }

  private <M> void answer(
      String operation, Duration deadline, StreamObserver<M> client, Parsing<M> parsing) {
    ServiceRequestContext call = ServiceRequestContext.current();
    TenantId tenant;
    Query<M> query;
    try {
      tenant = answers.tenantOf(call.request().headers());
      query = parsing.parse(tenant);
    } catch (BadRequestException e) {
      client.onError(RpcFailures.of(e));
      return;
    }
    Optional<TraceBackend> backend = answers.backend();
    if (backend.isEmpty()) {
      client.onError(RpcFailures.starting());
      return;
    }
    AnswerStream.start(
        (ServerCallStreamObserver<M>) client,
        call.eventLoop(),
        answers.pool(),
        deadline,
        context -> query.on(backend.get(), context),
        end -> answers.count(tenant, operation, end.name().toLowerCase(Locale.ROOT)));
  }
}
