package io.tempo4j.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tempo4j.query.QueryStats;
import io.tempo4j.query.QueryStoppedException;
import io.tempo4j.query.tags.TagLimits;
import io.tempo4j.query.tags.TagNames;
import io.tempo4j.query.tags.TagNamesRequest;
import io.tempo4j.query.tags.TagScope;
import io.tempo4j.query.tags.TagValue;
import io.tempo4j.query.tags.TagValues;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.query.tags.Truncation;
import io.tempo4j.server.tempopb.MetadataMetrics;
import io.tempo4j.server.tempopb.SearchTagValuesRequest;
import io.tempo4j.server.tempopb.SearchTagValuesResponse;
import io.tempo4j.server.tempopb.SearchTagValuesV2Response;
import io.tempo4j.server.tempopb.SearchTagsRequest;
import io.tempo4j.server.tempopb.SearchTagsResponse;
import io.tempo4j.server.tempopb.SearchTagsV2Response;
import io.tempo4j.server.tempopb.SearchTagsV2Scope;
import io.tempo4j.traceql.TraceQl;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The four methods for tags and their values. */
class StreamedTagsTest {

  private static final QueryStats STATS = new QueryStats(4, 1, 9, 2, 11, 12, 1300);
  private static final MetadataMetrics DONE =
      MetadataMetrics.newBuilder()
          .setInspectedBytes(1300)
          .setTotalBlocks(4)
          .setTotalJobs(4)
          .setCompletedJobs(4)
          .build();

  private static GrpcServer server;

