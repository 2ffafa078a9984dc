package io.tempo4j.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryBudgetException;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SpanMatch;
import io.tempo4j.query.search.SpansetMatch;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.server.tempopb.SearchMetrics;
import io.tempo4j.server.tempopb.SearchResponse;
import io.tempo4j.server.tempopb.ServiceStats;
import io.tempo4j.server.tempopb.Span;
import io.tempo4j.server.tempopb.SpanSet;
import io.tempo4j.server.tempopb.StreamingQuerierGrpc;
import io.tempo4j.server.tempopb.TraceSearchMetadata;
import io.tempo4j.traceql.TraceQl;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code StreamingQuerier/Search} as grpc-java's own client sees it. */
class StreamedSearchTest {

  private static final io.tempo4j.server.tempopb.SearchRequest ALL =
      io.tempo4j.server.tempopb.SearchRequest.newBuilder().setQuery("{}").build();

  private static GrpcServer server;
  private static GrpcServer narrow;

  /** The cursor that the last call opened. */
  private final AtomicReference<ListCursor> opened = new AtomicReference<>();

  @BeforeAll
  static void start() {
    server =
        GrpcServer.start(
            """
            query_frontend: {search: {max_result_limit: 1000}, max_query_expression_size_bytes: 200}
            """);
    narrow =
        GrpcServer.start(
            """
            multitenancy_enabled: true
            query_frontend: {max_outstanding_per_tenant: 1}
            querier: {max_concurrent_queries: 1, search: {query_timeout: 300ms}}
            """);
  }

  @AfterAll
  static void stop() {
    server.close();
    narrow.close();
  }

  private void answer(GrpcServer at, ListCursor.Results results) {
    at.backend.cursor.set((request, context) -> {
      TraceQl.parse(request.query());
      ListCursor cursor = new ListCursor(context, results);
      opened.set(cursor);
      return cursor;
    });
  }

  private static ListCursor.Results list(List<TraceMatch> traces) {
    return (index, context) ->
        index < traces.size() ? Optional.of(traces.get(index)) : Optional.empty();
  }

  private static TraceMatch trace(int number, int spans, int bytesPerSpan) {
    Attribute filling =
        new Attribute("filling", new AttributeValue.StringValue("x".repeat(bytesPerSpan)));
    List<SpanMatch> matches =
        Collections.nCopies(spans, new SpanMatch(number, "", 1, 2, List.of(filling)));
    return new TraceMatch(
        new TraceId(0, number),
        "shop",
        "GET /",
        true,
        1_000_000 - number,
        3,
        List.of(new SpansetMatch(matches, spans, List.of())),
        Map.of());
  }

  private static List<SearchResponse> all(Iterator<SearchResponse> answer) {
    List<SearchResponse> messages = new ArrayList<>();
    answer.forEachRemaining(messages::add);
    return messages;
  }

  private static Stream<TraceSearchMetadata> traces(List<SearchResponse> messages) {
    return messages.stream().flatMap(message -> message.getTracesList().stream());
  }

