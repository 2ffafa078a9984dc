package io.tempo4j.traceql;

/** One step that takes time series and gives time series. */
public sealed interface MetricsStage {

  /** Where the stage stands. */
  Position position();

  /** {@code topk(n)}: at each moment the {@code n} series with the largest values. */
  record TopK(int limit, Position position) implements MetricsStage {
    /** Checks the limit. */
    public TopK {
      requirePositive(limit);
    }
  }

  /** {@code bottomk(n)}: at each moment the {@code n} series with the smallest values. */
  record BottomK(int limit, Position position) implements MetricsStage {
    /** Checks the limit. */
    public BottomK {
      requirePositive(limit);
    }
  }

  /** {@code > 5} and its like: the points for which the comparison holds. */
  record Threshold(ComparisonOperator operator, LiteralValue value, Position position)
      implements MetricsStage {
    /** Checks operator and value. */
    public Threshold {
      if (operator.isRegex() || !value.type().isNumeric()) {
        throw new IllegalArgumentException("series are compared with numbers, got " + value);
      }
    }
  }

  private static void requirePositive(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("the limit must be at least 1, got " + limit);
    }
  }
}
