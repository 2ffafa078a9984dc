package io.tempo4j.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.column.SpanSource;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.oracle.PlainSearch;
import io.tempo4j.query.oracle.RandomQueries;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.TestSources;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Searches compared with {@link PlainSearch} on random traces and random filters. */
class SearchPropertyTest {

  private final SearchEngine engine = new SearchEngine();

  @Property(tries = 80)
  void columnsAnswerLikeLists(@ForAll long seed) throws Exception {
    compare(seed, RandomSpans.rich(seed), RandomQueries.of(seed));
  }

  @Property(tries = 40)
  void repeatedKeysHaveTheirLastValue(@ForAll long seed) throws Exception {
    compare(seed, RandomSpans.withRepeatedKeys(seed), RandomQueries.withoutArithmetic(seed));
  }

  private void compare(long seed, RandomSpans spans, RandomQueries queries) throws Exception {
    TestSources spread = TestSources.of(spans.withCopies(spans.spans(40)), new Random(seed));
    PlainSearch plain = new PlainSearch(spread.shares());
    for (int i = 0; i < 20; i++) {
      String query = queries.filter();
      List<PlainSearch.Found> expected = plain.search(query, 0, -1L, Integer.MAX_VALUE);
      assertThat(found(spread.sources(), query, 0, Long.MAX_VALUE, Integer.MAX_VALUE))
          .as("%s over %s", query, spread.kinds())
          .isEqualTo(expected);
    }
  }

  @Property(tries = 80)
  void limitTakesTheFirstWhateverTheOrderOfSources(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    RandomSpans spans = RandomSpans.rich(seed);
    TestSources spread = TestSources.of(spans.withCopies(spans.spans(100)), random);
    List<SpanSource> shuffled = new ArrayList<>(spread.sources());
    Collections.shuffle(shuffled, random);
    PlainSearch plain = new PlainSearch(spread.shares());
    RandomQueries queries = RandomQueries.of(seed);
    for (int i = 0; i < 5; i++) {
      String query = i == 0 ? "{ }" : queries.filter();
      query += random.nextInt(3) == 0 ? " with (order=duration)" : "";
      int limit = 1 + random.nextInt(6);
      long start =
          random.nextInt(3) == 0 ? 0 : RandomSpans.BASE + random.nextInt(2000) * 1_000_000L;
      long end = random.nextInt(3) == 0 ? Long.MAX_VALUE : start + random.nextInt(500) * 1_000_000L;
      assertThat(found(shuffled, query, start, end, limit))
          .as("%s from %d to %d limit %d over %s", query, start, end, limit, spread.kinds())
          .isEqualTo(plain.search(query, start, end == Long.MAX_VALUE ? -1L : end, limit));
    }
  }

  private List<PlainSearch.Found> found(
      List<SpanSource> sources, String query, long start, long end, int limit) throws Exception {
    SearchRequest request = new SearchRequest(query, start, end, limit, Integer.MAX_VALUE);
    return engine.search(sources, request, QueryContext.unbounded()).traces().stream()
        .map(PlainSearch.Found::of)
        .toList();
  }
}