  @BeforeAll
  static void start() {
    server = GrpcServer.start("overrides: {defaults: {read: {max_bytes_per_tag_values_query: 0}}}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static <M> List<M> all(Iterator<M> answer) {
    List<M> messages = new ArrayList<>();
    answer.forEachRemaining(messages::add);
    return messages;
  }

  private static TagNames names(TagScope scope, String... names) {
    return new TagNames(
        List.of(new TagNames.ScopedNames(scope, List.of(names))), Truncation.NONE, STATS);
  }

  private static TagValues values(TagValue... values) {
    return new TagValues(List.of(values), Truncation.NONE, STATS);
  }

  private static TagValue text(String text) {
    return new TagValue(TagValue.Type.STRING, text);
  }

  private static void namesOfTwoSources(TagNames first, TagNames second) {
    server.backend.tagNames.set((request, context, pieces) -> {
      pieces.accept(first);
      pieces.accept(second);
      return new TagNames(List.of(), Truncation.NONE, STATS);
    });
  }

  @Test
  void namesOfVersion1AreToldOnceWhateverTheirScopes() {
    namesOfTwoSources(names(TagScope.SPAN, "a", "b"), names(TagScope.RESOURCE, "b", "c"));

    List<SearchTagsResponse> messages =
        all(server.client().searchTags(SearchTagsRequest.getDefaultInstance()));

    assertThat(messages.stream().flatMap(message -> message.getTagNamesList().stream()))
        .containsExactly("a", "b", "c");
    assertThat(messages.getLast().getMetrics()).isEqualTo(DONE);
    assertThat(server.backend.lastTagNames)
        .hasValue(
            new TagNamesRequest(
                EnumSet.complementOf(EnumSet.of(TagScope.INTRINSIC)),
                "",
                0,
                Long.MAX_VALUE,
                TagLimits.NONE));
  }

  @Test
  void namesOfVersion2ComeByScope() {
    namesOfTwoSources(names(TagScope.SPAN, "a"), names(TagScope.RESOURCE, "a"));

    List<SearchTagsV2Response> messages =
        all(
            server
                .client()
                .searchTagsV2(
                    SearchTagsRequest.newBuilder()
                        .setScope("span")
                        .setQuery("{ .x = 1 }")
                        .setStart(10)
                        .setEnd(20)
                        .setMaxTagsPerScope(7)
                        .setStaleValuesThreshold(8)
                        .build()));

    assertThat(messages.stream().flatMap(message -> message.getScopesList().stream()))
        .containsExactlyInAnyOrder(
            SearchTagsV2Scope.newBuilder().setName("resource").addTags("a").build(),
            SearchTagsV2Scope.newBuilder().setName("span").addTags("a").build());
    assertThat(server.backend.lastTagNames)
        .hasValue(
            new TagNamesRequest(
                Set.of(TagScope.SPAN),
                "{ .x = 1 }",
                10_000_000_000L,
                20_000_000_000L,
                new TagLimits(7, 8, 0)));
  }

  @Test
  void valuesOfVersion1AreThoseOfTheFirstMeaningThatHasSome() {
    server.backend.tagValues.set((request, context, pieces) -> {
      if (request.tag().equals(TraceQl.parseReference("span.kind"))) {
        TagValues found = values(text("x"), new TagValue(TagValue.Type.INT, "x"), text("y"));
        pieces.accept(found);
        return found;
      }
      return values();
    });

    List<SearchTagValuesResponse> messages =
        all(
            server
                .client()
                .searchTagValues(
                    SearchTagValuesRequest.newBuilder().setTagName("span.kind").build()));

    assertThat(messages.stream().flatMap(message -> message.getTagValuesList().stream()))
        .containsExactly("x", "y");
  }

  @Test
  void valuesOfVersion2ComeWithTheirTypesWhileOthersAreLookedFor() throws Exception {
    CountDownLatch received = new CountDownLatch(1);
    server.backend.tagValues.set((request, context, pieces) -> {
      pieces.accept(values(text("x")));
      try {
        assertThat(received.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      pieces.accept(values(new TagValue(TagValue.Type.INT, "7")));
      return values();
    });

    Iterator<SearchTagValuesV2Response> answer =
        server
            .client()
            .searchTagValuesV2(
                SearchTagValuesRequest.newBuilder()
                    .setTagName("resource.a b/c")
                    .setQuery("{ name = ")
                    .setStart(10)
                    .setEnd(20)
                    .setMaxTagValues(7)
                    .setStaleValueThreshold(8)
                    .build());
    List<SearchTagValuesV2Response> messages = new ArrayList<>();
    messages.add(answer.next());
    received.countDown();
    messages.addAll(all(answer));

    assertThat(messages.stream().flatMap(message -> message.getTagValuesList().stream()))
        .extracting(value -> value.getType() + ":" + value.getValue())
        .containsExactly("string:x", "int:7");
    TagValuesRequest request = server.backend.lastTagValues.get();
    assertThat(request.filter()).isEqualTo("{ name = ");
    assertThat(request.startNanos()).isEqualTo(10_000_000_000L);
    assertThat(request.endNanos()).isEqualTo(20_000_000_000L);
    assertThat(request.limits()).isEqualTo(new TagLimits(7, 8, 0));
  }

  @Test
  void manyValuesComeInMessagesOfOneMebibyte() {
    List<TagValue> many =
        IntStream.range(0, 60_000).mapToObj(i -> text("ü".repeat(20) + i)).toList();
    server.backend.tagValues.set((request, context, pieces) -> {
      TagValues found = new TagValues(many, Truncation.NONE, STATS);
      pieces.accept(found);
      return found;
    });

    List<SearchTagValuesV2Response> messages =
        all(
            server
                .client()
                .searchTagValuesV2(SearchTagValuesRequest.newBuilder().setTagName(".a").build()));

    assertThat(messages)
        .hasSizeBetween(4, 8)
        .allSatisfy(
            message -> assertThat(message.getSerializedSize()).isLessThanOrEqualTo(1 << 20));
    assertThat(messages.stream().flatMap(message -> message.getTagValuesList().stream()))
        .hasSameSizeAs(many);
  }

  @Test
  void messagesAreAsLargeAsConfigured() {
    List<TagValue> many =
        IntStream.range(0, 6_000).mapToObj(i -> text("ü".repeat(20) + i)).toList();
    try (GrpcServer small =
        GrpcServer.start("query_frontend: {max_grpc_streaming_packet_size: 64KiB}")) {
      small.backend.tagValues.set((request, context, pieces) -> {
        TagValues found = new TagValues(many, Truncation.NONE, STATS);
        pieces.accept(found);
        return found;
      });
      SearchTagValuesRequest request = SearchTagValuesRequest.newBuilder().setTagName(".a").build();

      List<SearchTagValuesV2Response> messages = all(small.client().searchTagValuesV2(request));

      assertThat(messages)
          .hasSizeBetween(5, 15)
          .allSatisfy(
              message -> assertThat(message.getSerializedSize()).isLessThanOrEqualTo(64 << 10));
      assertThat(messages.stream().flatMap(message -> message.getTagValuesList().stream()))
          .hasSameSizeAs(many);
    }
  }

  @Test
  void emptyAnswerIsOneMessage() {
    server.backend.tagValues.set((request, context, pieces) -> values());

    assertThat(
            all(
                server
                    .client()
                    .searchTagValuesV2(
                        SearchTagValuesRequest.newBuilder().setTagName(".a").build())))
        .containsExactly(SearchTagValuesV2Response.newBuilder().setMetrics(DONE).build());
  }

  @Test
  void wrongRequestsAreRefusedWithTheTextsOfTheHttpApi() {
    assertThatThrownBy(() ->
            all(
                server
                    .client()
                    .searchTags(SearchTagsRequest.newBuilder().setScope("moon").build())))
        .hasMessage("INVALID_ARGUMENT: invalid scope: moon");
    assertThatThrownBy(
            () -> all(server.client().searchTagValues(SearchTagValuesRequest.getDefaultInstance())))
        .hasMessage("INVALID_ARGUMENT: please provide a tagName");
    assertThatThrownBy(() ->
            all(
                server
                    .client()
                    .searchTagValuesV2(
                        SearchTagValuesRequest.newBuilder().setTagName("a b").build())))
        .hasMessageStartingWith("INVALID_ARGUMENT: please provide a valid tagName: ");
  }

  @Test
  void clientThatGoesAwayEndsTheQuery() {
    CountDownLatch running = new CountDownLatch(1);
    AtomicBoolean stopped = new AtomicBoolean();
    server.backend.tagNames.set((request, context, pieces) -> {
      pieces.accept(names(TagScope.SPAN, "a"));
      running.countDown();
      try {
        while (true) {
          context.check();
        }
      } catch (QueryStoppedException e) {
        stopped.set(true);
        throw e;
      }
    });

    ManualClient<SearchTagsRequest, SearchTagsResponse> client = new ManualClient<>();
    server.streamingClient().searchTags(SearchTagsRequest.getDefaultInstance(), client);
    assertThat(client.next()).isInstanceOf(SearchTagsResponse.class);
    client.cancel();

    await().untilTrue(stopped);
  }
}
