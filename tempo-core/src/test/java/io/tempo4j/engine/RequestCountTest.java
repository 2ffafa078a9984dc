package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.block.VersionOne;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TenantId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.query.tags.TagLimits;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.storage.DistantObjectStore;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectSummary;
import io.tempo4j.storage.ReadPolicy;
import io.tempo4j.testkit.Shop;
import io.tempo4j.testkit.Spans;
import io.tempo4j.traceql.AttributeScope;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * How many requests each kind of query sends to an object store that lies far away, with ten blocks
 * of 1,500 traces each and nothing in any cache.
 */
final class RequestCountTest {

  private static final TenantId TENANT = new TenantId("shop");
  private static final int BLOCKS = 10;
  private static final int TRACES = 1_500;
  private static final long END = Spans.START + BLOCKS * TRACES * 1_000_000L + 1_000_000_000L;

  /** Joins little, so that blocks are larger than what is read at once. */
  private static final ReadPolicy NARROW = new ReadPolicy(16 << 10, 128 << 10, 8, 8 << 20);

  private static final InMemoryObjectStore OBJECTS = new InMemoryObjectStore();

  @BeforeAll
  static void writeBlocks() throws IOException {
    try (TraceStore store = open(new DistantObjectStore(OBJECTS, ReadPolicy.DIRECT))) {
      for (int block = 0; block < BLOCKS; block++) {
        int first = block * TRACES;
        for (int trace = first; trace < first + TRACES; trace += 50) {
          store.append(TENANT, Shop.request(trace, trace + 50));
        }
        store.flush();
      }
    }
  }

  private static TraceStore open(DistantObjectStore objects) throws IOException {
    return builder(objects).open();
  }

  private static TraceStoreBuilder builder(DistantObjectStore objects) {
    return TraceStore.builder()
        .blocks(objects)
        .withoutWal()
        .options(TraceStoreOptions.defaults().withRowGroupSpans(4096));
  }

  /** A query of a store that was just opened. */
  @FunctionalInterface
  private interface Query {
    void run(TraceStore store) throws IOException;
  }

  private static List<DistantObjectStore.Request> requests(ReadPolicy policy, Query query)
      throws IOException {
    DistantObjectStore objects = new DistantObjectStore(OBJECTS, policy);
    try (TraceStore store = open(objects)) {
      objects.takeRequests();
      query.run(store);
      return objects.takeRequests();
    }
  }

  private static void find(TraceStore store) throws IOException {
    AssembledTrace trace = store.findTrace(TENANT, Shop.traceId(4_321));
    assertThat(trace.spanCount()).isEqualTo(Shop.SPANS);
  }

  private static void needle(TraceStore store) throws IOException {
    SearchResult result = search(store, "{ span.session.id = \"" + Shop.session(7_000) + "\" }");
    assertThat(result.traces()).hasSize(1);
    assertThat(result.traces().getFirst().spansets().getFirst().spans()).hasSize(Shop.SPANS);
  }

  private static void failed(TraceStore store) throws IOException {
    assertThat(search(store, "{ status = error }").traces())
        .hasSize((BLOCKS * TRACES - 6) / 33 + 1);
  }

  private static SearchResult search(TraceStore store, String query) throws IOException {
    return store.search(TENANT, new SearchRequest(query, 0, END, 100_000, 100_000));
  }

  private static void rate(TraceStore store) throws IOException {
    metrics(store, "{ } | rate() by (resource.service.name)", 12);
  }

  private static void metrics(TraceStore store, String query, int series) throws IOException {
    MetricsRequest request = MetricsRequest.range(query, Spans.START - 1, END, 1_000_000_000L);
    assertThat(store.metrics(TENANT, request).series()).hasSize(series);
  }

  @Test
  void theStartAsksForTheMetaOfEachBlockAndForItsIndexWithFilters() throws IOException {
    DistantObjectStore objects = new DistantObjectStore(OBJECTS, ReadPolicy.REMOTE);
    open(objects).close();
    assertThat(objects.takeRequests()).hasSize(2 + 2 * BLOCKS);
  }

