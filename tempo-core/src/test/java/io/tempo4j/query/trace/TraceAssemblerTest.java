package io.tempo4j.query.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tempo4j.block.BlockCache;
import io.tempo4j.block.BlockMeta;
import io.tempo4j.block.BlockReader;
import io.tempo4j.block.BlockWriter;
import io.tempo4j.column.SpanSource;
import io.tempo4j.head.Head;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStoppedException;
import io.tempo4j.query.oracle.ListSource;
import io.tempo4j.query.oracle.PlainSpan;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.TestSources;
import io.tempo4j.storage.InMemoryObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TraceAssemblerTest {

  private static final QueryContext CONTEXT = QueryContext.unbounded();
  private final TraceAssembler assembler = new TraceAssembler(1 << 30);

  @Property(tries = 80)
  void everyFieldComesBack(@ForAll long seed) throws Exception {
    RandomSpans random = RandomSpans.withRepeatedKeys(seed);
    List<PlainSpan> spans = random.withCopies(random.spans(40));
    List<SpanSource> sources = TestSources.of(spans, new Random(seed)).sources();
    for (TraceId id : new TreeSet<>(spans.stream().map(PlainSpan::traceId).toList())) {
      AssembledTrace trace = assembler.assemble(sources, id, CONTEXT);
      List<PlainSpan> found = PlainSpan.all(TracesData.parseFrom(trace.tracesData()));
      assertThat(trace.isPartial()).isFalse();
      assertThat(trace.spanCount()).isEqualTo(found.size());
      assertThat(found.stream().map(PlainSpan::canonical))
          .containsExactlyInAnyOrderElementsOf(
              PlainSpan.distinct(spans).stream()
                  .filter(span -> span.traceId().equals(id))
                  .map(PlainSpan::canonical)
                  .toList());
    }
  }

  @Property(tries = 50)
  void spansStandInTheOrderOfStartIdKindDurationAndContent(@ForAll long seed) throws Exception {
    RandomSpans random = RandomSpans.of(seed);
    PlainSpan first = random.spans(1).get(0);
    // one resource and one scope, so that nothing else groups them
    List<PlainSpan> spans =
        random.withCopies(random.trees(20)).stream()
            .map(span -> PlainSpan.of(first.resource(), first.scope(), span.span()))
            .toList();
    List<SpanSource> sources = TestSources.of(spans, new Random(seed)).sources();
    for (TraceId id : new TreeSet<>(spans.stream().map(PlainSpan::traceId).toList())) {
      AssembledTrace trace = assembler.assemble(sources, id, CONTEXT);
      assertThat(
              PlainSpan.all(TracesData.parseFrom(trace.tracesData())).stream()
                  .map(PlainSpan::canonical))
          .containsExactlyElementsOf(
              PlainSpan.distinct(spans).stream()
                  .filter(span -> span.traceId().equals(id))
                  .map(PlainSpan::canonical)
                  .toList());
    }
  }

  /** The first reader of a row group decodes the trace's rows alone, later ones whole columns. */
  @Property(tries = 20)
  void aBlockGivesTheSameTraceHoweverOftenItIsAsked(@ForAll long seed) throws Exception {
    RandomSpans random = RandomSpans.withRepeatedKeys(seed);
    List<PlainSpan> spans = random.withCopies(random.spans(150));
    Head head = new Head("head", 10_000);
    byte[] request = PlainSpan.message(spans).toByteArray();
    head.append(request, 0, request.length);
    InMemoryObjectStore store = new InMemoryObjectStore();
    BlockMeta meta =
        BlockWriter.write(
            store, TenantId.SINGLE, new UUID(1, seed), head.viewForWriting(), Instant.EPOCH);
    SpanSource block = BlockReader.open(store, meta, new BlockCache(1 << 24));
    assertThat(block.rowGroups()).hasSize(1);
    List<SpanSource> view = List.of(head.view());
    for (int round = 0; round < 3; round++) {
      for (TraceId id : new TreeSet<>(spans.stream().map(PlainSpan::traceId).toList())) {
        assertThat(assembler.assemble(List.of(block), id, CONTEXT).tracesData())
            .as("round %d, %s", round, id)
            .isEqualTo(assembler.assemble(view, id, CONTEXT).tracesData());
      }
    }
  }

  @Property(tries = 50)
  void orderOfSourcesDoesNotMatter(@ForAll long seed) throws Exception {
    List<PlainSpan> spans = RandomSpans.withRepeatedKeys(seed).spans(30);
    List<SpanSource> sources = TestSources.of(spans, new Random(seed)).sources();
    List<SpanSource> shuffled = new ArrayList<>(sources);
    Collections.shuffle(shuffled, new Random(seed + 1));
    TraceId id = spans.get(0).traceId();
    assertThat(assembler.assemble(shuffled, id, CONTEXT).tracesData())
        .isEqualTo(assembler.assemble(sources, id, CONTEXT).tracesData());
  }

  @Test
  void equalResourcesOfTwoSourcesBecomeOne() throws Exception {
    Resource resource = Resource.newBuilder().addAttributes(text("service.name", "a")).build();
    InstrumentationScope scope = InstrumentationScope.newBuilder().setName("lib").build();
    PlainSpan first = PlainSpan.of(resource, scope, span(1, 1).build());
    PlainSpan second = PlainSpan.of(resource, scope, span(1, 2).build());
    TracesData data =
        TracesData.parseFrom(
            assembler
                .assemble(
                    List.of(source("one", first), source("two", second)), first.traceId(), CONTEXT)
                .tracesData());
    assertThat(data.getResourceSpansCount()).isEqualTo(1);
    assertThat(data.getResourceSpans(0).getScopeSpansCount()).isEqualTo(1);
    assertThat(data.getResourceSpans(0).getScopeSpans(0).getSpansCount()).isEqualTo(2);
    assertThat(data.getResourceSpans(0).getScopeSpans(0).getSpans(0).hasStatus()).isTrue();
  }

  @Test
  void unknownTraceIsMissing() throws Exception {
    SpanSource source = source("one", plain(span(1, 1)));
    AssembledTrace trace = assembler.assemble(List.of(source), new TraceId(9, 9), CONTEXT);
    assertThat(trace.isMissing()).isTrue();
    assertThat(trace.tracesData()).isEmpty();
  }

  @Test
  void traceLargerThanTheBoundIsCut() throws Exception {
    List<PlainSpan> spans = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      spans.add(plain(span(1, i).setName("operation " + i)));
    }
    SpanSource source = new ListSource("one", spans, ListSource.Layout.BLOCK);
    TraceId id = spans.get(0).traceId();
    int whole = assembler.assemble(List.of(source), id, CONTEXT).tracesData().length;
    AssembledTrace cut = new TraceAssembler(whole / 2).assemble(List.of(source), id, CONTEXT);
    assertThat(cut.isPartial()).isTrue();
    assertThat(cut.spanCount()).isBetween(40, 60);
    assertThat(PlainSpan.all(TracesData.parseFrom(cut.tracesData()))).hasSize(cut.spanCount());
    AssembledTrace nothing = new TraceAssembler(1).assemble(List.of(source), id, CONTEXT);
    assertThat(nothing.isPartial()).isTrue();
    assertThat(nothing.isMissing()).isFalse();
  }

  @Test
  void stopsWhenCancelledOrLate() {
    SpanSource source = source("one", plain(span(1, 1)));
    QueryContext cancelled = QueryContext.of(System::nanoTime, Duration.ofDays(1), () -> true);
    assertThatThrownBy(() -> assembler.assemble(List.of(source), new TraceId(9, 9), cancelled))
        .isInstanceOfSatisfying(
            QueryStoppedException.class,
            e -> assertThat(e.reason()).isEqualTo(QueryStoppedException.Reason.CANCELLED));
    QueryContext late = QueryContext.of(() -> 5, Duration.ZERO, () -> false);
    assertThatThrownBy(() -> assembler.assemble(List.of(source), new TraceId(9, 9), late))
        .isInstanceOfSatisfying(
            QueryStoppedException.class,
            e -> assertThat(e.reason()).isEqualTo(QueryStoppedException.Reason.DEADLINE));
  }

  private static SpanSource source(String name, PlainSpan... spans) {
    return new ListSource(name, List.of(spans), ListSource.Layout.BLOCK);
  }

  private static PlainSpan plain(Span.Builder span) {
    return PlainSpan.of(
        Resource.getDefaultInstance(), InstrumentationScope.getDefaultInstance(), span.build());
  }

  private static Span.Builder span(long trace, long id) {
    return Span.newBuilder()
        .setTraceId(RandomSpans.traceId(trace))
        .setSpanId(RandomSpans.id(id))
        .setStartTimeUnixNano(RandomSpans.BASE + id);
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }
}
