package io.tempo4j.query.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tempo4j.model.Attribute;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.metrics.TimeSeries;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The values of time series by their labels, to be compared. */
public final class SeriesLines {

  private SeriesLines() {}

  public static Map<Set<Attribute>, double[]> of(MetricsResult result) {
    Map<Set<Attribute>, double[]> lines = new HashMap<>();
    for (TimeSeries series : result.series()) {
      assertThat(lines.put(new HashSet<>(series.labels()), series.values()))
          .as("twice the same labels: %s", series.labels())
          .isNull();
    }
    return lines;
  }

  public static void assertSame(
      Map<Set<Attribute>, double[]> actual,
      Map<Set<Attribute>, double[]> expected,
      String description) {
    assertThat(actual.keySet()).as(description).isEqualTo(expected.keySet());
    expected.forEach((labels, values) -> {
      double[] found = actual.get(labels);
      assertThat(found).as(description).hasSameSizeAs(values);
      for (int i = 0; i < values.length; i++) {
        String place = description + " " + labels + " bucket " + i;
        if (Double.isFinite(values[i])) {
          assertThat(found[i])
              .as(place)
              .isCloseTo(values[i], within(1e-9 * Math.abs(values[i]) + 1e-12));
        } else {
          assertThat(Double.isFinite(found[i])).as(place + " " + found[i]).isFalse();
        }
      }
    });
  }
}
