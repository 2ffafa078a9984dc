package io.tempo4j.traceql;

/**
 * What the parser has read when it does not yet know what it will become: after an opening
 * parenthesis there may follow spansets, a pipeline, a number or time series.
 */
sealed interface Part {

  /** Several stages. */
  record Stages(Pipeline pipeline) implements Part {}

  /** What may stand between operators. */
  sealed interface Operand extends Part {}

  /** A spanset expression or another stage of a pipeline. */
  record Stage(PipelineStage stage) implements Operand {}

  /** A number. */
  record Scalar(ScalarExpression scalar) implements Operand {}

  /** Time series. */
  record Series(MetricsExpression metrics) implements Operand {}
}
