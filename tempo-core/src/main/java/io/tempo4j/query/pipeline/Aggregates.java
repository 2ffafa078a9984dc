package io.tempo4j.query.pipeline;

import io.tempo4j.query.scan.Comparisons;
import io.tempo4j.query.scan.RowEvaluator;
import io.tempo4j.query.scan.Value;
import io.tempo4j.traceql.AggregateFunction;
import io.tempo4j.traceql.FieldExpression;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Values computed over the spans of a spanset.
 *
 * <p>Spans without a number count for nothing, and NaN is no number; without any number there is no
 * value. Sums of integers are integers of 64 bits that wrap; the smallest and the largest value
 * keep their type; means are floating-point numbers.
 */
final class Aggregates {

  private Aggregates() {}

  /**
   * The value of {@code function}.
   *
   * @param argument null for a count alone
   */
  static @Nullable Value of(
      AggregateFunction function,
      @Nullable FieldExpression argument,
      RowSet rows,
      RowEvaluator evaluator)
      throws IOException {
    if (argument == null) {
      return new Value.Int(rows.size());
    }
    return switch (function) {
      case COUNT -> new Value.Int(rows.size());
      case SUM -> sum(argument, rows, evaluator, false);
      case AVG -> sum(argument, rows, evaluator, true);
      case MIN -> extreme(-1, argument, rows, evaluator);
      case MAX -> extreme(1, argument, rows, evaluator);
    };
  }

  private static @Nullable Value sum(
      FieldExpression argument, RowSet rows, RowEvaluator evaluator, boolean isMean)
      throws IOException {
    NumberSum sum = new NumberSum();
    for (int i = 0; i < rows.size(); i++) {
      switch (evaluator.value(argument, rows.row(i))) {
        case Value.Int number -> sum.add(number.value());
        case Value.Real number when !Double.isNaN(number.value()) -> sum.add(number.value());
        case null, default -> {}
      }
    }
    if (sum.count() == 0) {
      return null;
    }
    return isMean ? sum.mean() : sum.sum();
  }

  private static @Nullable Value extreme(
      int sign, FieldExpression argument, RowSet rows, RowEvaluator evaluator) throws IOException {
    Value best = null;
    for (int i = 0; i < rows.size(); i++) {
      Value value = evaluator.value(argument, rows.row(i));
      if (value != null
          && Comparisons.isNumber(value)
          && !(value instanceof Value.Real real && Double.isNaN(real.value()))
          && (best == null || isBetter(sign, value, best))) {
        best = value;
      }
    }
    return best;
  }

  /** Of equal numbers the integer, and of the two zeros the one that binary64 orders first. */
  private static boolean isBetter(int sign, Value value, Value best) {
    if (value instanceof Value.Int a && best instanceof Value.Int b) {
      return sign * Long.compare(a.value(), b.value()) > 0;
    }
    double a = Comparisons.asDouble(value);
    double b = Comparisons.asDouble(best);
    if (a != b) {
      return sign * Double.compare(a, b) > 0;
    }
    return value instanceof Value.Int
        || (best instanceof Value.Real && sign * Double.compare(a, b) > 0);
  }
}
