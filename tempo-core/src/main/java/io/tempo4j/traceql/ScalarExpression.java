package io.tempo4j.traceql;

import org.jspecify.annotations.Nullable;

/** A value computed for one spanset. */
public sealed interface ScalarExpression {

  /** Where the expression stands; for an operator, where the operator stands. */
  Position position();

  /** What is known of the value's type before the query runs. */
  default StaticType type() {
    return StaticTypes.of(this);
  }

  /** A number that is the same for all spansets: an int, a float or a duration. */
  record Literal(LiteralValue value, Position position) implements ScalarExpression {
    /** Refuses what is not a number. */
    public Literal {
      if (!value.type().isNumeric()) {
        throw new IllegalArgumentException("a scalar must be a number, got " + value);
      }
    }
  }

  /**
   * A value computed over the spans of the spanset.
   *
   * @param argument what is computed for each span; null for {@link AggregateFunction#COUNT} alone
   */
  record Aggregate(
      AggregateFunction function, @Nullable FieldExpression argument, Position position)
      implements ScalarExpression {
    /** Checks that there is an argument where there must be one. */
    public Aggregate {
      if ((argument == null) != (function == AggregateFunction.COUNT)) {
        throw new IllegalArgumentException("count takes no argument, the others take one");
      }
    }
  }

  /** A calculation with two numbers. */
  record Arithmetic(
      ArithmeticOperator operator, ScalarExpression left, ScalarExpression right, Position position)
      implements ScalarExpression {}

  /** A value computed over the spansets that a pipeline of its own selects in the same trace. */
  record OfPipeline(Pipeline pipeline, ScalarExpression value, Position position)
      implements ScalarExpression {}
}
