package io.tempo4j.traceql;

import io.tempo4j.traceql.FieldExpression.Reference;
import java.util.List;

/** A set of time series. */
public sealed interface MetricsExpression extends Statement {

  /**
   * The series computed from the spans that a pipeline selects.
   *
   * @param groupBy the fields by whose values spans are told apart; at most {@link #MAX_GROUP_BY},
   *     none for one group
   */
  record OfPipeline(
      Pipeline pipeline, MetricsFunction function, List<Reference> groupBy, Position position)
      implements MetricsExpression {
    /** Checks the number of groups. */
    public OfPipeline {
      groupBy = List.copyOf(groupBy);
      if (groupBy.size() > MAX_GROUP_BY) {
        throw new IllegalArgumentException("too many fields to group by: " + groupBy.size());
      }
    }
  }

  /** The most fields that series can be grouped by. */
  int MAX_GROUP_BY = 5;

  /** The series that a stage makes of others. */
  record Staged(MetricsExpression input, MetricsStage stage, Position position)
      implements MetricsExpression {
    /** Checks the input. */
    public Staged {
      if (input instanceof Constant) {
        throw new IllegalArgumentException("a number alone is no set of series");
      }
    }
  }

  /** A calculation with the points of two sets of series, or of one and a number. */
  record Arithmetic(
      ArithmeticOperator operator,
      MetricsExpression left,
      MetricsExpression right,
      Position position)
      implements MetricsExpression {}

  /** The same number at all times; stands only as an operand of {@link Arithmetic}. */
  record Constant(LiteralValue value, Position position) implements MetricsExpression {
    /** Refuses what is not a number. */
    public Constant {
      if (!value.type().isNumeric()) {
        throw new IllegalArgumentException("a constant must be a number, got " + value);
      }
    }
  }
}
