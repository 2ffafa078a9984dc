package io.tempo4j.traceql;

import java.util.List;

/** A set of spans of one trace. */
public sealed interface SpansetExpression extends PipelineStage {

  /**
   * {@code { condition }}: the spans for which the condition holds.
   *
   * @param condition the literal {@code true} for <code>{ }</code>
   */
  record Filter(FieldExpression condition, Position position) implements SpansetExpression {}

  /**
   * {@code &&}: the spans of both sides if both have some; {@code ||}: the spans of both sides.
   *
   * <p>Both relate traces: the two sides need not meet in one span.
   */
  record Logical(
      LogicalOperator operator, SpansetExpression left, SpansetExpression right, Position position)
      implements SpansetExpression {}

  /** Relates spans of the two sides by their place in the trace. */
  record Structural(
      StructuralRelation relation,
      StructuralForm form,
      SpansetExpression left,
      SpansetExpression right,
      Position position)
      implements SpansetExpression {}

  /**
   * A pipeline, in parentheses, that stands where a spanset is needed.
   *
   * @param pipeline more than one spanset expression alone
   */
  record OfPipeline(Pipeline pipeline, Position position) implements SpansetExpression {
    /** Checks the pipeline. */
    public OfPipeline {
      List<PipelineStage> stages = pipeline.stages();
      if (stages.size() == 1 && stages.getFirst() instanceof SpansetExpression) {
        throw new IllegalArgumentException("a spanset alone is no pipeline of its own");
      }
    }
  }
}
