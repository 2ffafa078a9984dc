package io.tempo4j.server.grpc;

import com.google.protobuf.MessageLite;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tempo4j.engine.TraceQuerier;
import io.tempo4j.model.TenantId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.tags.TagNamesRequest;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.server.api.BadRequestException;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.server.http.CoverageHeader;
import io.tempo4j.server.http.QueryAnswers;
import io.tempo4j.server.http.TraceBackend;
import io.tempo4j.server.messages.MetricsMessages;
import io.tempo4j.server.tempopb.QueryInstantRequest;
import io.tempo4j.server.tempopb.QueryInstantResponse;
import io.tempo4j.server.tempopb.QueryRangeRequest;
import io.tempo4j.server.tempopb.QueryRangeResponse;
import io.tempo4j.server.tempopb.SearchRequest;
import io.tempo4j.server.tempopb.SearchResponse;
import io.tempo4j.server.tempopb.SearchTagValuesRequest;
import io.tempo4j.server.tempopb.SearchTagValuesResponse;
import io.tempo4j.server.tempopb.SearchTagValuesV2Response;
import io.tempo4j.server.tempopb.SearchTagsRequest;
import io.tempo4j.server.tempopb.SearchTagsResponse;
import io.tempo4j.server.tempopb.SearchTagsV2Response;
import io.tempo4j.server.tempopb.StreamingQuerierGrpc;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
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
    AnswerSource<M> on(TraceQuerier querier, QueryContext context) throws Exception;
  }

  private final QueryAnswers answers;
  private final TempoConfig.Queries bounds;
  private final InstantSource clock;

  StreamingQuerierService(QueryAnswers answers, TempoConfig.Queries bounds, InstantSource clock) {
    this.answers = answers;
    this.bounds = bounds;
    this.clock = clock;
  }

  @Override
  public void search(SearchRequest request, StreamObserver<SearchResponse> client) {
    answer(
        "search",
        bounds.searchTimeout(),
        client,
        tenant -> {
          var search = RequestArguments.of(request).request(bounds);
          return (querier, context) ->
              new SearchSource(
                  querier.searchCursor(tenant, search, context), bounds.maxMessageBytes());
        });
  }

  @Override
  public void searchTags(SearchTagsRequest request, StreamObserver<SearchTagsResponse> client) {
    answer(
        "tags",
        bounds.searchTimeout(),
        client,
        tenant -> {
          TagNamesRequest names =
              RequestArguments.of(request).names1(request.getScope(), bounds.maxTagBytes());
          return (querier, context) -> tags(querier, tenant, context).names1(names);
        });
  }

  @Override
  public void searchTagsV2(SearchTagsRequest request, StreamObserver<SearchTagsV2Response> client) {
    answer(
        "tags",
        bounds.searchTimeout(),
        client,
        tenant -> {
          TagNamesRequest names =
              RequestArguments.of(request).names2(request.getScope(), bounds.maxTagBytes());
          return (querier, context) -> tags(querier, tenant, context).names2(names);
        });
  }

  @Override
  public void searchTagValues(
      SearchTagValuesRequest request, StreamObserver<SearchTagValuesResponse> client) {
    answer(
        "tag_values",
        bounds.searchTimeout(),
        client,
        tenant -> {
          List<TagValuesRequest> meanings =
              RequestArguments.of(request).values1(request.getTagName(), bounds.maxTagBytes());
          return (querier, context) -> tags(querier, tenant, context).values1(meanings);
        });
  }

  @Override
  public void searchTagValuesV2(
      SearchTagValuesRequest request, StreamObserver<SearchTagValuesV2Response> client) {
    answer(
        "tag_values",
        bounds.searchTimeout(),
        client,
        tenant -> {
          TagValuesRequest values =
              RequestArguments.of(request).values2(request.getTagName(), bounds.maxTagBytes());
          return (querier, context) -> tags(querier, tenant, context).values2(values);
        });
  }

  @Override
  public void metricsQueryRange(
      QueryRangeRequest request, StreamObserver<QueryRangeResponse> client) {
    answer(
        "metrics",
        bounds.searchTimeout(),
        client,
        tenant -> {
          MetricsRequest metrics = RequestArguments.of(request).range(bounds, clock);
          return (querier, context) ->
              metrics(querier, tenant, metrics, context, MetricsMessages.RANGE);
        });
  }

  @Override
  public void metricsQueryInstant(
      QueryInstantRequest request, StreamObserver<QueryInstantResponse> client) {
    answer(
        "metrics",
        bounds.searchTimeout(),
        client,
        tenant -> {
          MetricsRequest metrics = RequestArguments.of(request).instant(bounds, clock);
          return (querier, context) ->
              metrics(querier, tenant, metrics, context, MetricsMessages.INSTANT);
        });
  }

  private TagSources tags(TraceQuerier querier, TenantId tenant, QueryContext context) {
    return new TagSources(querier, tenant, context, bounds.maxMessageBytes());
  }

  private <S extends MessageLite, M extends MessageLite> AnswerSource<M> metrics(
      TraceQuerier querier,
      TenantId tenant,
      MetricsRequest request,
      QueryContext context,
      MetricsMessages.Form<S, M> form) {
    return MetricsSource.of(
        request.query(),
        listener -> querier.metrics(tenant, request, context, listener),
        form,
        System::nanoTime,
        bounds.maxMessageBytes());
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
        tenant,
        deadline,
        context -> query.on(backend.get().querier(), context),
        (end, coverage) -> {
          CoverageHeader.noteAtTheEnd(call, coverage);
          answers.count(tenant, operation, end.name().toLowerCase(Locale.ROOT));
        });
  }
}