  @Test
  void traceHasTemposFields() {
    SpanMatch span =
        new SpanMatch(
            0xa1b2c,
            "charge",
            1_700_000_000_000_000_005L,
            7,
            List.of(
                new Attribute("string", new AttributeValue.StringValue("é")),
                new Attribute("int", new AttributeValue.IntValue(Long.MIN_VALUE)),
                new Attribute("double", new AttributeValue.DoubleValue(0.5)),
                new Attribute("bool", new AttributeValue.BoolValue(true)),
                new Attribute("bytes", new AttributeValue.BytesValue(new byte[] {1, 2})),
                new Attribute(
                    "array",
                    new AttributeValue.ArrayValue(List.of(new AttributeValue.IntValue(1)))),
                new Attribute(
                    "map",
                    new AttributeValue.MapValue(
                        List.of(new Attribute("k", new AttributeValue.BoolValue(false))))),
                new Attribute("empty", new AttributeValue.EmptyValue())));
    TraceMatch trace =
        new TraceMatch(
            TraceId.parse("0000c816"),
            "gateway",
            "GET /",
            true,
            1_700_000_000_000_000_000L,
            12_999_999,
            List.of(
                new SpansetMatch(
                    List.of(span),
                    4,
                    List.of(new Attribute("count()", new AttributeValue.IntValue(4)))),
                new SpansetMatch(List.of(), 1, List.of())),
            Map.of("cart", new TraceMatch.ServiceStats(3, 1)));
    TraceMatch rootless =
        new TraceMatch(new TraceId(1, 1), "", "", false, -1, 0, List.of(), Map.of());
    answer(server, list(List.of(trace, rootless)));

    List<SearchResponse> messages = all(server.client().search(ALL));

    SpanSet first =
        SpanSet.newBuilder()
            .setMatched(4)
            .addAttributes(attribute("count()", AnyValue.newBuilder().setIntValue(4)))
            .addSpans(
                Span.newBuilder()
                    .setSpanID("00000000000a1b2c")
                    .setName("charge")
                    .setStartTimeUnixNano(1_700_000_000_000_000_005L)
                    .setDurationNanos(7)
                    .addAttributes(attribute("string", AnyValue.newBuilder().setStringValue("é")))
                    .addAttributes(
                        attribute("int", AnyValue.newBuilder().setIntValue(Long.MIN_VALUE)))
                    .addAttributes(attribute("double", AnyValue.newBuilder().setDoubleValue(0.5)))
                    .addAttributes(attribute("bool", AnyValue.newBuilder().setBoolValue(true)))
                    .addAttributes(attribute("array", AnyValue.newBuilder().setIntValue(1))))
            .build();
    assertThat(traces(messages))
        .containsExactly(
            TraceSearchMetadata.newBuilder()
                .setTraceID("c816")
                .setRootServiceName("gateway")
                .setRootTraceName("GET /")
                .setStartTimeUnixNano(1_700_000_000_000_000_000L)
                .setDurationMs(12)
                .setSpanSet(first)
                .addSpanSets(first)
                .addSpanSets(SpanSet.newBuilder().setMatched(1))
                .putServiceStats(
                    "cart", ServiceStats.newBuilder().setSpanCount(3).setErrorCount(1).build())
                .build(),
            TraceSearchMetadata.newBuilder()
                .setTraceID("10000000000000001")
                .setRootServiceName("<root span not yet received>")
                .setStartTimeUnixNano(-1)
                .build());
    assertThat(messages.getLast().getMetrics())
        .isEqualTo(
            SearchMetrics.newBuilder()
                .setInspectedTraces(9)
                .setInspectedSpans(15)
                .setInspectedBytes(300)
                .setTotalBlocks(7)
                .setTotalJobs(1000)
                .setCompletedJobs(1000)
                .build());
  }

