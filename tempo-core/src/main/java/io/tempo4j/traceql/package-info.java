/**
 * TraceQL, the language: syntax tree, parser, static checks, canonical printer and regular
 * expressions.
 *
 * <p>Nothing here knows how spans are stored. {@link io.tempo4j.traceql.TraceQl#parse} turns text
 * into a checked {@link io.tempo4j.traceql.TraceQlQuery}; whoever evaluates it binds the references
 * in the tree to data.
 *
 * <p>The tree is made of records under sealed interfaces, so that a switch over it is checked for
 * completeness: {@link io.tempo4j.traceql.Statement} is the whole query, {@link
 * io.tempo4j.traceql.PipelineStage} a step between two pipes, {@link
 * io.tempo4j.traceql.SpansetExpression} a set of spans of one trace, {@link
 * io.tempo4j.traceql.FieldExpression} a value of one span, {@link
 * io.tempo4j.traceql.ScalarExpression} a value of one spanset and {@link
 * io.tempo4j.traceql.MetricsExpression} a set of time series.
 *
 * <p>A new operator touches, in this order: its enum, {@code TokenType}, {@code Operators}, and
 * where it is a node of its own the parser, {@code Printer} and {@code Checker}, in which the
 * compiler then names every switch that lacks it; in the tests {@code queries.tsv}, {@code
 * errors.tsv} and {@code QueryArbitraries}; and the reference page of the language.
 */
@NullMarked
package io.tempo4j.traceql;

import org.jspecify.annotations.NullMarked;
