package io.tempo4j.query.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.column.SpanSource;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.oracle.PlainPipeline;
import io.tempo4j.query.oracle.PlainSpan;
import io.tempo4j.query.oracle.RandomPipelines;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.TestSources;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.scan.TimeRange;
import io.tempo4j.query.stitch.TraceParts;
import io.tempo4j.query.stitch.TraceStitcher;
import io.tempo4j.traceql.Pipeline;
import io.tempo4j.traceql.TraceQl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Spans selected row group by row group, compared with whole traces in lists. */
class SpanSelectorTest {

  private static final TimeRange ALWAYS = new TimeRange(0, -1);

  @Property(tries = 60)
  void selectsTheSpansOfAllSpansets(@ForAll long seed) throws Exception {
    List<PlainSpan> spans = RandomSpans.of(seed).trees(40);
    TestSources spread = TestSources.of(spans, new Random(seed));
    RandomPipelines queries = new RandomPipelines(seed);
    for (int i = 0; i < 10; i++) {
      String query = queries.pipeline();
      Pipeline pipeline = (Pipeline) TraceQl.parse(query).statement();
      assertThat(selected(PipelinePlan.of(pipeline), spread.sources()))
          .as("%s over %s", query, spread.kinds())
          .isEqualTo(expected(pipeline, spans));
    }
  }

  private static TreeSet<String> expected(Pipeline pipeline, List<PlainSpan> spans) {
    Map<Object, List<PlainSpan>> traces = new HashMap<>();
    PlainSpan.distinct(spans)
        .forEach(s -> traces.computeIfAbsent(s.traceId(), id -> new ArrayList<>()).add(s));
    TreeSet<String> names = new TreeSet<>();
    for (List<PlainSpan> trace : traces.values()) {
      for (PlainPipeline.PlainSpanset spanset : new PlainPipeline(trace).evaluate(pipeline)) {
        spanset.spans().forEach(s -> names.add(s.traceId() + " " + s.spanId() + " " + s.start()));
      }
    }
    return names;
  }

  private static TreeSet<String> selected(PipelinePlan plan, List<SpanSource> sources)
      throws Exception {
    QueryContext context = QueryContext.unbounded();
    ReadTally tally = new ReadTally(context);
    List<SourceView> views = sources.stream().map(s -> new SourceView(s, tally)).toList();
    SpanSelector selector =
        new SpanSelector(plan, new TraceParts(views), new TraceStitcher(tally), ALWAYS, context);
    TreeSet<String> names = new TreeSet<>();
    for (SourceView view : views) {
      for (GroupView group : view.groups()) {
        Selection spans = selector.select(group);
        if (spans != null) {
          addNames(group, spans, names);
        }
      }
    }
    selector.selectStitched((group, spans) -> addNames(group, spans, names));
    return names;
  }

  private static void addNames(GroupView group, Selection spans, TreeSet<String> names)
      throws java.io.IOException {
    for (int row = spans.next(0); row >= 0; row = spans.next(row + 1)) {
      names.add(
          group.traceId(group.traceOf(row))
              + " "
              + group.required().ids()[row]
              + " "
              + group.required().starts()[row]);
    }
  }

  @Test
  void asksNothingOfOtherSourcesForAFilterAlone() {
    assertThat(plan("{ .a = 1 } | { name = \"b\" } | select(.c)").needsWholeTrace()).isFalse();
    assertThat(plan("{ .a = 1 } || { .b = 1 }").onlyFilter()).isNotNull();
    assertThat(plan("({ .a = 1 } | coalesce())").needsWholeTrace()).isFalse();
    assertThat(plan("{ .a = 1 } && { .b = 1 }").needsWholeTrace()).isTrue();
    assertThat(plan("{ traceDuration > 1s }").needsWholeTrace()).isTrue();
    assertThat(plan("{ .a = 1 } | select(parent.b)").needsWholeTrace()).isTrue();
  }

  private static PipelinePlan plan(String query) {
    return PipelinePlan.of((Pipeline) TraceQl.parse(query).statement());
  }
}
