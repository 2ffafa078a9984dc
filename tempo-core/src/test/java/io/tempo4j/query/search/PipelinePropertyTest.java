package io.tempo4j.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.column.SpanSource;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.oracle.PlainSearch;
import io.tempo4j.query.oracle.PlainSpan;
import io.tempo4j.query.oracle.RandomPipelines;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.TestSources;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * The whole spanset language compared with {@link PlainSearch}, on traces with orphans, several
 * roots, cycles and duplicates whose spans are dealt out to one or more sources.
 */
class PipelinePropertyTest {

  private final SearchEngine engine = new SearchEngine();

  @Property(tries = 100)
  void pipelinesAnswerLikeLists(@ForAll long seed) throws Exception {
    TestSources spread = TestSources.of(RandomSpans.rich(seed).trees(40), new Random(seed));
    PlainSearch plain = new PlainSearch(spread.shares());
    RandomPipelines queries = new RandomPipelines(seed);
    for (int i = 0; i < 20; i++) {
      String query = queries.pipeline();
      assertThat(found(spread.sources(), query, 0, Long.MAX_VALUE, Integer.MAX_VALUE))
          .as("%s over %s", query, spread.kinds())
          .isEqualTo(plain.search(query, 0, -1L, Integer.MAX_VALUE));
    }
  }

  @Property(tries = 40)
  void limitAndRangeTakeTheFirst(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    TestSources spread = TestSources.of(RandomSpans.rich(seed).trees(80), random);
    PlainSearch plain = new PlainSearch(spread.shares());
    RandomPipelines queries = new RandomPipelines(seed);
    for (int i = 0; i < 10; i++) {
      String query = queries.pipeline() + (random.nextBoolean() ? "" : " with (order=duration)");
      int limit = 1 + random.nextInt(4);
      long start = RandomSpans.BASE + random.nextInt(50) * 1_000_000_000L;
      long end = start + random.nextInt(8) * 1_000_000_000L;
      assertThat(found(spread.sources(), query, start, end, limit))
          .as("%s from %d to %d limit %d over %s", query, start, end, limit, spread.kinds())
          .isEqualTo(plain.search(query, start, end, limit));
    }
  }

  @Property(tries = 40)
  void answersDoNotDependOnHowSpansAreSpread(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<PlainSpan> spans = RandomSpans.rich(seed).trees(60);
    SpanSource whole = TestSources.source("whole", TestSources.Kind.BLOCK, spans, random);
    TestSources spread = TestSources.of(spans, random);
    RandomPipelines queries = new RandomPipelines(seed);
    for (int i = 0; i < 10; i++) {
      String query = queries.pipeline();
      assertThat(found(spread.sources(), query, 0, Long.MAX_VALUE, Integer.MAX_VALUE))
          .as("%s over %s", query, spread.kinds())
          .isEqualTo(found(List.of(whole), query, 0, Long.MAX_VALUE, Integer.MAX_VALUE));
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
