package io.tempo4j.traceql;

/** What a query asks for: traces ({@link Pipeline}) or time series ({@link MetricsExpression}). */
public sealed interface Statement permits Pipeline, MetricsExpression {

  /** Where the statement begins. */
  Position position();
}
