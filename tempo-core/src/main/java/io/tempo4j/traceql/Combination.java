package io.tempo4j.traceql;

import io.tempo4j.traceql.Part.Operand;
import io.tempo4j.traceql.Part.Scalar;
import io.tempo4j.traceql.Part.Series;
import io.tempo4j.traceql.Part.Stage;

/**
 * What an operator outside braces makes of the parts on its two sides: spansets are joined and
 * related, numbers and time series calculated with and compared.
 */
final class Combination {

  private Combination() {}

  /**
   * The part that {@code operator} makes of two others.
   *
   * @throws TraceQlException if the operator has no meaning between such parts
   */
  static Operand of(Token operator, Operand left, Operand right) {
    if (left instanceof Stage leftStage && right instanceof Stage rightStage) {
      return new Stage(
          spansets(operator, spanset(operator, leftStage), spanset(operator, rightStage)));
    }
    if (left instanceof Scalar leftScalar && right instanceof Scalar rightScalar) {
      return scalars(operator, leftScalar.scalar(), rightScalar.scalar());
    }
    if (left instanceof Series || right instanceof Series) {
      return series(operator, left, right);
    }
    throw mismatch(operator);
  }

  private static SpansetExpression spansets(
      Token operator, SpansetExpression left, SpansetExpression right) {
    LogicalOperator logical = Operators.logical(operator.type());
    if (logical != null) {
      return new SpansetExpression.Logical(logical, left, right, operator.position());
    }
    StructuralRelation relation = Operators.relation(operator.type());
    if (relation == null) {
      throw mismatch(operator);
    }
    return new SpansetExpression.Structural(
        relation, Operators.form(operator.type()), left, right, operator.position());
  }

  private static SpansetExpression spanset(Token operator, Stage stage) {
    if (stage.stage() instanceof SpansetExpression spanset) {
      return spanset;
    }
    throw TraceQlException.syntax(
        operator.position(),
        "expected '|' or the end of the query, found "
            + operator.description()
            + ": a stage of a pipeline must be in parentheses to stand beside an operator");
  }

  private static Operand scalars(Token operator, ScalarExpression left, ScalarExpression right) {
    ArithmeticOperator arithmetic = Operators.arithmetic(operator.type());
    if (arithmetic != null) {
      return new Scalar(
          new ScalarExpression.Arithmetic(arithmetic, left, right, operator.position()));
    }
    ComparisonOperator comparison = comparison(operator);
    if (SeriesNumber.isNumber(left) && SeriesNumber.isNumber(right)) {
      throw TraceQlException.syntax(
          operator.position(),
          "expected an aggregate such as count() beside " + operator.description());
    }
    return new Stage(new PipelineStage.ScalarFilter(comparison, left, right, operator.position()));
  }

  private static Series series(Token operator, Operand left, Operand right) {
    ArithmeticOperator arithmetic = Operators.arithmetic(operator.type());
    if (arithmetic != null) {
      return new Series(
          new MetricsExpression.Arithmetic(
              arithmetic, points(operator, left), points(operator, right), operator.position()));
    }
    ComparisonOperator comparison = comparison(operator);
    LiteralValue threshold =
        right instanceof Scalar scalar ? SeriesNumber.of(scalar.scalar()) : null;
    if (left instanceof Series series && threshold != null) {
      MetricsStage stage = new MetricsStage.Threshold(comparison, threshold, operator.position());
      return new Series(new MetricsExpression.Staged(series.metrics(), stage, operator.position()));
    }
    throw TraceQlException.syntax(
        operator.position(),
        "time series can be compared with a number alone, which must stand on the right");
  }

  private static MetricsExpression points(Token operator, Operand operand) {
    if (operand instanceof Series series) {
      return series.metrics();
    }
    if (operand instanceof Scalar scalar) {
      return constant(operator, scalar.scalar());
    }
    throw mismatch(operator);
  }

  private static MetricsExpression constant(Token operator, ScalarExpression scalar) {
    return switch (scalar) {
      case ScalarExpression.Literal literal ->
          new MetricsExpression.Constant(literal.value(), literal.position());
      case ScalarExpression.Arithmetic sum ->
          new MetricsExpression.Arithmetic(
              sum.operator(),
              constant(operator, sum.left()),
              constant(operator, sum.right()),
              sum.position());
      case ScalarExpression.Aggregate aggregate -> throw mismatch(operator);
      case ScalarExpression.OfPipeline pipeline -> throw mismatch(operator);
    };
  }

  private static ComparisonOperator comparison(Token operator) {
    ComparisonOperator comparison = Operators.comparison(operator.type());
    if (comparison == null || comparison.isRegex()) {
      throw mismatch(operator);
    }
    return comparison;
  }

  private static TraceQlException mismatch(Token operator) {
    return TraceQlException.syntax(
        operator.position(),
        operator.description()
            + " cannot stand here: expected operands that it can combine, two spansets, two"
            + " numbers or time series and a number");
  }
}
