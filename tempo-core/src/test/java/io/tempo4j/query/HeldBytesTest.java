package io.tempo4j.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.column.SpanSource;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.metrics.MetricsEngine;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.oracle.ListSource;
import io.tempo4j.query.oracle.PlainSpan;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.SearchEngine;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.tags.TagLimits;
import io.tempo4j.query.tags.TagValuesQuery;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.query.trace.TraceAssembler;
import io.tempo4j.traceql.TraceQl;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What queries hold is taken from their memory first, whatever kind of query it is. */
class HeldBytesTest {

  private static final long SECOND = 1_000_000_000L;
  private static final int SPANS = 8_000;

  private static List<SpanSource> sources = List.of();

  @BeforeAll
  static void store() {
    sources = List.of(source("one", 0, SPANS / 2), source("two", SPANS / 2, SPANS));
  }

  private static SpanSource source(String name, int from, int to) {
    List<PlainSpan> spans = new ArrayList<>();
    Resource resource = Resource.getDefaultInstance();
    InstrumentationScope scope = InstrumentationScope.getDefaultInstance();
    for (int i = from; i < to; i++) {
      spans.add(
          PlainSpan.of(
              resource,
              scope,
              Span.newBuilder()
                  .setTraceId(RandomSpans.traceId(1 + i / 4))
                  .setSpanId(RandomSpans.id(1 + i))
                  .setName("work")
                  .setStartTimeUnixNano(1000 * SECOND + i * SECOND / 100)
                  .setEndTimeUnixNano(1001 * SECOND + i * SECOND / 100)
                  .addAttributes(
                      KeyValue.newBuilder()
                          .setKey("id")
                          .setValue(AnyValue.newBuilder().setStringValue("value " + i)))
                  .build()));
    }
    return new ListSource(name, spans, ListSource.Layout.BLOCK);
  }

  @Test
  void manyGroupsOverManyStepsAreRankedWithinTheMemory() throws IOException {
    MetricsRequest request =
        MetricsRequest.range(
            "{ } | count_over_time() by (trace:id) | topk(10)",
            1000 * SECOND,
            1200 * SECOND,
            SECOND);
    MetricsEngine engine = new MetricsEngine();
    CountingMemory memory = new CountingMemory(12 << 20);

    MetricsResult result = engine.query(sources, request, memory.context());

    assertThat(result.series())
        .isNotEmpty()
        .hasSameSizeAs(engine.query(sources, request, QueryContext.unbounded()).series());
    assertThat(memory.mostBytes()).isBetween(1L << 20, 12L << 20);
    assertThatThrownBy(() -> engine.query(sources, request, new CountingMemory(300_000).context()))
        .isInstanceOf(QueryBudgetException.class);
  }

  @Test
  void intermediateSeriesDoNotAddUp() throws IOException {
    MetricsRequest request =
        MetricsRequest.range(
            "{ } | count_over_time() by (span.id)", 1000 * SECOND, 1200 * SECOND, 100 * SECOND);
    CountingMemory once = new CountingMemory(1 << 30);
    new MetricsEngine().query(sources, request, once.context());
    CountingMemory often = new CountingMemory(1 << 30);
    new MetricsEngine()
        .query(
            sources,
            request,
            often.context(),
            progress -> {
              for (int i = 0; i < 5; i++) {
                assertThat(progress.result().series()).isNotEmpty();
              }
            });
    assertThat(often.heldBytes()).isEqualTo(once.heldBytes());
    assertThat(often.mostBytes()).isLessThan(3 * once.mostBytes());
  }

  @Test
  void resultsOfASearchAreHeldUntilItsEnd() throws IOException {
    SearchRequest all =
        new SearchRequest("{ span.id =~ \"value.*\" }", 0, Long.MAX_VALUE, SPANS, 10);
    CountingMemory memory = new CountingMemory(1 << 30);
    assertThat(new SearchEngine().search(sources, all, memory.context()).traces())
        .hasSize(SPANS / 4);
    // A span with one value takes at least so much.
    assertThat(memory.heldBytes()).isGreaterThan(100L * SPANS);
    assertThatThrownBy(() ->
            new SearchEngine().search(sources, all, new CountingMemory(100L * SPANS).context()))
        .isInstanceOf(QueryBudgetException.class);
  }