  private static KeyValue attribute(String key, AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  @Test
  void emptyAnswerIsOneMessageThatSaysItIsDone() {
    answer(server, list(List.of()));

    List<SearchResponse> messages = all(server.client().search(ALL));

    assertThat(messages).hasSize(1);
    assertThat(messages.getFirst().getTracesList()).isEmpty();
    assertThat(messages.getFirst().getMetrics().getCompletedJobs()).isEqualTo(1000);
  }

  @Test
  void largeAnswerComesInMessagesOfOneMebibyteEachTraceOnce() {
    List<TraceMatch> traces = IntStream.range(0, 900).mapToObj(i -> trace(i, 3, 4_000)).toList();
    answer(server, list(traces));

    List<SearchResponse> messages = all(server.client().search(ALL));

    assertThat(messages)
        .hasSizeGreaterThan(20)
        .allSatisfy(
            message -> assertThat(message.getSerializedSize()).isLessThanOrEqualTo(1 << 20));
    assertThat(traces(messages).map(TraceSearchMetadata::getTraceID))
        .containsExactlyElementsOf(
            traces.stream().map(trace -> trace.traceId().toShortHex()).toList());
  }

  @Test
  void messagesAreAsLargeAsConfigured() throws Exception {
    List<TraceMatch> traces = IntStream.range(0, 90).mapToObj(i -> trace(i, 3, 4_000)).toList();
    try (GrpcServer small =
        GrpcServer.start("query_frontend: {max_grpc_streaming_packet_size: 64KiB}")) {
      answer(small, list(traces));

      List<SearchResponse> messages = all(small.client().search(ALL));

      assertThat(messages)
          .hasSizeGreaterThan(20)
          .allSatisfy(
              message -> assertThat(message.getSerializedSize()).isLessThanOrEqualTo(64 << 10));
      assertThat(traces(messages)).hasSameSizeAs(traces);
    }
  }

  @Test
  void traceThatFitsInNoMessageComesWithFewerSpans() {
    answer(server, list(List.of(trace(1, 5_000, 2_000), trace(2, 1, 3 << 20), trace(3, 1, 1))));

    List<SearchResponse> messages = all(server.client().search(ALL));

    assertThat(messages)
        .allSatisfy(
            message -> assertThat(message.getSerializedSize()).isLessThanOrEqualTo(1 << 20));
    assertThat(traces(messages).map(TraceSearchMetadata::getTraceID))
        .containsExactly("1", "2", "3");
    List<SpanSet> spansets = traces(messages).map(trace -> trace.getSpanSets(0)).toList();
    assertThat(spansets.getFirst().getMatched()).isEqualTo(5_000);
    assertThat(spansets.getFirst().getSpansCount()).isBetween(200, 260);
    assertThat(spansets.get(1).getSpansList()).isEmpty();
    assertThat(spansets.get(2).getSpansList()).hasSize(1);
  }

  @Test
  void firstTracesComeWhileTheQueryLooksForMore() throws Exception {
    CountDownLatch received = new CountDownLatch(1);
    answer(
        server,
        (index, context) -> {
          if (index == 2) {
            awaitUnchecked(received);
          }
          return index < 3 ? Optional.of(trace(index, 1, 1)) : Optional.empty();
        });

    Iterator<SearchResponse> answer = server.client().search(ALL);

    SearchResponse first = answer.next();
    assertThat(first.getTracesList()).hasSize(2);
    assertThat(first.getMetrics().getCompletedJobs()).isEqualTo(2);
    received.countDown();
    List<SearchResponse> rest = all(answer);
    assertThat(traces(rest).map(TraceSearchMetadata::getTraceID)).containsExactly("2");
    assertThat(rest.getLast().getMetrics().getCompletedJobs()).isEqualTo(1000);
    assertThat(server.get("/ready").statusCode()).isEqualTo(200);
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void slowClientHoldsTheQueryBackWithoutHoldingItsThread() throws Exception {
    int count = 3_000;
    answer(
        server,
        (index, context) -> index < count ? Optional.of(trace(index, 1, 5_000)) : Optional.empty());
    ManualClient<io.tempo4j.server.tempopb.SearchRequest, SearchResponse> client =
        new ManualClient<>();

    server.streamingClient().search(ALL, client);

    int received = ((SearchResponse) client.next()).getTracesCount();
    await()
        .until(() -> server.get("/metrics").body().contains("tempo_querier_inflight_queries 0.0"));
    // One message taken, at most one in the client's window, two on their way and one waiting.
    assertThat(opened.get().calls.get()).isBetween(received, 600);
    assertThat(opened.get().closed).isFalse();

    client.request(Integer.MAX_VALUE);
    Object event = client.next();
    for (; event instanceof SearchResponse message; event = client.next()) {
      received += message.getTracesCount();
    }
    assertThat(event).isEqualTo(ManualClient.COMPLETED);
    assertThat(received).isEqualTo(count);
    await().untilTrue(opened.get().closed);
  }

  @Test
  void clientThatGoesAwayEndsTheQuery() throws Exception {
    answer(server, (index, context) -> Optional.of(trace(index, 1, 5_000)));
    ManualClient<io.tempo4j.server.tempopb.SearchRequest, SearchResponse> client =
        new ManualClient<>();
    server.streamingClient().search(ALL, client);
    assertThat(client.next()).isInstanceOf(SearchResponse.class);
    client.request(2);
    client.next();

    client.cancel();

    await().untilTrue(opened.get().closed);
    assertThat(server.get("/metrics").body()).contains("result=\"canceled\"");
  }

  @Test
  void clientThatGoesAwayWhileTheQueryLooksForMoreEndsIt() {
    answer(server, ListCursor.NEVER);
    ManualClient<io.tempo4j.server.tempopb.SearchRequest, SearchResponse> client =
        new ManualClient<>();
    server.streamingClient().search(ALL, client);
    await().until(() -> opened.get() != null && opened.get().calls.get() == 1);

    client.cancel();

    await().untilTrue(opened.get().closed);
  }

  @Test
  void queryEndsAtTheServersDeadline() {
    answer(narrow, ListCursor.NEVER);

    assertThatThrownBy(() -> all(tenant(narrow).search(ALL)))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
              assertThat(e.getStatus().getDescription())
                  .isEqualTo("the query took longer than 300ms");
            });
    await().untilTrue(opened.get().closed);
  }