  @Test
  void filtersOfOlderBlocksAreARequestMore() throws IOException {
    InMemoryObjectStore older = new InMemoryObjectStore();
    for (ObjectSummary object : OBJECTS.list(ListRequest.all("")).objects()) {
      older.put(object.key(), ObjectBody.of(OBJECTS.get(object.key())));
    }
    for (String folder : OBJECTS.list(ListRequest.children(TENANT + "/")).commonPrefixes()) {
      VersionOne.rewrite(older, TENANT, UUID.fromString(folder.split("/")[1]));
    }
    DistantObjectStore objects = new DistantObjectStore(older, ReadPolicy.REMOTE);
    try (TraceStore store = open(objects)) {
      assertThat(objects.takeRequests()).hasSize(2 + 3 * BLOCKS);
      find(store);
      assertThat(objects.takeRequests()).hasSize(1);
      needle(store);
    }
  }

  /** Where the cache has no room for the filters of all blocks. */
  @Test
  void filtersThatWereNotReadAtTheStartAreOneRequestPerBlockWhenNeeded() throws IOException {
    DistantObjectStore objects = new DistantObjectStore(OBJECTS, ReadPolicy.REMOTE);
    try (TraceStore store = builder(objects).memory(MemoryPlan.of(4 << 20, 1 << 20)).open()) {
      assertThat(objects.takeRequests()).hasSize(2 + 2 * BLOCKS);
      find(store);
      List<DistantObjectStore.Request> sent = objects.takeRequests();
      assertThat(sent).filteredOn(request -> request.key().endsWith("/data")).hasSize(1);
      assertThat(sent)
          .filteredOn(request -> request.key().endsWith("/index"))
          .hasSizeBetween(1, BLOCKS - 1)
          .hasSize(sent.size() - 1);
    }
  }

  /** So a start waits for the store a few times, however many blocks there are. */
  @Test
  void blocksAreOpenedAtTheSameTime() throws IOException {
    for (String part : List.of("/meta.json", "/index")) {
      DistantObjectStore objects = new DistantObjectStore(OBJECTS, ReadPolicy.REMOTE);
      objects.answerTogether(part, BLOCKS);
      try (TraceStore store = open(objects)) {
        assertThat(store.stats().blocks()).isEqualTo(BLOCKS);
        objects.takeRequests();
        find(store);
        assertThat(objects.takeRequests()).noneMatch(request -> request.key().endsWith("/index"));
      }
    }
  }

  @Test
  void aQueryOverManyBlocksReadsThemAtTheSameTime() throws IOException {
    for (Query query : List.<Query>of(RequestCountTest::failed, RequestCountTest::rate)) {
      DistantObjectStore objects = new DistantObjectStore(OBJECTS, ReadPolicy.REMOTE);
      try (TraceStore store = open(objects)) {
        objects.answerTogether("/data", BLOCKS);
        query.run(store);
      }
    }
  }

  @Test
  void aTraceIsOneRequest() throws IOException {
    assertThat(requests(ReadPolicy.REMOTE, RequestCountTest::find)).hasSizeLessThanOrEqualTo(2);
    assertThat(requests(NARROW, RequestCountTest::find)).hasSizeLessThanOrEqualTo(6);
  }

  @Test
  void aNeedleIsOneRequest() throws IOException {
    assertThat(requests(ReadPolicy.REMOTE, RequestCountTest::needle)).hasSizeLessThanOrEqualTo(2);
    assertThat(requests(NARROW, RequestCountTest::needle)).hasSizeLessThanOrEqualTo(6);
  }

  @Test
  void allTracesWithAnErrorAreOneRequestPerBlock() throws IOException {
    assertThat(requests(ReadPolicy.REMOTE, RequestCountTest::failed)).hasSize(BLOCKS);
  }

  @Test
  void aRateIsOneRequestPerBlock() throws IOException {
    assertThat(requests(ReadPolicy.REMOTE, RequestCountTest::rate)).hasSize(BLOCKS);
  }

  private static final List<String> SEARCHES =
      List.of(
          "{ resource.service.name = \"service-3\" && span.http.status >= 500 }",
          "{ name =~ \"operation 1.*\" && duration > 400us }",
          "{ event:name = \"retry\" }",
          "{ .http.route = \"/api/7\" } | select(span.bytes, resource.service.name)",
          "{ kind = server } >> { status = error }",
          "{ span.http.status = 503 } | by(resource.service.name) | count() > 0",
          "{ trace:rootName = \"operation 7\" && status = error }",
          "{ span:childCount > 1 && nestedSetParent < 0 && status = unset }");

