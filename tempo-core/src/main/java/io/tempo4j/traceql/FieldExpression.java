package io.tempo4j.traceql;

import java.util.ArrayList;
import java.util.List;

/** A value computed for one span. */
public sealed interface FieldExpression {

  /** Where the expression stands; for an operator with two sides, where the operator stands. */
  Position position();

  /** What is known of the value's type before the query runs. */
  default StaticType type() {
    return StaticTypes.of(this);
  }

  /** A value that is the same for all spans. */
  record Literal(LiteralValue value, Position position) implements FieldExpression {}

  /** A value that the span itself has. */
  sealed interface Reference extends FieldExpression {}

  /**
   * An attribute.
   *
   * @param scope where it is looked up
   * @param name the attribute's key, without quotes
   */
  record Attribute(AttributeScope scope, String name, Position position) implements Reference {}

  /**
   * An attribute of the span's parent.
   *
   * @param scope where it is looked up: span, resource or unscoped
   * @param name the attribute's key, without quotes
   */
  record ParentAttribute(AttributeScope scope, String name, Position position)
      implements Reference {
    /** Checks the scope. */
    public ParentAttribute {
      if (!allowsScope(scope)) {
        throw new IllegalArgumentException("a parent has no scope " + scope);
      }
    }

    static boolean allowsScope(AttributeScope scope) {
      return switch (scope) {
        case UNSCOPED, SPAN, RESOURCE -> true;
        case EVENT, LINK, INSTRUMENTATION -> false;
      };
    }
  }

  /** A field of the data model. */
  record IntrinsicField(Intrinsic intrinsic, Position position) implements Reference {}

  /** True where {@code operand} is false. */
  record Not(FieldExpression operand, Position position) implements FieldExpression {}

  /**
   * The number {@code operand} with the other sign.
   *
   * @param operand anything but a literal number, whose sign belongs to the literal
   */
  record Negate(FieldExpression operand, Position position) implements FieldExpression {
    /** Checks the operand. */
    public Negate {
      if (operand instanceof Literal literal && literal.value().type().isNumeric()) {
        throw new IllegalArgumentException("a negative literal is a literal: " + literal.value());
      }
    }
  }

  /** A calculation with two numbers. */
  record Arithmetic(
      ArithmeticOperator operator, FieldExpression left, FieldExpression right, Position position)
      implements FieldExpression {}

  /** A comparison of two values. */
  record Comparison(
      ComparisonOperator operator, FieldExpression left, FieldExpression right, Position position)
      implements FieldExpression {}

  /**
   * Conditions joined by one operator.
   *
   * @param operands at least two, in the order written; none is itself a {@code Logical} with the
   *     same operator
   */
  record Logical(LogicalOperator operator, List<FieldExpression> operands, Position position)
      implements FieldExpression {
    /** Checks the number of operands and takes up those of nested expressions. */
    public Logical {
      if (operands.size() < 2) {
        throw new IllegalArgumentException(
            operator.symbol() + " needs two operands, got " + operands.size());
      }
      operands = flat(operator, operands);
    }

    // Chains are kept flat: `a && b && c && …` is often written by programs with thousands of
    // operands, and a tree as deep as that would overflow the stack of whoever walks it.
    private static List<FieldExpression> flat(
        LogicalOperator operator, List<FieldExpression> operands) {
      List<FieldExpression> flat = new ArrayList<>(operands.size());
      for (FieldExpression operand : operands) {
        if (operand instanceof Logical nested && nested.operator() == operator) {
          flat.addAll(nested.operands());
        } else {
          flat.add(operand);
        }
      }
      return List.copyOf(flat);
    }
  }
}
