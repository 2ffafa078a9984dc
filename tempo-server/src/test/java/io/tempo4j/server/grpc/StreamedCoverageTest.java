package io.tempo4j.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.query.tags.TagNames;
import io.tempo4j.query.tags.TagScope;
import io.tempo4j.query.tags.TagValue;
import io.tempo4j.query.tags.TagValues;
import io.tempo4j.query.tags.Truncation;
import io.tempo4j.server.http.FakeBackend;
import io.tempo4j.server.tempopb.QueryInstantRequest;
import io.tempo4j.server.tempopb.QueryRangeRequest;
import io.tempo4j.server.tempopb.SearchRequest;
import io.tempo4j.server.tempopb.SearchTagValuesRequest;
import io.tempo4j.server.tempopb.SearchTagsRequest;
import io.tempo4j.server.tempopb.StreamingQuerierGrpc.StreamingQuerierBlockingStub;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients of streams are told of blocks that could not be read, by the trailers of the call. */
class StreamedCoverageTest {

  private static final Metadata.Key<String> PARTIAL =
      Metadata.Key.of("x-tempo4j-partial", Metadata.ASCII_STRING_MARSHALLER);
  private static final QueryStats STATS = new QueryStats(4, 1, 9, 2, 11, 12, 1300);
  private static final Coverage LACKING = Coverage.without(List.of("block-1"));

  private static GrpcServer server;

  @BeforeAll
  static void start() {
    server = GrpcServer.start("");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Asks and reads the whole answer. */
  interface Call extends Function<StreamingQuerierBlockingStub, Iterator<?>> {}

  static Stream<Arguments> calls() {
    return Stream.of(
        call("Search", client -> client.search(SearchRequest.newBuilder().setQuery("{}").build())),
        call("SearchTags", client -> client.searchTags(SearchTagsRequest.getDefaultInstance())),
        call("SearchTagsV2", client -> client.searchTagsV2(SearchTagsRequest.getDefaultInstance())),
        call(
            "SearchTagValues",
            client ->
                client.searchTagValues(
                    SearchTagValuesRequest.newBuilder().setTagName("a").build())),
        call(
            "SearchTagValuesV2",
            client ->
                client.searchTagValuesV2(
                    SearchTagValuesRequest.newBuilder().setTagName(".a").build())),
        call(
            "MetricsQueryRange",
            client ->
                client.metricsQueryRange(
                    QueryRangeRequest.newBuilder().setQuery("{ } | rate()").build())),
        call(
            "MetricsQueryInstant",
            client ->
                client.metricsQueryInstant(
                    QueryInstantRequest.newBuilder().setQuery("{ } | rate()").build())));
  }

  private static Arguments call(String name, Call call) {
    return Arguments.of(name, call);
  }

  private static void answer(Coverage coverage) {
    server.backend.cursor.set((request, context) -> new EmptyCursor(coverage));
    server.backend.tagNames.set((request, context, pieces) -> {
      TagNames names =
          new TagNames(
              List.of(new TagNames.ScopedNames(TagScope.SPAN, List.of("a"))),
              Truncation.NONE,
              STATS);
      pieces.accept(names);
      return names.withCoverage(coverage);
    });
    server.backend.tagValues.set((request, context, pieces) -> {
      TagValues values =
          new TagValues(List.of(new TagValue(TagValue.Type.STRING, "b")), Truncation.NONE, STATS);
      pieces.accept(values);
      return values.withCoverage(coverage);
    });
    server.backend.metrics.set(request -> {
      MetricsResult nothing = FakeBackend.noSeries(request);
      return nothing.withCoverage(coverage);
    });
  }

  private record EmptyCursor(Coverage coverage) implements SearchCursor {
    @Override
    public Optional<TraceMatch> next() {
      return Optional.empty();
    }

    @Override
    public QueryStats stats() {
      return STATS;
    }

    @Override
    public void rest() {}

    @Override
    public void close() {}
  }

  private static Metadata trailersOf(Call call) {
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    Iterator<?> messages =
        call.apply(
            server
                .client()
                .withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, trailers)));
    int count = 0;
    while (messages.hasNext()) {
      messages.next();
      count++;
    }
    assertThat(count).isPositive();
    return trailers.get();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void whatIsMissingStandsInTheTrailers(String name, Call call) {
    answer(LACKING);
    assertThat(trailersOf(call).get(PARTIAL))
        .isEqualTo("the answer lacks blocks that cannot be read: block-1");
    answer(Coverage.COMPLETE);
    assertThat(trailersOf(call).containsKey(PARTIAL)).isFalse();
  }
}