  private static final List<String> METRICS =
      List.of(
          "{ status = error } | count_over_time() by (name)",
          "{ } | quantile_over_time(duration, .5, .9)",
          "{ span.http.status = 503 } | sum_over_time(span.bytes) by (span.http.route)",
          "{ } | compare({ status = error })");

  private static void searchSome(TraceStore store, String query) throws IOException {
    assertThat(search(store, query).traces()).isNotEmpty();
  }

  private static void measure(TraceStore store, String query) throws IOException {
    MetricsRequest request = MetricsRequest.range(query, Spans.START - 1, END, 1_000_000_000L);
    assertThat(store.metrics(TENANT, request).series()).isNotEmpty();
  }

  @Test
  void everyOtherKindOfQueryIsOneRequestPerBlock() throws IOException {
    for (String query : SEARCHES) {
      assertThat(requests(ReadPolicy.REMOTE, store -> searchSome(store, query)))
          .as(query)
          .hasSize(BLOCKS);
    }
    for (String query : METRICS) {
      assertThat(requests(ReadPolicy.REMOTE, store -> measure(store, query)))
          .as(query)
          .hasSize(BLOCKS);
    }
  }

  /** What a query announces and does not need is not read for its own sake. */
  @Test
  void aMetricsQueryThatIsAskedAgainReadsNothing() throws IOException {
    List<Query> queries = new ArrayList<>(List.of(RequestCountTest::rate));
    METRICS.stream()
        .filter(query -> !query.contains("compare")) // announces all, and needs what is there
        .forEach(query -> queries.add(store -> measure(store, query)));
    for (int i = 0; i < queries.size(); i++) {
      DistantObjectStore objects = new DistantObjectStore(OBJECTS, ReadPolicy.REMOTE);
      try (TraceStore store = open(objects)) {
        queries.get(i).run(store);
        objects.takeRequests();
        queries.get(i).run(store);
        assertThat(objects.takeRequests()).as("query " + i).isEmpty();
      }
    }
  }

  @Test
  void valuesOfATagAreOneRequestPerBlock() throws IOException {
    FieldExpression.Attribute route =
        new FieldExpression.Attribute(AttributeScope.SPAN, "http.route", Position.NONE);
    for (String filter : List.of("", "{ status = error }")) {
      TagValuesRequest request = new TagValuesRequest(route, filter, 0, END, TagLimits.NONE);
      List<DistantObjectStore.Request> sent =
          requests(
              ReadPolicy.REMOTE,
              store ->
                  assertThat(store.tagValues(TENANT, request, QueryContext.unbounded()).values())
                      .isNotEmpty());
      assertThat(sent).as(filter).hasSize(BLOCKS);
    }
  }

  /** The trade: a search that ends early reads the blocks that it comes to, and three more. */
  @Test
  void theNewestTracesReadFewBlocks() throws IOException {
    List<DistantObjectStore.Request> sent =
        requests(
            ReadPolicy.REMOTE,
            store ->
                assertThat(store.search(TENANT, new SearchRequest("{ }", 0, END, 20, 3)).traces())
                    .hasSize(20));
    TreeSet<String> blocks = new TreeSet<>();
    sent.forEach(request -> blocks.add(request.key()));
    assertThat(blocks).hasSizeLessThanOrEqualTo(4);
    assertThat(sent).hasSizeLessThanOrEqualTo(4);
  }

  @Test
  void answersAreThoseOfAStoreNearBy() throws IOException {
    List<String> queries =
        List.of(
            "{ status = error }",
            "{ kind = server } >> { status = error }",
            "{ span.http.status = 503 } | by(resource.service.name) | count() > 0",
            "{ } | select(span.bytes) with (most_recent=true)");
    for (String query : queries) {
      SearchRequest request = new SearchRequest(query, 0, END, 700, 100);
      List<TraceMatch> expected;
      try (TraceStore near = open(new DistantObjectStore(OBJECTS, ReadPolicy.DIRECT))) {
        expected = near.search(TENANT, request).traces();
      }
      for (ReadPolicy policy :
          List.of(ReadPolicy.REMOTE, NARROW, new ReadPolicy(1 << 10, 2 << 10, 2, 4 << 10))) {
        try (TraceStore far = open(new DistantObjectStore(OBJECTS, policy))) {
          assertThat(far.search(TENANT, request).traces())
              .as("%s with %s", query, policy)
              .isEqualTo(expected);
        }
      }
    }
  }
}