  @Test
  void queryEndsAtTheClientsDeadline() {
    answer(server, ListCursor.NEVER);

    // Long enough for a busy server to have begun.
    assertThatThrownBy(
            () -> all(server.client().withDeadlineAfter(Duration.ofSeconds(3)).search(ALL)))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    await().untilTrue(opened.get().closed);
  }

  private static StreamingQuerierGrpc.StreamingQuerierBlockingStub tenant(GrpcServer at) {
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of("x-scope-orgid", Metadata.ASCII_STRING_MARSHALLER), "acme");
    return at.client().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  @Test
  void tenantComesWithTheMetadata() {
    answer(narrow, list(List.of()));

    all(tenant(narrow).search(ALL));

    assertThat(narrow.backend.lastTenant).hasValue(new TenantId("acme"));
    assertThatThrownBy(() -> all(narrow.client().search(ALL)))
        .hasMessage("INVALID_ARGUMENT: no org id");
  }

  @Test
  void queriesBeyondTheQueueAreRefused() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (GrpcServer small =
        GrpcServer.start(
            """
            query_frontend: {max_outstanding_per_tenant: 1}
            querier: {max_concurrent_queries: 1}
            """)) {
      answer(
          small,
          (index, context) -> {
            awaitUnchecked(release);
            return Optional.empty();
          });
      ManualClient<io.tempo4j.server.tempopb.SearchRequest, SearchResponse> running =
          new ManualClient<>();
      ManualClient<io.tempo4j.server.tempopb.SearchRequest, SearchResponse> waiting =
          new ManualClient<>();
      small.streamingClient().search(ALL, running);
      await().until(() -> opened.get() != null && opened.get().calls.get() == 1);
      small.streamingClient().search(ALL, waiting);
      await()
          .until(
              () -> small.get("/metrics").body().contains("tempo_query_frontend_queue_length 1.0"));

      assertThatThrownBy(() -> all(small.client().search(ALL)))
          .hasMessage("RESOURCE_EXHAUSTED: job queue full");

      release.countDown();
      assertThat(running.next()).isInstanceOf(SearchResponse.class);
      assertThat(waiting.next()).isInstanceOf(SearchResponse.class);
    }
  }

  @Test
  void startingServerIsUnavailable() {
    try (GrpcServer starting = GrpcServer.starting("")) {
      assertThatThrownBy(() -> all(starting.client().search(ALL)))
          .hasMessage("UNAVAILABLE: the server is starting");
    }
  }

  private static io.tempo4j.server.tempopb.SearchRequest.Builder request() {
    return io.tempo4j.server.tempopb.SearchRequest.newBuilder();
  }

  static Stream<Arguments> requests() {
    return Stream.of(
        Arguments.of(request(), new SearchRequest("{}", 0, Long.MAX_VALUE, 20, 3)),
        Arguments.of(
            request().setQuery("{.a=1}").setLimit(7).setSpansPerSpanSet(9),
            new SearchRequest("{.a=1}", 0, Long.MAX_VALUE, 7, 9)),
        Arguments.of(
            request().setQuery("{}").setStart(-1000).setEnd(-10),
            new SearchRequest("{}", 4_294_966_296_000_000_000L, 4_294_967_286_000_000_000L, 20, 3)),
        Arguments.of(
            request().putTags("a b=", "c"),
            new SearchRequest("{ .\"a b=\" = \"c\" }", 0, Long.MAX_VALUE, 20, 3)),
        Arguments.of(
            request().putTags("a", "x \"y\" \\z").setMinDurationMs(5).setMaxDurationMs(2000),
            new SearchRequest(
                """
                { .a = "x \\"y\\" \\\\z" && traceDuration >= 5000000ns \
                && traceDuration <= 2000000000ns }\
                """,
                0,
                Long.MAX_VALUE,
                20,
                3)));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void requestsMeanWhatTheyMeanOverHttp(
      io.tempo4j.server.tempopb.SearchRequest.Builder request, SearchRequest expected) {
    answer(server, list(List.of()));

    all(server.client().search(request.build()));

    assertThat(server.backend.lastSearch).hasValue(expected);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(
            request().setQuery("{ .a = }"),
            "INVALID_ARGUMENT: invalid TraceQL query: parse error at line 1, col 8: "),
        Arguments.of(
            request().setQuery("{}").setLimit(1001),
            "INVALID_ARGUMENT: limit 1001 exceeds max limit 1000"),
        Arguments.of(
            request().setQuery("{}").setSpansPerSpanSet(101),
            "INVALID_ARGUMENT: spans per span set exceeds 100. received 101"),
        Arguments.of(
            request().setQuery("{}").setStart(20).setEnd(10),
            "INVALID_ARGUMENT: http parameter start must be before end. received start=20 end=10"),
        Arguments.of(
            request().setQuery("{}").setEnd(-1),
            "INVALID_ARGUMENT: range specified by start and end exceeds 168h0m0s."),
        Arguments.of(
            request().setQuery("{}").putTags("a", "b"),
            "INVALID_ARGUMENT: invalid request: can't specify tags and q in the same query"),
        Arguments.of(
            request().putTags("", "c"), "INVALID_ARGUMENT: invalid tags: a tag has no name"),
        Arguments.of(
            request().setQuery("{}").setLimit(-1),
            "INVALID_ARGUMENT: limit 4294967295 exceeds max limit 1000"),
        Arguments.of(
            request().setQuery("{ .a = \"" + "x".repeat(300) + "\" }"),
            "INVALID_ARGUMENT: TraceQL expression of 311 bytes exceeds the maximum of 200 bytes"),
        Arguments.of(request().setQuery("x".repeat(1 << 20)), "RESOURCE_EXHAUSTED: "));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void wrongRequestsAreRefusedWithTheTextsOfTheHttpApi(
      io.tempo4j.server.tempopb.SearchRequest.Builder request, String status) {
    answer(server, list(List.of()));

    assertThatThrownBy(() -> all(server.client().search(request.build())))
        .hasMessageStartingWith(status);
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            (ListCursor.Results)
                (index, context) -> {
                  throw new IOException("disk on fire: 100%");
                },
            "INTERNAL: the query failed: java.io.IOException: disk on fire: 100%"),
        Arguments.of(
            (ListCursor.Results)
                (index, context) -> {
                  throw new QueryBudgetException(5);
                },
            "RESOURCE_EXHAUSTED: the query needs more than its budget of 5 bytes; "));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failedQueryIsAStatus(ListCursor.Results results, String status) {
    answer(server, results);

    assertThatThrownBy(() -> all(server.client().search(ALL))).hasMessageStartingWith(status);
    await().untilTrue(opened.get().closed);
  }

  @Test
  void compressedRequestsAreTaken() {
    answer(server, list(List.of(trace(1, 1, 1))));

    assertThat(all(server.client().withCompression("gzip").search(ALL))).isNotEmpty();
  }

  @Test
  void unknownMethodsAreUnimplemented() {
    for (String method :
        List.of("tempopb.StreamingQuerier/SearchEverything", "tempopb.Pusher/PushBytesV2")) {
      MethodDescriptor<io.tempo4j.server.tempopb.SearchRequest, SearchResponse> unknown =
          StreamingQuerierGrpc.getSearchMethod().toBuilder().setFullMethodName(method).build();

      assertThatThrownBy(() ->
              all(
                  ClientCalls.blockingServerStreamingCall(
                      server.channel, unknown, CallOptions.DEFAULT, ALL)))
          .hasMessage("UNIMPLEMENTED: unknown method /" + method);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/api", "/api/traces/", "/api/traces/a/b", "/api/v2/search", "/x.Y/Z"})
  void otherPathsDoNotExistForHttp(String path) throws Exception {
    assertThat(server.get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void callsAreMeasuredUnderTheirMethod() throws Exception {
    answer(server, list(List.of()));

    all(server.client().search(ALL));

    await()
        .until(() ->
            server
                .get("/metrics")
                .body()
                .contains(
                    "tempo_request_duration_seconds_count{method=\"gRPC\","
                        + "route=\"/tempopb.StreamingQuerier/Search\","
                        + "status_code=\"success\",ws=\"false\"}"));
  }
}
