package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.memory.ByteBudget;
import io.tempo4j.model.TenantId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.metrics.TimeAxis;
import io.tempo4j.query.oracle.PlainMetrics;
import io.tempo4j.query.oracle.PlainSearch;
import io.tempo4j.query.oracle.PlainSpan;
import io.tempo4j.query.oracle.RandomMetrics;
import io.tempo4j.query.oracle.RandomPipelines;
import io.tempo4j.query.oracle.RandomQueries;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.SeriesLines;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.storage.InMemoryObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Spans dealt out to parts at random, some to two: the answer is that of plain lists. */
class MergedQuerierProperties {

  private static final TenantId TENANT = TenantId.SINGLE;
  private static final QueryContext CONTEXT = QueryContext.unbounded();
  private static final long MILLI = 1_000_000;

  /** Stores, each with its share of the spans in one source. */
  private static final class Parts implements AutoCloseable {
    final List<List<PlainSpan>> shares = new ArrayList<>();
    final List<TraceStore> stores = new ArrayList<>();
    final MergedQuerier querier;

    Parts(List<PlainSpan> spans, Random random) throws IOException {
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        shares.add(new ArrayList<>());
        stores.add(
            TraceStore.builder()
                .blocks(new InMemoryObjectStore())
                .withoutWal()
                .options(TraceStoreOptions.defaults().withRowGroupSpans(1 + random.nextInt(20)))
                .open());
      }
      for (PlainSpan span : spans) {
        shares.get(random.nextInt(count)).add(span);
        if (random.nextInt(6) == 0) {
          shares.get(random.nextInt(count)).add(span);
        }
      }
      querier = new MergedQuerier(stores, ByteBudget.unbounded("queries"), 16 << 20);
    }

    /** Every share lies in one source. */
    void fill(Random random) throws IOException {
      for (int i = 0; i < shares.size(); i++) {
        append(i, shares.get(i));
        if (random.nextBoolean()) {
          stores.get(i).flush();
        }
      }
    }

    /** Every share lies in two sources. */
    void fillTwice(Random random) throws IOException {
      for (int i = 0; i < shares.size(); i++) {
        int half = random.nextInt(shares.get(i).size() + 1);
        append(i, shares.get(i).subList(0, half));
        stores.get(i).flush();
        append(i, shares.get(i).subList(half, shares.get(i).size()));
      }
    }

    private void append(int part, List<PlainSpan> spans) throws IOException {
      byte[] request = PlainSpan.message(spans).toByteArray();
      assertThat(stores.get(part).append(TENANT, request, 0, request.length).rejectedSpans())
          .isZero();
    }

    List<List<PlainSpan>> stored() {
      return shares.stream()
          .map(share -> PlainSpan.distinct(share.stream().map(PlainSpan::stored).toList()))
          .toList();
    }

    List<PlainSearch.Found> found(String query, long start, long end, int limit)
        throws IOException {
      SearchRequest request = new SearchRequest(query, start, end, limit, Integer.MAX_VALUE);
      var result = querier.search(TENANT, request, CONTEXT);
      assertThat(result.coverage().isComplete()).isTrue();
      return result.traces().stream().map(PlainSearch.Found::of).toList();
    }

    @Override
    public void close() throws IOException {
      for (TraceStore store : stores) {
        store.close();
      }
    }
  }

  private static String query(Random random, RandomPipelines pipelines, RandomQueries filters) {
    return (random.nextBoolean() ? pipelines.pipeline() : filters.filter())
        + (random.nextInt(3) == 0 ? " with (order=duration)" : "");
  }

  @Property(tries = 20)
  void searchesAnswerLikeLists(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    RandomSpans spans = RandomSpans.rich(seed);
    List<PlainSpan> all = random.nextBoolean() ? spans.trees(50) : spans.spans(50);
    try (Parts parts = new Parts(spans.withCopies(all), random)) {
      parts.fill(random);
      PlainSearch plain = new PlainSearch(parts.stored());
      RandomPipelines pipelines = new RandomPipelines(seed);
      RandomQueries filters = RandomQueries.of(seed);
      for (int i = 0; i < 15; i++) {
        String query = i == 0 ? "{ }" : query(random, pipelines, filters);
        int limit = random.nextBoolean() ? 1 + random.nextInt(6) : Integer.MAX_VALUE;
        boolean isBounded = random.nextInt(3) == 0;
        long start = isBounded ? RandomSpans.BASE + random.nextInt(3000) * MILLI : 0;
        long end = isBounded ? start + random.nextInt(2000) * MILLI : -1L;
        assertThat(parts.found(query, start, end, limit))
            .as("seed %d: %s from %d to %d limit %d", seed, query, start, end, limit)
            .isEqualTo(plain.search(query, start, end, limit));
      }
    }
  }

  @Property(tries = 10)
  void searchesDoNotDependOnWhereSpansAre(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<PlainSpan> spans = RandomSpans.rich(seed).trees(60);
    try (Parts parts = new Parts(spans, random)) {
      parts.fillTwice(random);
      PlainSearch plain =
          new PlainSearch(
              List.of(PlainSpan.distinct(spans.stream().map(PlainSpan::stored).toList())));
      RandomPipelines pipelines = new RandomPipelines(seed);
      RandomQueries filters = RandomQueries.of(seed);
      for (int i = 0; i < 10; i++) {
        String query = query(random, pipelines, filters);
        int limit = 1 + random.nextInt(20);
        assertThat(parts.found(query, 0, -1L, limit))
            .as("seed %d: %s limit %d", seed, query, limit)
            .isEqualTo(plain.search(query, 0, -1L, limit));
      }
    }
  }

  @Property(tries = 15)
  void metricsCountLikeLists(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    RandomSpans spans = RandomSpans.rich(seed);
    List<PlainSpan> all = random.nextBoolean() ? spans.trees(50) : spans.spans(50);
    try (Parts parts = new Parts(spans.withCopies(all), random)) {
      parts.fill(random);
      RandomMetrics queries = new RandomMetrics(seed);
      for (int i = 0; i < 10; i++) {
        long start = RandomSpans.BASE + (random.nextInt(1500) - 100) * MILLI;
        long length = (1 + random.nextInt(2000)) * MILLI;
        long step = (1 + random.nextInt(1000)) * MILLI;
        String query = queries.query();
        MetricsRequest request =
            (random.nextBoolean()
                    ? MetricsRequest.instant(query, start, start + length)
                    : MetricsRequest.range(query, start, start + length, step))
                .withMaxSeries(Integer.MAX_VALUE)
                .withExemplars(5);
        TimeAxis axis = TimeAxis.of(request);
        PlainMetrics plain =
            new PlainMetrics(
                parts.stored(), axis.startNanos(), axis.stepNanos(), axis.bucketCount());
        MetricsResult result = parts.querier.metrics(TENANT, request, CONTEXT);
        assertThat(result.coverage().isComplete()).isTrue();
        SeriesLines.assertSame(
            SeriesLines.of(result), plain.query(query), "seed " + seed + ": " + request);
      }
    }
  }
}
