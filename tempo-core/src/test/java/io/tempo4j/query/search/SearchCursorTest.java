package io.tempo4j.query.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.column.SpanSource;
import io.tempo4j.query.QueryBudgetException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.TestSources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Results one by one, and the bytes that a query may read for them. */
class SearchCursorTest {

  private final SearchEngine engine = new SearchEngine();
  private final List<SpanSource> sources;

  SearchCursorTest() throws Exception {
    Random random = new Random(5);
    sources =
        List.of(
            TestSources.source(
                "block", TestSources.Kind.BLOCK, RandomSpans.of(5).spans(200), random));
  }

  private static SearchRequest request(int limit) {
    return new SearchRequest("{ }", 0, Long.MAX_VALUE, limit, 3);
  }

  @Test
  void givesTheSameTracesAsAWholeSearch() throws Exception {
    List<TraceMatch> whole =
        engine.search(sources, request(1000), QueryContext.unbounded()).traces();
    List<TraceMatch> single = new ArrayList<>();
    try (SearchCursor cursor = engine.open(sources, request(1000), QueryContext.unbounded())) {
      for (Optional<TraceMatch> next = cursor.next(); next.isPresent(); next = cursor.next()) {
        single.add(next.get());
      }
      assertThat(cursor.next()).isEmpty();
    }
    assertThat(single)
        .hasSizeGreaterThan(5)
        .isEqualTo(whole)
        .isSortedAccordingTo(SearchOrder.NEWEST.comparator());
  }

  @Test
  void readsNoMoreRowGroupsThanItsResultsNeed() throws Exception {
    try (SearchCursor cursor = engine.open(sources, request(1000), QueryContext.unbounded())) {
      assertThat(cursor.stats().inspectedTraces()).isZero();
      cursor.next();
      long afterFirst = cursor.stats().inspectedTraces();
      while (cursor.next().isPresent()) {
        assertThat(cursor.stats().inspectedTraces()).isGreaterThanOrEqualTo(afterFirst);
      }
      assertThat(cursor.stats().inspectedTraces()).isGreaterThan(afterFirst);
    }
  }

  @Test
  void endsAtTheLimit() throws Exception {
    try (SearchCursor cursor = engine.open(sources, request(2), QueryContext.unbounded())) {
      assertThat(cursor.next()).isPresent();
      assertThat(cursor.next()).isPresent();
      assertThat(cursor.next()).isEmpty();
    }
  }

  @Test
  void refusesToGoOnWhenClosed() throws Exception {
    SearchCursor cursor = engine.open(sources, request(2), QueryContext.unbounded());
    cursor.next();
    cursor.close();
    cursor.close();
    assertThatThrownBy(cursor::next).isInstanceOf(IllegalStateException.class);
    assertThat(cursor.stats().sources()).isEqualTo(1);
  }

  @Test
  void namesTheBudgetThatDoesNotSuffice() throws Exception {
    long needed =
        engine.search(sources, request(1000), QueryContext.unbounded()).stats().inspectedBytes();
    QueryContext enough = QueryContext.unbounded().withMaxBytes(needed);
    assertThat(engine.search(sources, request(1000), enough).traces()).isNotEmpty();
    QueryContext tooFew = QueryContext.unbounded().withMaxBytes(needed - 1);
    assertThatThrownBy(() -> engine.search(sources, request(1000), tooFew))
        .isInstanceOf(QueryBudgetException.class)
        .hasMessageContaining("budget of " + (needed - 1) + " bytes");
    assertThatThrownBy(() -> QueryContext.unbounded().withMaxBytes(0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
