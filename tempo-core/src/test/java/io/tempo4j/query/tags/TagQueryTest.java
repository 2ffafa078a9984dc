package io.tempo4j.query.tags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.ColumnValue;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStoppedException;
import io.tempo4j.query.oracle.ListSource;
import io.tempo4j.query.oracle.PlainSpan;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.TestSources;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.LiteralValue;
import io.tempo4j.traceql.Pipeline;
import io.tempo4j.traceql.SpansetExpression;
import io.tempo4j.traceql.TraceQl;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the comparison with lists does not reach. */
class TagQueryTest {

  private static final long MILLI = 1_000_000;

  private static PlainSpan span(long trace, long id, long parent, KeyValue... attributes) {
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(RandomSpans.traceId(trace))
            .setSpanId(RandomSpans.id(id))
            .setStartTimeUnixNano(RandomSpans.BASE + id * MILLI)
            .setEndTimeUnixNano(RandomSpans.BASE + id * MILLI + 1)
            .addAllAttributes(List.of(attributes));
    if (parent > 0) {
      span.setParentSpanId(RandomSpans.id(parent));
    }
    return PlainSpan.of(
        Resource.getDefaultInstance(), InstrumentationScope.getDefaultInstance(), span.build());
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static SpanSource source(TestSources.Kind kind, PlainSpan... spans) throws IOException {
    return TestSources.source("source", kind, List.of(spans), new Random(1));
  }

  private static TagValuesRequest values(String tag, String filter, TagLimits limits) {
    return new TagValuesRequest(TraceQl.parseReference(tag), filter, 0, Long.MAX_VALUE, limits);
  }

  private static List<String> texts(SpanSource source, String tag, String filter)
      throws IOException {
    return new TagValuesQuery(values(tag, filter, TagLimits.NONE), QueryContext.unbounded())
        .run(List.of(source), piece -> {}).values().stream().map(TagValue::text).toList();
  }

  /** root a; below it b and c; below c d, and something of a trace that has no root. */
  private static SpanSource tree(TestSources.Kind kind) throws IOException {
    return source(
        kind,
        span(1, 1, 0, text("word", "a")),
        span(1, 2, 1, text("word", "b")),
        span(1, 3, 1, text("word", "c")),
        span(1, 4, 3, text("word", "d")),
        span(2, 5, 99, text("word", "e")));
  }

  @ParameterizedTest
  @EnumSource(TestSources.Kind.class)
  void attributesOfParentsAreThoseOfSpansWithChildren(TestSources.Kind kind) throws IOException {
    assertThat(texts(tree(kind), "parent.word", "")).containsExactly("a", "c");
    assertThat(texts(tree(kind), "parent.span.word", "{ .word = \"b\" }")).containsExactly("a");
    assertThat(texts(tree(kind), "parent.resource.word", "")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(TestSources.Kind.class)
  void numbersOfChildrenAreValues(TestSources.Kind kind) throws IOException {
    assertThat(texts(tree(kind), "childCount", "")).containsExactly("0", "1", "2");
    assertThat(texts(tree(kind), "span:childCount", "{ .word = \"e\" }")).containsExactly("0");
  }

  @ParameterizedTest
  @EnumSource(TestSources.Kind.class)
  void idsOfParentsNeedNotBeThere(TestSources.Kind kind) throws IOException {
    assertThat(texts(tree(kind), "span:parentID", "{ .word = \"e\" }"))
        .containsExactly("%016x".formatted(99 * 0x9E3779B97F4A7C15L));
    assertThat(texts(tree(kind), "span:parentID", "{ .word = \"a\" }")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        0,
        -0.0,
        1,
        -1,
        0.1,
        49.9,
        500,
        1e6,
        123456789.125,
        1e20,
        1e21,
        1e22,
        -1.5e300,
        1e-6,
        1e-7,
        4.9e-324,
        Double.MAX_VALUE,
        0.30000000000000004
      })
  void realNumbersAreReadBack(double value) {
    String query = "{ .a = " + RealText.of(value) + " }";

    SpansetExpression.Filter filter =
        (SpansetExpression.Filter)
            ((Pipeline) TraceQl.parse(query).statement()).stages().getFirst();
    FieldExpression.Comparison comparison = (FieldExpression.Comparison) filter.condition();
    LiteralValue literal = ((FieldExpression.Literal) comparison.right()).value();
    assertThat(
            switch (literal) {
              case LiteralValue.FloatValue number -> number.value();
              case LiteralValue.IntValue number -> (double) number.value();
              default -> Double.NaN;
            })
        .isEqualTo(value == 0 ? 0.0 : value);
  }

  @Test
  void realNumbersReadAsPeopleWriteThem() {
    assertThat(Stream.of(500.0, 0.1, 1e6, 1e21, 1e-7, -0.0).map(RealText::of))
        .containsExactly("500", "0.1", "1000000", "1e21", "1e-7", "-0");
    assertThat(
            Stream.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)
                .map(RealText::of))
        .containsExactly("NaN", "+Inf", "-Inf");
  }

  /** Each row group repeats what is known: the number of rows does not count. */
  @Test
  void staleEntriesCountOncePerRowGroup() throws IOException {
    List<PlainSpan> spans = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      spans.add(span(i, i, 0, text("word", i == 39 ? "new" : "old")));
    }
    SpanSource source =
        new ListSource(
            "source", spans, new ListSource.Layout(4, 1000, ListSource.Layout.BLOCK.strings()));

    // Ten row groups by trace id; the last, of 39, has something new.
    TagValues all = run(source, new TagLimits(0, 0, 0));
    TagValues patient = run(source, new TagLimits(0, 11, 0));
    TagValues impatient = run(source, new TagLimits(0, 3, 0));

    assertThat(all.values()).hasSize(2);
    assertThat(patient.values()).hasSize(2);
    assertThat(patient.truncation()).isEqualTo(Truncation.NONE);
    assertThat(impatient.values()).hasSize(1);
    assertThat(impatient.truncation()).isEqualTo(Truncation.STALE);
  }

  private static TagValues run(SpanSource source, TagLimits limits) throws IOException {
    return new TagValuesQuery(values(".word", "", limits), QueryContext.unbounded())
        .run(List.of(source), piece -> {});
  }

  /** A source whose names and times are known, and nothing else. */
  private record Damaged(SpanSource inner) implements SpanSource {

    @Override
    public String name() {
      return "damaged";
    }

    @Override
    public long minStartNanos() {
      return inner.minStartNanos() - 1;
    }

    @Override
    public long maxEndNanos() {
      return inner.maxEndNanos() - 1;
    }

    @Override
    public ColumnSet table(Table table) {
      return inner.table(table);
    }

    @Override
    public List<RowGroup> rowGroups() {
      return inner.rowGroups().stream().<RowGroup>map(DamagedGroup::new).toList();
    }

    @Override
    public int findTrace(TraceId id) throws IOException {
      throw damage();
    }

    @Override
    public BitSet mayContain(ColumnValue value) throws IOException {
      throw damage();
    }

    static CorruptBlockException damage() {
      return new CorruptBlockException("damaged", 0, "a block", "none");
    }
  }

  private record DamagedGroup(RowGroup inner) implements RowGroup {

    @Override
    public ColumnSet table(Table table) {
      ColumnSet columns = inner.table(table);
      return new ColumnSet() {
        @Override
        public int rowCount() {
          return columns.rowCount();
        }

        @Override
        public Set<ColumnKey> keys() {
          return Set.copyOf(columns.keys());
        }

        @Override
        public io.tempo4j.column.ZoneMap zone(ColumnKey key) {
          return columns.zone(key);
        }

        @Override
        public io.tempo4j.column.Column read(ColumnKey key) throws IOException {
          throw Damaged.damage();
        }
      };
    }

    @Override
    public int[] traceOffsets() throws IOException {
      throw Damaged.damage();
    }

    @Override
    public int[] eventOffsets() throws IOException {
      throw Damaged.damage();
    }

    @Override
    public int[] linkOffsets() throws IOException {
      throw Damaged.damage();
    }

    @Override
    public int[] parentRows() throws IOException {
      throw Damaged.damage();
    }
  }

  @Test
  void queryGoesOnWithoutADamagedSource() throws IOException {
    SpanSource good = tree(TestSources.Kind.BLOCK);
    SpanSource damaged = new Damaged(tree(TestSources.Kind.LIST));
    List<TagValue> pieces = new ArrayList<>();
    TagValuesQuery query =
        new TagValuesQuery(values(".word", "", TagLimits.NONE), QueryContext.unbounded());

    assertThatThrownBy(
            () -> query.run(List.of(damaged, good), piece -> pieces.addAll(piece.values())))
        .isInstanceOf(CorruptBlockException.class);
    TagValues all = query.run(List.of(good), piece -> pieces.addAll(piece.values()));

    assertThat(all.values()).extracting(TagValue::text).containsExactly("a", "b", "c", "d", "e");
    assertThat(pieces).isEqualTo(all.values());
  }

  @Test
  void cancelledQueryStops() throws IOException {
    SpanSource source = tree(TestSources.Kind.HEAD);
    QueryContext cancelled = QueryContext.of(() -> 0, Duration.ofDays(1), () -> true);

    assertThatThrownBy(() ->
            new TagValuesQuery(values(".word", "", TagLimits.NONE), cancelled)
                .run(List.of(source), piece -> {}))
        .isInstanceOf(QueryStoppedException.class);
    assertThatThrownBy(() ->
            new TagNamesQuery(names(TagLimits.NONE), cancelled).run(List.of(source), piece -> {}))
        .isInstanceOf(QueryStoppedException.class);
  }

  private static TagNamesRequest names(TagLimits limits) {
    return new TagNamesRequest(EnumSet.allOf(TagScope.class), "", 0, Long.MAX_VALUE, limits);
  }

  /** More keys than there are columns: the rest is found among the attributes without one. */
  @ParameterizedTest
  @EnumSource(
      value = TestSources.Kind.class,
      names = {"HEAD", "BLOCK"})
  void hostileNumbersOfKeysAreNamedUpToTheLimit(TestSources.Kind kind) throws IOException {
    int keys = 20_000;
    PlainSpan[] spans =
        IntStream.rangeClosed(1, 200)
            .mapToObj(i ->
                span(
                    i,
                    i,
                    0,
                    IntStream.range(0, keys / 200)
                        .mapToObj(j -> text("key-" + i + "-" + j, "v" + j))
                        .toArray(KeyValue[]::new)))
            .toArray(PlainSpan[]::new);
    SpanSource source = source(kind, spans);

    TagNames all =
        new TagNamesQuery(names(TagLimits.NONE), QueryContext.unbounded())
            .run(List.of(source), piece -> {});
    TagNames some =
        new TagNamesQuery(names(new TagLimits(0, 0, 10_000)), QueryContext.unbounded())
            .run(List.of(source), piece -> {});

    assertThat(attributes(all)).hasSize(keys);
    assertThat(some.truncation()).isEqualTo(Truncation.BYTES);
    assertThat(attributes(some).stream().mapToInt(String::length).sum()).isBetween(9_900, 10_000);
    assertThat(texts(source, "span.key-200-99", "")).containsExactly("v99");
  }

  private static List<String> attributes(TagNames names) {
    return names.scopes().stream()
        .filter(scope -> scope.scope() == TagScope.SPAN)
        .findFirst()
        .orElseThrow()
        .names();
  }

  @Test
  void impossibleRequestsAreRefused() {
    assertThatThrownBy(() -> new TagLimits(-1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1 entries");
    assertThatThrownBy(
            () -> new TagValuesRequest(TraceQl.parseReference(".a"), "", 2, 1, TagLimits.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("start 2 and end 1");
    assertThatThrownBy(() -> new TagNamesRequest(Set.of(), "", 2, 1, TagLimits.NONE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The names that Tempo 3.0 offers. */
  @Test
  void thereAreTwentyFiveIntrinsics() {
    assertThat(IntrinsicNames.ALL)
        .hasSize(25)
        .contains("duration", "span:duration", "trace:rootService", "link:traceID")
        .doesNotContain("nestedSetLeft", "span:childCount")
        .allSatisfy(name -> assertThat(TraceQl.parseReference(name)).isNotNull());
  }
}
