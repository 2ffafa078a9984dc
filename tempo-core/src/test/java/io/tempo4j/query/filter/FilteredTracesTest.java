package io.tempo4j.query.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tempo4j.column.SpanSource;
import io.tempo4j.head.Head;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.query.oracle.PlainPipeline;
import io.tempo4j.query.oracle.PlainSpan;
import io.tempo4j.query.oracle.RandomPipelines;
import io.tempo4j.query.oracle.RandomQueries;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.TestSources;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.query.trace.TraceAssembler;
import io.tempo4j.traceql.Pipeline;
import io.tempo4j.traceql.TraceQl;
import io.tempo4j.traceql.TraceQlException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilteredTracesTest {

  private static final QueryContext CONTEXT = QueryContext.unbounded();

  private final TraceAssembler assembler = new TraceAssembler(1 << 30);
  private final FilteredTraces filtered = new FilteredTraces(assembler, Head::ofTrace);

  @Property(tries = 150)
  void exactlyThoseSpansAreLeftThatTheQuerySelects(
      @ForAll long seed,
      @ForAll @IntRange(max = 4) int ancestors,
      @ForAll @IntRange(max = 4) int descendants)
      throws Exception {
    List<PlainSpan> spans = PlainSpan.distinct(RandomSpans.of(seed).trees(40));
    List<SpanSource> sources = TestSources.of(spans, new Random(seed)).sources();
    RandomQueries filters = RandomQueries.of(seed);
    RandomPipelines pipelines = new RandomPipelines(seed);
    for (TraceId id : new TreeSet<>(spans.stream().map(PlainSpan::traceId).toList())) {
      List<PlainSpan> trace = spans.stream().filter(s -> s.traceId().equals(id)).toList();
      String query = (seed & 1) == 0 ? filters.filter() : pipelines.pipeline();
      TraceFilter filter =
          TraceFilter.matching(query)
              .withAncestors(ancestors == 4 ? TraceFilter.ALL : ancestors)
              .withDescendants(descendants == 4 ? TraceFilter.ALL : descendants);

      AssembledTrace found = filtered.assemble(sources, id, filter, CONTEXT);

      Set<PlainSpan> expected = expected(trace, filter);
      List<PlainSpan> left = PlainSpan.all(TracesData.parseFrom(found.tracesData()));
      assertThat(identities(left)).as(query).isEqualTo(identities(expected));
      assertThat(found.spanCount()).isEqualTo(left.size()).isEqualTo(expected.size());
      assertThat(found.isFiltered()).isEqualTo(expected.size() < trace.size());
      assertThat(found.isMissing()).isFalse();
      if (!found.isFiltered()) {
        continue;
      }
      // They come as if there were no others.
      SpanSource alone =
          TestSources.source(
              "alone", TestSources.Kind.HEAD, List.copyOf(expected), new Random(seed));
      assertThat(TracesData.parseFrom(found.tracesData()))
          .isEqualTo(
              TracesData.parseFrom(assembler.assemble(List.of(alone), id, CONTEXT).tracesData()));
    }
  }

  private static Set<PlainSpan> expected(List<PlainSpan> trace, TraceFilter filter) {
    Pipeline pipeline = (Pipeline) TraceQl.parse(filter.query()).statement();
    Set<PlainSpan> matching = new LinkedHashSet<>();
    new PlainPipeline(trace)
        .evaluate(pipeline)
        .forEach(spanset -> matching.addAll(spanset.spans()));
    Set<Long> near = new HashSet<>();
    Set<Long> level = ids(matching);
    for (int i = 0; i < Math.min(filter.ancestorLevels(), trace.size()); i++) {
      Set<Long> below = level;
      level = new HashSet<>();
      for (PlainSpan span : trace) {
        if (below.contains(span.spanId()) && span.parentId() != 0) {
          level.add(span.parentId());
        }
      }
      near.addAll(level);
    }
    level = ids(matching);
    for (int i = 0; i < Math.min(filter.descendantLevels(), trace.size()); i++) {
      Set<Long> above = level;
      level = ids(trace.stream().filter(s -> above.contains(s.parentId())).toList());
      near.addAll(level);
    }
    Set<PlainSpan> wanted = new LinkedHashSet<>(matching);
    trace.stream().filter(s -> near.contains(s.spanId())).forEach(wanted::add);
    return wanted;
  }

  private static Set<Long> ids(Collection<PlainSpan> spans) {
    return new HashSet<>(spans.stream().map(PlainSpan::spanId).toList());
  }

  private static Set<List<Object>> identities(Iterable<PlainSpan> spans) {
    Set<List<Object>> identities = new HashSet<>();
    spans.forEach(span -> identities.add(identity(span)));
    return identities;
  }

  private static List<Object> identity(PlainSpan span) {
    return List.of(span.spanId(), span.span().getKindValue());
  }

  /**
   * <pre>
   * 1 ─ 2 ─ 3 ─ 4 ─ 5
   *       └ 6
   * 7, whose parent 8 is not there
   * 9 and 10, each other's parent
   * </pre>
   */
  private static List<SpanSource> family() throws Exception {
    List<SpanSource> sources = new ArrayList<>();
    int[][] spans = {
      {1, 0}, {2, 1}, {3, 2}, {4, 3}, {5, 4}, {6, 2}, {7, 8}, {9, 10}, {10, 9},
    };
    for (int[] span : spans) {
      PlainSpan plain = span(span[0], span[1], 1);
      sources.add(
          TestSources.source(
              "source " + span[0],
              span[0] % 2 == 0 ? TestSources.Kind.BLOCK : TestSources.Kind.HEAD,
              List.of(plain),
              new Random(1)));
    }
    return sources;
  }

  private static PlainSpan span(int number, int parent, int kind) {
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(RandomSpans.traceId(1))
            .setSpanId(RandomSpans.id(number))
            .setName("s" + number)
            .setKindValue(kind)
            .setStartTimeUnixNano(RandomSpans.BASE + number);
    if (parent != 0) {
      span.setParentSpanId(RandomSpans.id(parent));
    }
    return PlainSpan.of(
        Resource.getDefaultInstance(), InstrumentationScope.getDefaultInstance(), span.build());
  }

  @ParameterizedTest
  @CsvSource({
    "s3, 0, 0, s3",
    "s3, 1, 0, s2 s3",
    "s3, 2, 0, s1 s2 s3",
    "s3, ALL, 0, s1 s2 s3",
    "s3, 0, 1, s3 s4",
    "s3, 0, ALL, s3 s4 s5",
    "s2, 0, 1, s2 s3 s6",
    "s2, 1, 1, s1 s2 s3 s6",
    // levels are counted from the nearest match
    "s1|s4, 1, 1, s1 s2 s3 s4 s5",
    "s7, ALL, ALL, s7",
    "s9, 1, 0, s9 s10",
    "s9, ALL, ALL, s9 s10",
    "none, ALL, ALL, ''",
  })
  void kinAreKeptLevelByLevel(String names, String ancestors, String descendants, String expected)
      throws Exception {
    TraceFilter filter =
        TraceFilter.matching("{ name =~ `" + names + "` }")
            .withAncestors(levels(ancestors))
            .withDescendants(levels(descendants));

    AssembledTrace found = filtered.assemble(family(), span(1, 0, 1).traceId(), filter, CONTEXT);

    List<String> left =
        PlainSpan.all(TracesData.parseFrom(found.tracesData())).stream()
            .map(span -> span.span().getName())
            .toList();
    assertThat(String.join(" ", left)).isEqualTo(expected);
    assertThat(found.isFiltered()).isTrue();
  }

  private static int levels(String levels) {
    return levels.equals("ALL") ? TraceFilter.ALL : Integer.parseInt(levels);
  }

  /** Both sides of a call are above what it led to; a match is one of them alone. */
  @Test
  void spansThatShareAnIdAreParentsOfTheSameChildren() throws Exception {
    List<PlainSpan> spans =
        List.of(span(1, 0, 1), span(2, 1, 3), span(2, 1, 2), span(3, 2, 1), span(4, 1, 1));
    SpanSource source = TestSources.source("one", TestSources.Kind.BLOCK, spans, new Random(1));
    TraceId id = spans.getFirst().traceId();

    AssembledTrace above =
        filtered.assemble(
            List.of(source), id, TraceFilter.matching("{ name = `s3` }").withAncestors(1), CONTEXT);
    AssembledTrace one =
        filtered.assemble(List.of(source), id, TraceFilter.matching("{ kind = client }"), CONTEXT);

    assertThat(above.spanCount()).isEqualTo(3);
    assertThat(one.spanCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{ }", "{ true }", "{ 1 = 1 }"})
  void filterThatIsAlwaysTrueLeavesTheTraceAsItIs(String query) throws Exception {
    TraceId id = span(1, 0, 1).traceId();

    AssembledTrace found = filtered.assemble(family(), id, TraceFilter.matching(query), CONTEXT);

    assertThat(found.isFiltered()).isFalse();
    assertThat(found.tracesData())
        .isEqualTo(assembler.assemble(family(), id, CONTEXT).tracesData());
  }

  @Test
  void traceThatIsNotThereStaysMissing() throws Exception {
    AssembledTrace found =
        filtered.assemble(
            family(), new TraceId(9, 9), TraceFilter.matching("{ name = `x` }"), CONTEXT);

    assertThat(found.isMissing()).isTrue();
  }

  @Test
  void queryIsCheckedBeforeTheTraceIsLookedFor() {
    for (String query : List.of("", "{ name = }", "{ name > 3 }", "{ } |", "x")) {
      assertThatThrownBy(() ->
              filtered.assemble(List.of(), new TraceId(1, 1), TraceFilter.matching(query), CONTEXT))
          .as(query)
          .isInstanceOf(TraceQlException.class);
    }
    assertThatThrownBy(() ->
            filtered.assemble(
                List.of(), new TraceId(1, 1), TraceFilter.matching("{ } | rate()"), CONTEXT))
        .isInstanceOf(UnsupportedQueryException.class)
        .hasMessageContaining("metrics");
  }

  @Test
  void cutTraceIsFilteredAsFarAsItGoes() throws Exception {
    TraceId id = span(1, 0, 1).traceId();
    int whole = assembler.assemble(family(), id, CONTEXT).tracesData().length;
    FilteredTraces cut = new FilteredTraces(new TraceAssembler(whole / 2), Head::ofTrace);

    AssembledTrace found =
        cut.assemble(family(), id, TraceFilter.matching("{ name =~ `s1|s10` }"), CONTEXT);

    assertThat(found.isPartial()).isTrue();
    assertThat(found.isFiltered()).isTrue();
    assertThat(found.spanCount()).isEqualTo(1);
  }
}