  @Test
  void resultsThatWereTakenFromACursorAreNotHeld() throws IOException {
    SearchRequest all = new SearchRequest("{ }", 0, Long.MAX_VALUE, SPANS, 3);
    CountingMemory memory = new CountingMemory(2 << 20);
    try (SearchCursor cursor = new SearchEngine().open(sources, all, memory.context())) {
      int found = 0;
      while (cursor.next().isPresent()) {
        found++;
      }
      assertThat(found).isEqualTo(SPANS / 4);
    }
    assertThat(memory.heldBytes()).isLessThan(1 << 20);
  }

  @Test
  void valuesOfATagAreHeld() throws IOException {
    TagValuesRequest request =
        new TagValuesRequest(
            TraceQl.parseReference("span.id"), "", 0, Long.MAX_VALUE, TagLimits.NONE);
    CountingMemory memory = new CountingMemory(1 << 30);
    new TagValuesQuery(request, memory.context()).run(sources, piece -> {});
    assertThat(memory.heldBytes()).isGreaterThan(100L * SPANS);
    assertThatThrownBy(() ->
            new TagValuesQuery(request, new CountingMemory(50L * SPANS).context())
                .run(sources, piece -> {}))
        .isInstanceOf(QueryBudgetException.class);
  }

  /** Too large to be kept in pieces beside the message, so it is written twice. */
  @Test
  void aLargeTraceIsHeldOnce() throws IOException {
    List<PlainSpan> spans = new ArrayList<>();
    String text = "x".repeat(1000);
    for (int i = 0; i < 6_000; i++) {
      spans.add(
          PlainSpan.of(
              Resource.getDefaultInstance(),
              InstrumentationScope.newBuilder().setName("scope " + i % 3).build(),
              Span.newBuilder()
                  .setTraceId(RandomSpans.traceId(1))
                  .setSpanId(RandomSpans.id(1 + i))
                  .setName(text + i)
                  .setStartTimeUnixNano(1000 * SECOND + i)
                  .build()));
    }
    List<SpanSource> one = List.of(new ListSource("one", spans, ListSource.Layout.BLOCK));
    TraceId id = spans.get(0).traceId();
    CountingMemory memory = new CountingMemory(1 << 30);

    AssembledTrace trace = new TraceAssembler(1 << 30).assemble(one, id, memory.context());

    assertThat(trace.spanCount()).isEqualTo(6_000);
    assertThat(
            PlainSpan.all(io.opentelemetry.proto.trace.v1.TracesData.parseFrom(trace.tracesData())))
        .hasSize(6_000);
    assertThat(memory.heldBytes()).isEqualTo(trace.tracesData().length);
    // The message, the column with its texts, and a note for each span.
    assertThat(memory.mostBytes()).isLessThan(2L * trace.tracesData().length + (1 << 20));
  }

  /** Spans per resource and time are counted before they are spread over the resource's values. */
  @Test
  void whatAComparisonCountsMeanwhileIsHeld() throws IOException {
    int resources = 300;
    int seconds = 500;
    List<PlainSpan> spans = new ArrayList<>();
    for (int i = 0; i < resources; i++) {
      spans.add(
          PlainSpan.of(
              Resource.newBuilder()
                  .setDroppedAttributesCount(i)
                  .addAttributes(
                      KeyValue.newBuilder()
                          .setKey("service.name")
                          .setValue(AnyValue.newBuilder().setStringValue("shop")))
                  .build(),
              InstrumentationScope.getDefaultInstance(),
              Span.newBuilder()
                  .setTraceId(RandomSpans.traceId(1 + i))
                  .setSpanId(RandomSpans.id(1 + i))
                  .setName("work")
                  .setStartTimeUnixNano(1001 * SECOND + i)
                  .build()));
    }
    List<SpanSource> one = List.of(new ListSource("one", spans, ListSource.Layout.BLOCK));
    MetricsRequest request =
        MetricsRequest.range(
            "{ } | compare({ name = \"work\" })", 1000 * SECOND, (1000 + seconds) * SECOND, SECOND);
    CountingMemory memory = new CountingMemory(1 << 30);
    new MetricsEngine().query(one, request, memory.context());

    long counts = 2L * resources * seconds * 8;
    assertThat(memory.mostBytes()).isGreaterThan(counts);
    assertThat(memory.heldBytes()).isLessThan(counts / 2);
  }
}
