package io.tempo4j.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.column.SpanSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Searches compared with {@link PlainSearch} on random traces and random filters. */
class SearchPropertyTest {

  private final SearchEngine engine = new SearchEngine();

  @Property(tries = 100)
  void columnsAnswerLikeLists(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    Spread spread = Spread.of(new RandomSpans(seed).spans(40), random);
    PlainSearch plain = new PlainSearch(spread.shares);
    RandomQueries queries = new RandomQueries(seed);
    for (int i = 0; i < 20; i++) {
      String query = queries.filter();
      List<PlainSearch.Found> expected = plain.search(query, 0, -1L, Integer.MAX_VALUE);
      assertThat(found(spread.sources, query, 0, Long.MAX_VALUE, Integer.MAX_VALUE))
          .as("%s", query)
          .isEqualTo(expected);
    }
  }

  @Property(tries = 80)
  void limitTakesTheNewestWhateverTheOrderOfSources(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    Spread spread = Spread.of(new RandomSpans(seed).spans(120), random);
    List<SpanSource> shuffled = new ArrayList<>(spread.sources);
    Collections.shuffle(shuffled, random);
    PlainSearch plain = new PlainSearch(spread.shares);
    RandomQueries queries = new RandomQueries(seed);
    for (int i = 0; i < 5; i++) {
      String query = i == 0 ? "{ }" : queries.filter();
      int limit = 1 + random.nextInt(6);
      long start =
          random.nextInt(3) == 0 ? 0 : RandomSpans.BASE + random.nextInt(2000) * 1_000_000L;
      long end = random.nextInt(3) == 0 ? Long.MAX_VALUE : start + random.nextInt(500) * 1_000_000L;
      assertThat(found(shuffled, query, start, end, limit))
          .as("%s from %d to %d limit %d", query, start, end, limit)
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

  /** Spans dealt out to sources of random layout. */
  private record Spread(List<List<PlainSpan>> shares, List<SpanSource> sources) {

    static Spread of(List<PlainSpan> spans, Random random) {
      int count = 1 + random.nextInt(3);
      List<List<PlainSpan>> shares = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        shares.add(new ArrayList<>());
      }
      spans.forEach(span -> shares.get(random.nextInt(count)).add(span));
      List<SpanSource> sources = new ArrayList<>();
      TestColumns.Strings[] strings = TestColumns.Strings.values();
      for (int i = 0; i < count; i++) {
        sources.add(
            new ListSource(
                "source-" + i,
                shares.get(i),
                new ListSource.Layout(
                    1 + random.nextInt(4),
                    random.nextBoolean() ? 1000 : random.nextInt(10),
                    strings[random.nextInt(strings.length)])));
      }
      return new Spread(shares, sources);
    }
  }
}
