package io.tempo4j.query.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.column.SpanSource;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.oracle.PlainMetrics;
import io.tempo4j.query.oracle.PlainSpan;
import io.tempo4j.query.oracle.RandomMetrics;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.SeriesLines;
import io.tempo4j.query.oracle.TestSources;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Metrics compared with {@link PlainMetrics} on random traces and random queries. */
class MetricsPropertyTest {

  private static final long MILLI = 1_000_000L;

  private final MetricsEngine engine = new MetricsEngine();

  private static MetricsRequest request(String query, Random random) {
    long start = RandomSpans.BASE + (random.nextInt(1500) - 100) * MILLI;
    long length = (1 + random.nextInt(2000)) * MILLI;
    return switch (random.nextInt(6)) {
      case 0, 1 -> MetricsRequest.instant(query, start, start + length);
      case 2 -> MetricsRequest.range(query, start, start + length, length);
      default ->
          MetricsRequest.range(query, start, start + length, (1 + random.nextInt(1000)) * MILLI);
    };
  }

  @Property(tries = 200)
  void columnsCountLikeLists(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    RandomSpans spans = RandomSpans.rich(seed);
    TestSources spread = TestSources.of(spans.withCopies(spans.spans(60)), random);
    RandomMetrics queries = new RandomMetrics(seed);
    for (int i = 0; i < 12; i++) {
      MetricsRequest request =
          request(queries.query(), random).withMaxSeries(Integer.MAX_VALUE).withExemplars(5);
      TimeAxis axis = TimeAxis.of(request);
      PlainMetrics plain =
          new PlainMetrics(
              spread.shares(), axis.startNanos(), axis.stepNanos(), axis.bucketCount());
      String description = request + " over " + spread.kinds();
      MetricsResult result = engine.query(spread.sources(), request, QueryContext.unbounded());
      SeriesLines.assertSame(SeriesLines.of(result), plain.query(request.query()), description);
    }
  }

  /**
   * However sources are split over partials, and those merged, also by way of their bytes; as long
   * as no trace is split, which some queries need whole.
   */
  @Property(tries = 50)
  void partialsMergeInAnyOrder(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<SpanSource> sources = sourcesOfWholeTraces(RandomSpans.rich(seed).spans(80), random);
    RandomMetrics queries = new RandomMetrics(seed);
    for (int i = 0; i < 6; i++) {
      MetricsRequest request =
          request(queries.query(), random).withMaxSeries(Integer.MAX_VALUE).withExemplars(5);
      MetricsResult whole = engine.query(sources, request, QueryContext.unbounded());
      List<MetricsPartial> parts = new ArrayList<>();
      for (SpanSource source : sources) {
        parts.add(engine.evaluate(List.of(source), request, QueryContext.unbounded()));
      }
      parts.add(engine.nothing(request));
      while (parts.size() > 1) {
        Collections.shuffle(parts, random);
        MetricsPartial other = parts.removeLast();
        parts.get(0).add(random.nextBoolean() ? MetricsPartial.decode(other.encode()) : other);
      }
      MetricsResult merged = engine.finish(request, parts.get(0));
      SeriesLines.assertSame(SeriesLines.of(merged), SeriesLines.of(whole), request.toString());
      assertThat(exemplars(merged)).as(request.toString()).isEqualTo(exemplars(whole));
      assertThat(merged.stats().inspectedSpans()).isEqualTo(whole.stats().inspectedSpans());
      assertThat(merged.stats().rowGroupsPruned()).isEqualTo(whole.stats().rowGroupsPruned());
    }
  }

  private static List<SpanSource> sourcesOfWholeTraces(List<PlainSpan> spans, Random random)
      throws Exception {
    int count = 1 + random.nextInt(4);
    Map<TraceId, Integer> sourceOfTrace = new HashMap<>();
    spans.forEach(
        span -> sourceOfTrace.computeIfAbsent(span.traceId(), id -> random.nextInt(count)));
    List<SpanSource> sources = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      List<PlainSpan> share =
          spans.stream().filter(span -> sourceOfTrace.get(span.traceId()) == number).toList();
      TestSources.Kind[] kinds = TestSources.Kind.values();
      sources.add(
          TestSources.source("source-" + i, kinds[random.nextInt(kinds.length)], share, random));
    }
    return sources;
  }

  private static Map<Set<Attribute>, List<List<Object>>> exemplars(MetricsResult result) {
    Map<Set<Attribute>, List<List<Object>>> exemplars = new HashMap<>();
    for (TimeSeries series : result.series()) {
      exemplars.put(
          new HashSet<>(series.labels()),
          series.exemplars().stream()
              .map(e -> List.<Object>of(e.traceId(), e.spanId(), e.timestampNanos()))
              .toList());
    }
    return exemplars;
  }
}
