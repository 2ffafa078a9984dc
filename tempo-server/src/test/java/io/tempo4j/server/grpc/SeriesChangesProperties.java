package io.tempo4j.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.metrics.Exemplar;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.metrics.TimeAxis;
import io.tempo4j.query.metrics.TimeSeries;
import io.tempo4j.server.messages.SeriesPart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A client that does what it is told has the last result, whatever came before. */
class SeriesChangesProperties {

  private static final int BUCKETS = 5;
  private static final TimeAxis AXIS = new TimeAxis(0, 1_000_000_000, BUCKETS);
  private static final double[] VALUES = {
    0, -0.0, 1, 2.5, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
  };

  /** What a client keeps: a value replaces that of the same series and time. */
  private final Map<List<Attribute>, double[]> client = new HashMap<>();

  private final Map<List<Attribute>, List<Exemplar>> exemplars = new HashMap<>();

  private void take(SeriesPart part, int maxPoints) {
    assertThat(part.buckets().length)
        .isEqualTo(part.values().length)
        .isLessThanOrEqualTo(maxPoints);
    assertThat(part.exemplars()).hasSizeLessThanOrEqualTo(maxPoints);
    double[] values =
        client.computeIfAbsent(
            part.labels(),
            labels -> {
              double[] nothing = new double[BUCKETS];
              Arrays.fill(nothing, Double.NaN);
              return nothing;
            });
    for (int i = 0; i < part.buckets().length; i++) {
      assertThat(Double.compare(part.values()[i], values[part.buckets()[i]]))
          .as("something new")
          .isNotZero();
      values[part.buckets()[i]] = part.values()[i];
    }
    exemplars.computeIfAbsent(part.labels(), labels -> new ArrayList<>()).addAll(part.exemplars());
  }

  private static MetricsResult result(Random random) {
    List<TimeSeries> series = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      if (random.nextInt(3) > 0) {
        double[] values = new double[BUCKETS];
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
          values[bucket] = VALUES[random.nextInt(VALUES.length)];
        }
        List<Exemplar> some = new ArrayList<>();
        for (int j = random.nextInt(4); j > 0; j--) {
          some.add(new Exemplar(new TraceId(i, j), j, j, 1));
        }
        series.add(
            new TimeSeries(
                List.of(new Attribute("a", new AttributeValue.IntValue(i))), values, some));
      }
    }
    return new MetricsResult(AXIS, series, false, new QueryStats(0, 0, 0, 0, 0, 0, 0));
  }

  @Property
  void clientEndsWithTheLastResult(@ForAll long seed) {
    client.clear();
    exemplars.clear();
    Random random = new Random(seed);
    int maxPoints = 1 + random.nextInt(BUCKETS + 1);
    SeriesChanges changes = new SeriesChanges();
    for (int i = random.nextInt(4); i > 0; i--) {
      changes.begin(result(random));
      for (int j = random.nextInt(12); j > 0; j--) {
        changes.next(maxPoints).ifPresent(part -> take(part, maxPoints));
      }
    }
    assertThat(exemplars.values()).allSatisfy(some -> assertThat(some).isEmpty());

    MetricsResult last = result(random);
    changes.beginLast(last);
    Optional<SeriesPart> part = changes.next(maxPoints);
    for (; part.isPresent(); part = changes.next(maxPoints)) {
      take(part.get(), maxPoints);
    }

    Map<List<Attribute>, TimeSeries> expected = new HashMap<>();
    last.series().forEach(series -> expected.put(series.labels(), series));
    client.forEach((labels, values) -> {
      TimeSeries series = expected.get(labels);
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        double value = series == null ? Double.NaN : series.values()[bucket];
        assertThat(Double.compare(values[bucket], Double.isFinite(value) ? value : Double.NaN))
            .isZero();
      }
    });
    expected.forEach((labels, series) -> {
      assertThat(exemplars.getOrDefault(labels, List.of())).isEqualTo(series.exemplars());
      if (Arrays.stream(series.values()).anyMatch(Double::isFinite)) {
        assertThat(client).containsKey(labels);
      }
    });
  }
}
