package io.tempo4j.traceql;

import org.jspecify.annotations.Nullable;

/**
 * Calculates the numbers that time series are compared with: as the points of series, they are
 * binary64, and durations are seconds.
 */
final class SeriesNumber {

  private SeriesNumber() {}

  /** Whether the expression is the same for all spans. */
  static boolean isNumber(ScalarExpression expression) {
    return switch (expression) {
      case ScalarExpression.Literal literal -> true;
      case ScalarExpression.Arithmetic sum -> isNumber(sum.left()) && isNumber(sum.right());
      case ScalarExpression.Aggregate aggregate -> false;
      case ScalarExpression.OfPipeline pipeline -> isNumber(pipeline.value());
    };
  }

  /**
   * The number that an expression stands for; null if it depends on spans.
   *
   * @throws TraceQlException if it has none
   */
  static @Nullable LiteralValue of(ScalarExpression expression) {
    if (expression instanceof ScalarExpression.Literal literal) {
      return literal.value();
    }
    if (!(expression instanceof ScalarExpression.Arithmetic sum)) {
      return null;
    }
    LiteralValue left = of(sum.left());
    LiteralValue right = of(sum.right());
    return left == null || right == null ? null : of(sum.operator(), left, right, sum.position());
  }

  /**
   * The number that {@code operator} makes of two.
   *
   * @throws TraceQlException if there is none
   */
  static LiteralValue of(
      ArithmeticOperator operator, LiteralValue left, LiteralValue right, Position position) {
    double a = number(left);
    double b = number(right);
    boolean divides =
        operator == ArithmeticOperator.DIVIDE || operator == ArithmeticOperator.MODULO;
    if (divides && b == 0) {
      throw TraceQlException.meaning(position, "division by zero");
    }
    double result =
        switch (operator) {
          case ADD -> a + b;
          case SUBTRACT -> a - b;
          case MULTIPLY -> a * b;
          case DIVIDE -> a / b;
          case MODULO -> a % b;
          case POWER -> Math.pow(a, b);
        };
    if (!Double.isFinite(result)) {
      throw TraceQlException.meaning(position, "the result is no number, or too large for one");
    }
    return new LiteralValue.FloatValue(result);
  }

  private static double number(LiteralValue literal) {
    return switch (literal) {
      case LiteralValue.IntValue integer -> integer.value();
      case LiteralValue.FloatValue real -> real.value();
      case LiteralValue.DurationValue duration -> duration.nanos() / 1e9;
      default -> throw new IllegalArgumentException("not a number: " + literal);
    };
  }
}
