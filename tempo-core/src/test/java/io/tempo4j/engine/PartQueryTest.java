package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryBudgetException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.metrics.MetricsEngine;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.search.Candidate;
import io.tempo4j.query.search.CandidateCursor;
import io.tempo4j.query.search.CandidatePage;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.testkit.Spans;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a query asks of a part: one state, early ends, and what happens where that state is gone.
 */
class PartQueryTest {

  private static final TenantId TENANT = TenantId.SINGLE;
  private static final QueryContext CONTEXT = QueryContext.unbounded();
  private static final long SECOND = 1_000_000_000L;
  private static final SearchRequest ALL = new SearchRequest("{ }", 0, -1L, 100, 3);
  private static final MetricsRequest COUNT =
      MetricsRequest.instant("{ } | count_over_time()", 0, Spans.START + 1000 * SECOND);

  private StoreSubject first;
  private StoreSubject second;
  private MergedQuerier both;

  @BeforeEach
  void open() throws IOException {
    first = new StoreSubject();
    second = new StoreSubject();
    both =
        new MergedQuerier(
            List.of(first.store(), second.store()),
            ByteBudget.unbounded("queries"),
            TraceQuerierContract.MAX_TRACE_BYTES);
  }

  @AfterEach
  void close() throws IOException {
    first.close();
    second.close();
  }

  private static TraceId id(int trace) {
    return new TraceId(trace * 7919L, trace + 1);
  }

  private static Span span(int trace, long id) {
    long start = Spans.START + trace * SECOND;
    return Spans.span(id(trace), id, 0)
        .setStartTimeUnixNano(start)
        .setEndTimeUnixNano(start + 1000)
        .build();
  }

  /** Traces of one span, each newer than the one before. */
  private static void fill(StoreSubject store, int from, int to) throws IOException {
    store.append(
        TENANT, Spans.request("s", IntStream.range(from, to).mapToObj(i -> span(i, 1)).toList()));
  }

  private static double counted(PartQuery query, Set<TraceId> leftOut) throws IOException {
    MetricsEngine engine = new MetricsEngine();
    var series = engine.finish(COUNT, query.metrics(COUNT, leftOut)).series();
    return series.isEmpty() ? 0 : series.get(0).values()[0];
  }

  @Test
  void aQuerySeesWhatThereWasWhenItBegan() throws Exception {
    fill(first, 0, 10);
    try (PartQuery query = first.store().begin(TENANT, CONTEXT)) {
      fill(first, 10, 20);
      for (int look = 0; look < 2; look++) {
        assertThat(counted(query, Set.of())).isEqualTo(10);
        assertThat(query.findTrace(id(12)).isMissing()).isTrue();
        assertThat(query.findTrace(id(3)).spanCount()).isEqualTo(1);
        assertThat(query.extents(List.of(id(12), id(5), id(3))).traces())
            .extracting(extent -> extent.id())
            .containsExactly(id(5), id(3));
        try (CandidateCursor cursor = query.candidates(ALL, Candidate.Detail.MATCHES)) {
          assertThat(cursor.next(100, 0).candidates()).hasSize(10);
        }
        first.turn();
      }
    }
    try (PartQuery query = first.store().begin(TENANT, CONTEXT)) {
      assertThat(counted(query, Set.of())).isEqualTo(20);
    }
  }

  @Test
  void tracesThatAreLeftOutAreNotCounted() throws Exception {
    fill(first, 0, 30);
    for (int look = 0; look < 2; look++) {
      try (PartQuery query = first.store().begin(TENANT, CONTEXT)) {
        assertThat(counted(query, Set.of(id(3), id(29), id(77)))).isEqualTo(28);
      }
      first.turn();
    }
  }

