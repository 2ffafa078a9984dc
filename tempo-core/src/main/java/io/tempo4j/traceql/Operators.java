package io.tempo4j.traceql;

import org.jspecify.annotations.Nullable;

/**
 * Which tokens are operators and how strongly they bind.
 *
 * <p>A larger number binds more strongly. {@code &&} and {@code ||} share one level, {@code !}
 * binds less strongly than {@code *}, and a minus sign more strongly than {@code ^}: so the
 * language has it, unlike most others.
 */
final class Operators {

  static final int LOGICAL = 1;
  static final int COMPARISON = 2;
  static final int SUM = 3;
  static final int NOT = 4;
  static final int PRODUCT = 5;
  static final int POWER = 6;
  static final int NEGATE = 7;

  private Operators() {}

  static @Nullable LogicalOperator logical(TokenType type) {
    return switch (type) {
      case AND -> LogicalOperator.AND;
      case OR -> LogicalOperator.OR;
      default -> null;
    };
  }

  static @Nullable ComparisonOperator comparison(TokenType type) {
    return switch (type) {
      case EQUAL -> ComparisonOperator.EQUAL;
      case NOT_EQUAL -> ComparisonOperator.NOT_EQUAL;
      case LESS -> ComparisonOperator.LESS;
      case LESS_OR_EQUAL -> ComparisonOperator.LESS_OR_EQUAL;
      case GREATER -> ComparisonOperator.GREATER;
      case GREATER_OR_EQUAL -> ComparisonOperator.GREATER_OR_EQUAL;
      case MATCHES -> ComparisonOperator.MATCHES;
      case NOT_TILDE -> ComparisonOperator.NOT_MATCHES;
      default -> null;
    };
  }

  static @Nullable ArithmeticOperator arithmetic(TokenType type) {
    return switch (type) {
      case PLUS -> ArithmeticOperator.ADD;
      case MINUS -> ArithmeticOperator.SUBTRACT;
      case STAR -> ArithmeticOperator.MULTIPLY;
      case SLASH -> ArithmeticOperator.DIVIDE;
      case PERCENT -> ArithmeticOperator.MODULO;
      case CARET -> ArithmeticOperator.POWER;
      default -> null;
    };
  }

  static @Nullable StructuralRelation relation(TokenType type) {
    return switch (type) {
      case GREATER, NOT_GREATER, UNION_GREATER -> StructuralRelation.CHILD;
      case LESS, NOT_LESS, UNION_LESS -> StructuralRelation.PARENT;
      case DESCENDANT, NOT_DESCENDANT, UNION_DESCENDANT -> StructuralRelation.DESCENDANT;
      case ANCESTOR, NOT_ANCESTOR, UNION_ANCESTOR -> StructuralRelation.ANCESTOR;
      case TILDE, NOT_TILDE, UNION_TILDE -> StructuralRelation.SIBLING;
      default -> null;
    };
  }

  /** The form of a token that has a {@link #relation}. */
  static StructuralForm form(TokenType type) {
    return switch (type.symbol().charAt(0)) {
      case '!' -> StructuralForm.NEGATED;
      case '&' -> StructuralForm.UNION;
      default -> StructuralForm.PLAIN;
    };
  }

  static int power(ArithmeticOperator operator) {
    return switch (operator) {
      case ADD, SUBTRACT -> SUM;
      case MULTIPLY, DIVIDE, MODULO -> PRODUCT;
      case POWER -> POWER;
    };
  }

  /** The least binding power of what may stand to the right of {@code operator}. */
  static int rightPower(ArithmeticOperator operator) {
    return operator == ArithmeticOperator.POWER ? POWER : power(operator) + 1;
  }
}
