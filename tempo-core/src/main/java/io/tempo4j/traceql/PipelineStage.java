package io.tempo4j.traceql;

import java.util.List;

/** One step of a pipeline: takes the spansets of one trace and gives spansets. */
public sealed interface PipelineStage
    permits SpansetExpression,
        PipelineStage.ScalarFilter,
        PipelineStage.GroupBy,
        PipelineStage.Coalesce,
        PipelineStage.Select {

  /** Where the stage stands. */
  Position position();

  /** Keeps the spansets for which the comparison holds. */
  record ScalarFilter(
      ComparisonOperator operator, ScalarExpression left, ScalarExpression right, Position position)
      implements PipelineStage {}

  /** Splits each spanset by the value of an expression. */
  record GroupBy(FieldExpression expression, Position position) implements PipelineStage {}

  /** Joins all spansets of the trace into one. */
  record Coalesce(Position position) implements PipelineStage {}

  /**
   * Adds fields to the spans that are returned.
   *
   * @param fields at least one
   */
  record Select(List<FieldExpression.Reference> fields, Position position)
      implements PipelineStage {
    /** Copies the list. */
    public Select {
      fields = List.copyOf(fields);
      if (fields.isEmpty()) {
        throw new IllegalArgumentException("select needs a field");
      }
    }
  }
}
