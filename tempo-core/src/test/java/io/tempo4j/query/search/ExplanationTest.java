package io.tempo4j.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.column.SpanSource;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryExplanation;
import io.tempo4j.query.oracle.PlainSpan;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.TestSources;
import io.tempo4j.query.search.SearchRequest.Detail;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a search says about itself, if asked. */
class ExplanationTest {

  private static final long SECOND = 1_000_000_000L;

  private final SearchEngine engine = new SearchEngine();
  private final List<SpanSource> sources;

  ExplanationTest() throws Exception {
    List<PlainSpan> spans = RandomSpans.of(3).trees(200);
    Random random = new Random(3);
    sources =
        List.of(
            TestSources.source(
                "one", TestSources.Kind.BLOCK, spans.subList(0, spans.size() / 2), random),
            TestSources.source(
                "two",
                TestSources.Kind.BLOCK,
                spans.subList(spans.size() / 2, spans.size()),
                random));
  }

  private QueryExplanation explain(String query, long start, long end, int limit) throws Exception {
    SearchRequest request = new SearchRequest(query, start, end, limit, 3).with(Detail.EXPLANATION);
    QueryExplanation explanation =
        engine.search(sources, request, QueryContext.unbounded()).explanation();
    assertThat(explanation).isNotNull();
    int rowGroups =
        explanation.pruning().outOfRange()
            + explanation.pruning().byBounds()
            + explanation.pruning().byValueFilter()
            + explanation.pruning().notReached()
            + explanation.stats().rowGroups()
            - explanation.stats().rowGroupsPruned();
    assertThat(rowGroups).isEqualTo(explanation.stats().rowGroups());
    return explanation;
  }

  @Test
  void isThereOnlyIfAskedFor() throws Exception {
    SearchRequest request = new SearchRequest("{ }", 0, Long.MAX_VALUE, 1, 3);
    assertThat(engine.search(sources, request, QueryContext.unbounded()).explanation()).isNull();
  }

  @Test
  void showsFiltersAnchorAndWhatBecameOfTraces() throws Exception {
    QueryExplanation all =
        explain(
            "{ .a = 1 && childCount > 0 } > { name =~ `f.*` || status = error } | count() > 0",
            0,
            Long.MAX_VALUE,
            1000);
    assertThat(all.plan().filters())
        .containsExactly(".a = 1 && childCount > 0", "name =~ \"f.*\" || status = error");
    assertThat(all.plan().anchor()).isEqualTo(".a = 1");
    assertThat(all.plan().evaluation()).isEqualTo(QueryExplanation.Evaluation.WHOLE_TRACES);
    assertThat(all.traces().candidates()).isPositive();
    assertThat(all.traces().stitched()).isPositive().isLessThanOrEqualTo(all.traces().lookedUp());
    assertThat(all.traces().returned()).isLessThanOrEqualTo(all.traces().lookedUp());
    assertThat(all.lines())
        .contains("order: newest first", "anchor: .a = 1", "filter: .a = 1 && childCount > 0");
  }

  @Test
  void tellsWhatEachIndexRuledOut() throws Exception {
    QueryExplanation bounds = explain("{ duration > 1h }", 0, Long.MAX_VALUE, 10);
    assertThat(bounds.pruning().byBounds()).isEqualTo(bounds.stats().rowGroups());
    int byValueFilter = 0;
    for (String field : List.of("span.a", "span.b", "event.a", "event.b", "link.a", "link.b")) {
      QueryExplanation values = explain("{ " + field + " = \"aa\" }", 0, Long.MAX_VALUE, 10);
      byValueFilter += values.pruning().byValueFilter();
    }
    assertThat(byValueFilter).isPositive();
    QueryExplanation oneEvent =
        explain("{ event.a = \"zz\" && event:name > \"\\U0010FFFF\" }", 0, Long.MAX_VALUE, 10);
    assertThat(oneEvent.pruning().byBounds()).isEqualTo(oneEvent.stats().rowGroups());
    QueryExplanation range = explain("{ }", 0, RandomSpans.BASE - SECOND, 10);
    assertThat(range.stats().sourcesPruned()).isEqualTo(2);
    QueryExplanation first = explain("{ }", 0, Long.MAX_VALUE, 1);
    assertThat(first.pruning().notReached()).isPositive();
    assertThat(first.stats().inspectedBytes()).isPositive();
  }
}
