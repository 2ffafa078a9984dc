package io.tempo4j.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.metrics.MetricsEngine;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.oracle.PlainSpan;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.TestSources;
import io.tempo4j.server.messages.MetricsMessages;
import io.tempo4j.server.tempopb.Exemplar;
import io.tempo4j.server.tempopb.QueryRangeResponse;
import io.tempo4j.server.tempopb.Sample;
import io.tempo4j.server.tempopb.TimeSeries;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Clients that put messages together have the whole answer, however often they look. */
class MetricsSourceProperties {

  private static final long SECOND = 1_000_000_000;
  private static final List<String> QUERIES =
      List.of(
          "{} | rate()",
          "{} | rate() by (name)",
          "{ kind = server } | count_over_time() by (resource.service.name, status)",
          "{} | min_over_time(duration) by (name)",
          "{} | quantile_over_time(duration, .5, .9)",
          "{} | histogram_over_time(duration)",
          "{} | rate() by (name) | topk(2)",
          "({} | rate() by (name)) / ({ kind = server } | rate() by (name))",
          "{} | compare({ status = error })");

  private final MetricsEngine engine = new MetricsEngine();

  /** What a client keeps of an answer. */
  private static final class Client {
    final Map<List<KeyValue>, TreeMap<Long, Double>> samples = new HashMap<>();
    final Map<List<KeyValue>, List<Exemplar>> exemplars = new HashMap<>();
    final AtomicInteger seriesSeen = new AtomicInteger();

    void take(QueryRangeResponse message) {
      for (TimeSeries series : message.getSeriesList()) {
        seriesSeen.incrementAndGet();
        TreeMap<Long, Double> values =
            samples.computeIfAbsent(series.getLabelsList(), labels -> new TreeMap<>());
        for (Sample sample : series.getSamplesList()) {
          if (Double.isNaN(sample.getValue())) {
            values.remove(sample.getTimestampMs());
          } else {
            values.put(sample.getTimestampMs(), sample.getValue());
          }
        }
        exemplars
            .computeIfAbsent(series.getLabelsList(), labels -> new ArrayList<>())
            .addAll(series.getExemplarsList());
      }
      samples.values().removeIf(Map::isEmpty);
      exemplars.values().removeIf(List::isEmpty);
    }
  }

  private static MetricsRequest request(String query) {
    return MetricsRequest.range(
            query, RandomSpans.BASE - SECOND, RandomSpans.BASE + 20 * SECOND, SECOND)
        .withExemplars(10);
  }

  private static TestSources sources(Random random) throws IOException {
    List<PlainSpan> spans = RandomSpans.of(random.nextLong()).trees(40);
    return TestSources.of(spans, random);
  }

  /** Runs a query; the client looks for messages after sources, as {@code random} has it. */
  private QueryRangeResponse run(
      TestSources sources, MetricsRequest request, Client client, Random random)
      throws IOException {
    AtomicLong now = new AtomicLong();
    List<MetricsSource<TimeSeries, QueryRangeResponse>> source = new ArrayList<>();
    source.add(
        MetricsSource.of(
            request.query(),
            listener ->
                engine.query(
                    sources.sources(),
                    request,
                    QueryContext.unbounded(),
                    progress -> {
                      while (random.nextBoolean()) {
                        source.getFirst().poll().ifPresent(client::take);
                      }
                      now.addAndGet(random.nextInt(1000));
                      listener.onProgress(progress);
                    }),
            MetricsMessages.RANGE,
            now::get,
            1 << 20));
    assertThat(source.getFirst().advance()).isFalse();
    QueryRangeResponse last = null;
    for (Optional<QueryRangeResponse> message = source.getFirst().poll();
        message.isPresent();
        message = source.getFirst().poll()) {
      last = message.get();
      client.take(last);
    }
    return last;
  }

  @Property(tries = 200)
  void messagesMakeUpTheAnswer(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    TestSources sources = sources(random);
    MetricsRequest request = request(QUERIES.get(random.nextInt(QUERIES.size())));
    Client client = new Client();

    QueryRangeResponse last = run(sources, request, client, random);

    MetricsResult whole = engine.query(sources.sources(), request, QueryContext.unbounded());
    Client expected = new Client();
    MetricsMessages.of(MetricsMessages.RANGE, whole).forEach(expected::take);
    assertThat(client.samples).isEqualTo(expected.samples);
    assertThat(client.exemplars).isEqualTo(expected.exemplars);
    assertThat(last.getMetrics().getCompletedJobs()).isEqualTo(sources.sources().size());
    assertThat(last.getMetrics().getTotalJobs()).isEqualTo(sources.sources().size());
    assertThat(last.getMetrics().getInspectedSpans()).isEqualTo(whole.stats().inspectedSpans());
  }

  @Test
  void seriesThatMayBeTakenBackComeAtTheEnd() throws IOException {
    for (String query : QUERIES.subList(QUERIES.size() - 3, QUERIES.size())) {
      for (int seed = 0; seed < 20; seed++) {
        Random random = new Random(seed);
        Client client = new Client();
        MetricsRequest request = request(query);
        TestSources sources = sources(random);
        run(sources, request, client, random);

        Client expected = new Client();
        MetricsMessages.of(
                MetricsMessages.RANGE,
                engine.query(sources.sources(), request, QueryContext.unbounded()))
            .forEach(expected::take);
        assertThat(client.seriesSeen).hasValue(expected.seriesSeen.get());
      }
    }
  }
}
