package io.tempo4j.query.scan;

import io.tempo4j.traceql.ArithmeticOperator;
import io.tempo4j.traceql.ComparisonOperator;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.LiteralValue;
import io.tempo4j.traceql.LogicalOperator;
import io.tempo4j.traceql.Regex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates expressions span by span: the general case, for what columns cannot answer at once.
 *
 * <p>A field of events or links has one value per event or link: a comparison is true if it is for
 * one of them, a calculation takes the first.
 */
public final class RowEvaluator {

  /** Gives the values of a field for a row: none, one, or one per event or link. */
  @FunctionalInterface
  public interface Fields {
    List<Value> values(FieldExpression.Reference field, int row) throws IOException;
  }

  private final Fields fields;
  private final Map<String, Regex> regexes = new HashMap<>();

  public RowEvaluator(Fields fields) {
    this.fields = fields;
  }

  /** The value of an expression without fields; null for nil. */
  public static @Nullable Value constant(FieldExpression expression) {
    try {
      return new RowEvaluator((field, row) -> List.of()).value(expression, 0);
    } catch (IOException e) {
      throw new AssertionError("a constant needs no input", e);
    }
  }

  /** True if the expression is the truth value true for the span. */
  public boolean isTrue(FieldExpression condition, int row) throws IOException {
    for (Value value : values(condition, row)) {
      if (value instanceof Value.Bool bool && bool.value()) {
        return true;
      }
    }
    return false;
  }

  private List<Value> values(FieldExpression expression, int row) throws IOException {
    if (expression instanceof FieldExpression.Reference reference) {
      return fields.values(reference, row);
    }
    if (expression instanceof FieldExpression.Not not) {
      List<Value> inverted = new ArrayList<>();
      for (Value value : values(not.operand(), row)) {
        if (value instanceof Value.Bool bool) {
          inverted.add(new Value.Bool(!bool.value()));
        }
      }
      return inverted;
    }
    Value value = value(expression, row);
    return value == null ? List.of() : List.of(value);
  }

  /** The value of the expression for the span, the first if there are several; null for nil. */
  public @Nullable Value value(FieldExpression expression, int row) throws IOException {
    return switch (expression) {
      case FieldExpression.Literal literal -> Value.of(literal.value());
      case FieldExpression.Reference reference -> {
        List<Value> values = fields.values(reference, row);
        yield values.isEmpty() ? null : values.get(0);
      }
      case FieldExpression.Not not ->
          value(not.operand(), row) instanceof Value.Bool bool
              ? new Value.Bool(!bool.value())
              : null;
      case FieldExpression.Negate negate ->
          switch (value(negate.operand(), row)) {
            case Value.Int number -> new Value.Int(-number.value());
            case Value.Real number -> new Value.Real(-number.value());
            case null, default -> null;
          };
      case FieldExpression.Arithmetic arithmetic ->
          calculate(
              arithmetic.operator(), value(arithmetic.left(), row), value(arithmetic.right(), row));
      case FieldExpression.Comparison comparison -> new Value.Bool(compare(comparison, row));
      case FieldExpression.Logical logical -> {
        boolean isAnd = logical.operator() == LogicalOperator.AND;
        for (FieldExpression operand : logical.operands()) {
          if (isTrue(operand, row) != isAnd) {
            yield new Value.Bool(!isAnd);
          }
        }
        yield new Value.Bool(isAnd);
      }
    };
  }

  private boolean compare(FieldExpression.Comparison comparison, int row) throws IOException {
    ComparisonOperator operator = comparison.operator();
    List<Value> left = values(comparison.left(), row);
    if (operator.isRegex()) {
      ValueTest test =
          ValueTest.regex(operator, regex((FieldExpression.Literal) comparison.right()));
      return left.stream().anyMatch(test::test);
    }
    List<Value> right = values(comparison.right(), row);
    if (isNil(comparison.right()) || isNil(comparison.left())) {
      boolean isAbsent = left.isEmpty() && right.isEmpty();
      return operator.isEquality() && isAbsent == (operator == ComparisonOperator.EQUAL);
    }
    for (Value a : left) {
      for (Value b : right) {
        if (Comparisons.test(operator, a, b)) {
          return true;
        }
      }
    }
    return false;
  }

  private Regex regex(FieldExpression.Literal literal) {
    return regexes.computeIfAbsent(
        ((LiteralValue.StringValue) literal.value()).value(), Regex::compile);
  }

  private static boolean isNil(FieldExpression expression) {
    return expression instanceof FieldExpression.Literal literal
        && literal.value() instanceof LiteralValue.NilValue;
  }

  /** Integers stay integers; without a number on each side there is no value. */
  public static @Nullable Value calculate(
      ArithmeticOperator operator, @Nullable Value left, @Nullable Value right) {
    if (left == null
        || right == null
        || !Comparisons.isNumber(left)
        || !Comparisons.isNumber(right)) {
      return null;
    }
    if (left instanceof Value.Int a && right instanceof Value.Int b) {
      long x = a.value();
      long y = b.value();
      return switch (operator) {
        case ADD -> new Value.Int(x + y);
        case SUBTRACT -> new Value.Int(x - y);
        case MULTIPLY -> new Value.Int(x * y);
        case DIVIDE -> y == 0 ? null : new Value.Int(x / y);
        case MODULO -> y == 0 ? null : new Value.Int(x % y);
        case POWER -> new Value.Int((long) Math.pow(x, y));
      };
    }
    double x = Comparisons.asDouble(left);
    double y = Comparisons.asDouble(right);
    return switch (operator) {
      case ADD -> new Value.Real(x + y);
      case SUBTRACT -> new Value.Real(x - y);
      case MULTIPLY -> new Value.Real(x * y);
      case DIVIDE -> new Value.Real(x / y);
      case MODULO -> new Value.Real(x % y);
      case POWER -> new Value.Real(Math.pow(x, y));
    };
  }
}
