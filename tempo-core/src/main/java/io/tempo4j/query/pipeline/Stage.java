package io.tempo4j.query.pipeline;

import io.tempo4j.query.scan.Value;
import io.tempo4j.traceql.AggregateFunction;
import io.tempo4j.traceql.ArithmeticOperator;
import io.tempo4j.traceql.ComparisonOperator;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.StaticType;
import io.tempo4j.traceql.StructuralForm;
import io.tempo4j.traceql.StructuralRelation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A step of a pipeline, bound: takes the spansets of one trace and gives spansets. */
sealed interface Stage {

  /** Keeps of each spanset the spans that {@code node} selects. */
  record Spans(Node node) implements Stage {}

  /** Runs stages on each spanset by itself. */
  record Each(List<Stage> stages) implements Stage {}

  /**
   * Keeps the spansets for which the comparison holds.
   *
   * @param sources pipelines whose spans take the place of the spanset's; empty if it keeps its own
   */
  record Compare(ComparisonOperator operator, Scalar left, Scalar right, List<List<Stage>> sources)
      implements Stage {}

  /**
   * Splits each spanset by a value.
   *
   * @param label under which the value is attached to the spanset
   */
  record GroupBy(FieldExpression expression, String label) implements Stage {}

  /** Joins all spansets into one. */
  record Coalesce() implements Stage {}

  /** Selects spans of a spanset. */
  sealed interface Node {
    /** The spans of filter {@code index} of the plan. */
    record Filter(int index) implements Node {}

    /** The spans of both sides, if both have some. */
    record Both(Node left, Node right) implements Node {}

    /** The spans of both sides. */
    record Either(Node left, Node right) implements Node {}

    /** Spans related to others by their place in the trace. */
    record Structural(StructuralRelation relation, StructuralForm form, Node left, Node right)
        implements Node {}

    /** The spans of all spansets that stages give. */
    record Nested(List<Stage> stages) implements Node {}
  }

  /** A value of a spanset. */
  sealed interface Scalar {
    /** The same for all. */
    record Constant(Value value) implements Scalar {}

    /**
     * A value computed over the spans.
     *
     * @param argument null for a count alone
     * @param label under which the value is attached to the spanset
     * @param type what is known of the value's type
     */
    record Aggregate(
        AggregateFunction function,
        @Nullable FieldExpression argument,
        String label,
        StaticType type)
        implements Scalar {}

    /** A calculation with two numbers. */
    record Arithmetic(ArithmeticOperator operator, Scalar left, Scalar right) implements Scalar {}

    /** A value computed over all spans that stages select in the whole trace, taken together. */
    record OfStages(List<Stage> stages, Scalar value) implements Scalar {}
  }
}
