package io.tempo4j.traceql;

/** The types of expressions, as far as they are known before a query runs. */
final class StaticTypes {

  private StaticTypes() {}

  static StaticType of(FieldExpression expression) {
    return switch (expression) {
      case FieldExpression.Literal literal -> literal.value().type();
      case FieldExpression.Attribute attribute -> StaticType.DYNAMIC;
      case FieldExpression.ParentAttribute attribute -> StaticType.DYNAMIC;
      case FieldExpression.IntrinsicField field -> field.intrinsic().type();
      case FieldExpression.Not not -> StaticType.BOOL;
      case FieldExpression.Negate negate -> of(negate.operand());
      case FieldExpression.Arithmetic sum -> ofNumbers(of(sum.left()), of(sum.right()));
      case FieldExpression.Comparison comparison -> StaticType.BOOL;
      case FieldExpression.Logical logical -> StaticType.BOOL;
    };
  }

  static StaticType of(ScalarExpression expression) {
    return switch (expression) {
      case ScalarExpression.Literal literal -> literal.value().type();
      case ScalarExpression.Aggregate aggregate ->
          aggregate.argument() == null ? StaticType.INT : of(aggregate.argument());
      case ScalarExpression.Arithmetic sum -> ofNumbers(of(sum.left()), of(sum.right()));
      case ScalarExpression.OfPipeline pipeline -> of(pipeline.value());
    };
  }

  // A calculation with a duration gives a duration, else one with a float a float.
  private static StaticType ofNumbers(StaticType left, StaticType right) {
    if (left == StaticType.DYNAMIC || right == StaticType.DYNAMIC) {
      return StaticType.DYNAMIC;
    }
    if (left == StaticType.DURATION || right == StaticType.DURATION) {
      return StaticType.DURATION;
    }
    return left == StaticType.FLOAT || right == StaticType.FLOAT
        ? StaticType.FLOAT
        : StaticType.INT;
  }
}