  @Test
  void pagesComeInOrderAndEndAtTheThreshold() throws Exception {
    fill(first, 0, 30);
    first.turn();
    try (PartQuery query = first.store().begin(TENANT, CONTEXT);
        CandidateCursor cursor = query.candidates(ALL, Candidate.Detail.MATCHES)) {
      CandidatePage page = cursor.next(3, 0);
      assertThat(page.isLast()).isFalse();
      assertThat(page.candidates())
          .extracting(candidate -> candidate.extent().id())
          .containsExactly(id(29), id(28), id(27));
      assertThat(page.stats().inspectedTraces()).isLessThan(30);
      CandidatePage rest = cursor.next(10, Spans.START + 25 * SECOND);
      assertThat(rest.isLast()).isTrue();
      assertThat(rest.candidates())
          .extracting(candidate -> candidate.extent().id())
          .containsExactly(id(26), id(25));
      assertThat(rest.candidates()).allMatch(candidate -> candidate.match() != null);
    }
    try (PartQuery query = first.store().begin(TENANT, CONTEXT)) {
      CandidateCursor cursor = query.candidates(ALL, Candidate.Detail.EXTENTS);
      assertThat(cursor.next(2, 0).candidates()).allMatch(candidate -> candidate.match() == null);
      cursor.close();
      assertThatThrownBy(() -> cursor.next(1, 0)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aTraceThatIsNoResultByItselfIsACandidate() throws Exception {
    first.append(TENANT, Spans.request("s", List.of(span(1, 1))));
    second.append(TENANT, Spans.request("s", List.of(span(1, 2))));
    SearchRequest two = new SearchRequest("{ } | count() > 1", 0, -1L, 10, 3);
    try (PartQuery query = first.store().begin(TENANT, CONTEXT);
        CandidateCursor cursor = query.candidates(two, Candidate.Detail.MATCHES)) {
      CandidatePage page = cursor.next(10, 0);
      assertThat(page.candidates()).hasSize(1);
      assertThat(page.candidates().get(0).match()).isNull();
    }
    assertThat(both.search(TENANT, two).traces()).hasSize(1);
  }

  @Test
  void aSearchLooksAtNoMoreThanItNeeds() throws Exception {
    fill(first, 0, 100);
    fill(second, 100, 200);
    first.turn();
    second.turn();
    var found = both.search(TENANT, ALL.withLimit(4));
    assertThat(found.traces())
        .extracting(TraceMatch::traceId)
        .containsExactly(id(199), id(198), id(197), id(196));
    assertThat(found.stats().inspectedSpans()).isLessThan(40);
  }

  @Test
  void aSearchBeginsAgainWhereABlockIsGone() throws Exception {
    fill(first, 0, 20);
    first.turn();
    fill(first, 20, 40);
    fill(second, 40, 42);
    List<TraceId> found = new ArrayList<>();
    try (SearchCursor cursor = both.searchCursor(TENANT, ALL, CONTEXT)) {
      for (int i = 0; i < 5; i++) {
        found.add(cursor.next().orElseThrow().traceId());
      }
      first.lose();
      for (Optional<TraceMatch> next = cursor.next(); next.isPresent(); next = cursor.next()) {
        found.add(next.get().traceId());
      }
      // what was read ahead may have been found before the block was gone
      assertThat(found).doesNotHaveDuplicates().hasSizeBetween(22, 42);
      assertThat(found.size() == 42 || !cursor.coverage().isComplete()).isTrue();
    }
    assertThat(found.subList(0, 22))
        .containsExactlyElementsOf(IntStream.range(0, 22).mapToObj(i -> id(41 - i)).toList());
  }

  @Test
  void metricsBeginAgainWhereABlockIsGone() throws Exception {
    fill(first, 0, 20);
    first.turn();
    fill(first, 20, 40);
    fill(second, 40, 42);
    first.lose();
    var result = both.metrics(TENANT, COUNT);
    assertThat(result.series().get(0).values()).containsExactly(22);
    assertThat(result.coverage().missingBlocks()).hasSize(1);
  }

  @Test
  void aQueryOverAStateThatIsGoneSaysSo() throws Exception {
    fill(first, 0, 20);
    first.turn();
    try (PartQuery query = first.store().begin(TENANT, CONTEXT)) {
      first.lose();
      assertThatThrownBy(() -> counted(query, Set.of()))
          .isInstanceOf(PartChangedException.class)
          .hasMessageContaining("/data");
    }
  }

  @Test
  void aTraceTooLargeToBeBroughtTogetherIsNamed() throws Exception {
    MergedQuerier small =
        new MergedQuerier(
            List.of(first.store(), second.store()), ByteBudget.unbounded("queries"), 100);
    fill(first, 0, 3);
    first.append(TENANT, Spans.request("s", List.of(span(1, 2))));
    second.append(TENANT, Spans.request("s", List.of(span(1, 1))));
    var search = small.search(TENANT, ALL);
    assertThat(search.traces()).extracting(TraceMatch::traceId).containsExactly(id(2), id(0));
    assertThat(search.coverage().largeTraces()).containsExactly(id(1).toString());
    assertThat(search.coverage().explanation())
        .isEqualTo("the answer lacks traces in several places that are too large: " + id(1));
    var metrics = small.metrics(TENANT, COUNT);
    assertThat(metrics.series().get(0).values()).containsExactly(2);
    assertThat(metrics.coverage()).isEqualTo(search.coverage());
    assertThat(both.metrics(TENANT, COUNT).series().get(0).values()).containsExactly(4);
  }

  @Test
  void allPartsTogetherReadNoMoreThanAQueryMay() throws Exception {
    fill(first, 0, 50);
    fill(second, 50, 100);
    first.turn();
    second.turn();
    long ofMetrics = both.metrics(TENANT, COUNT).stats().inspectedBytes();
    QueryContext enoughForOne = CONTEXT.withMaxBytes(ofMetrics - 1);
    assertThat(first.store().metrics(TENANT, COUNT, enoughForOne).series()).hasSize(1);
    assertThatThrownBy(() -> both.metrics(TENANT, COUNT, enoughForOne))
        .isInstanceOf(QueryBudgetException.class);
    long ofSearch = both.search(TENANT, ALL).stats().inspectedBytes();
    assertThatThrownBy(() -> both.search(TENANT, ALL, CONTEXT.withMaxBytes(ofSearch - 1)))
        .isInstanceOf(QueryBudgetException.class);
    assertThat(both.search(TENANT, ALL, CONTEXT.withMaxBytes(2 * ofSearch)).traces()).hasSize(100);
  }

  /** Heads become blocks while queries ask both halves of a store, one after the other. */
  @Test
  void spansThatMoveMeanwhileCountOnce() throws Exception {
    MergedQuerier halves =
        new MergedQuerier(
            List.of(first.store().recentSpans(), first.store().storedBlocks()),
            ByteBudget.unbounded("queries"),
            TraceQuerierContract.MAX_TRACE_BYTES);
    AtomicInteger sent = new AtomicInteger();
    AtomicInteger acknowledged = new AtomicInteger();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(() -> {
          try {
            for (int round = 0; round < 60; round++) {
              sent.addAndGet(5);
              fill(first, round * 5, round * 5 + 5);
              acknowledged.addAndGet(5);
              first.turn();
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    boolean isLast;
    do {
      isLast = writer.isDone();
      int before = acknowledged.get();
      var series = halves.metrics(TENANT, COUNT).series();
      double counted = series.isEmpty() ? 0 : series.get(0).values()[0];
      assertThat(counted).isBetween((double) before, (double) sent.get());
      before = acknowledged.get();
      var traces = halves.search(TENANT, ALL.withLimit(1000)).traces();
      assertThat(traces).hasSizeBetween(before, sent.get());
      assertThat(traces).extracting(TraceMatch::traceId).doesNotHaveDuplicates();
      for (TraceMatch trace : traces) {
        assertThat(trace.spansets().get(0).matched()).isEqualTo(1);
      }
    } while (!isLast);
    writer.join();
    assertThat(acknowledged).hasValue(300);
  }

  @Test
  void aClosedStoreAnswersNoPart() throws Exception {
    StoreSubject closed = new StoreSubject();
    fill(closed, 0, 3);
    try (PartQuery query = closed.store().begin(TENANT, CONTEXT)) {
      closed.close();
      assertThatThrownBy(() -> query.findTrace(id(1))).isInstanceOf(IllegalStateException.class);
    }
    assertThatThrownBy(() -> closed.store().begin(TENANT, CONTEXT))
        .isInstanceOf(IllegalStateException.class);
  }
}
