package io.tempo4j.traceql;

import io.tempo4j.traceql.FieldExpression.Reference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns the spans of an interval into one or more numbers per group. */
public sealed interface MetricsFunction {

  /** Where the function stands. */
  Position position();

  /** {@code rate()}: spans per second. */
  record Rate(Position position) implements MetricsFunction {}

  /** {@code count_over_time()}: number of spans. */
  record CountOverTime(Position position) implements MetricsFunction {}

  /** {@code min_over_time(field)} and its like. */
  record OverTime(OverTimeFunction function, Reference field, Position position)
      implements MetricsFunction {}

  /**
   * {@code quantile_over_time(field, q, …)}.
   *
   * @param quantiles at least one, each from 0 to 1
   */
  record QuantileOverTime(Reference field, List<Double> quantiles, Position position)
      implements MetricsFunction {
    /** Checks the quantiles. */
    public QuantileOverTime {
      quantiles = List.copyOf(quantiles);
      if (quantiles.isEmpty()) {
        throw new IllegalArgumentException("a quantile is needed");
      }
      for (double quantile : quantiles) {
        if (!(quantile >= 0 && quantile <= 1)) {
          throw new IllegalArgumentException("a quantile must be between 0 and 1, got " + quantile);
        }
      }
    }
  }

  /** {@code histogram_over_time(field)}. */
  record HistogramOverTime(Reference field, Position position) implements MetricsFunction {}

  /**
   * {@code compare({ selection }, topN, start, end)}: attribute values inside and outside a
   * selection.
   *
   * @param topN how many values per attribute, at least 1
   * @param window when a span must start to be selected; null for any time
   */
  record Compare(
      SpansetExpression.Filter selection, int topN, @Nullable Window window, Position position)
      implements MetricsFunction {

    /** The number of values per attribute if the query names none. */
    public static final int DEFAULT_TOP_N = 10;

    /** Checks the number of values. */
    public Compare {
      if (topN < 1) {
        throw new IllegalArgumentException("topN must be at least 1, got " + topN);
      }
    }
  }

  /**
   * A span of time.
   *
   * @param startNanos Unix nanoseconds, inclusive
   * @param endNanos Unix nanoseconds, exclusive; after {@code startNanos}
   */
  record Window(long startNanos, long endNanos) {
    /** Checks the order. */
    public Window {
      if (startNanos < 0 || endNanos <= startNanos) {
        throw new IllegalArgumentException(
            "end must be after start, got start " + startNanos + " and end " + endNanos);
      }
    }
  }
}
