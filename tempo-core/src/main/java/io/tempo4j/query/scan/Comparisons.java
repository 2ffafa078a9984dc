package io.tempo4j.query.scan;

import io.tempo4j.traceql.ComparisonOperator;
import java.util.Arrays;
import java.util.List;

/**
 * What the comparison operators mean for two values.
 *
 * <p>Numbers compare as integers if both are, else as binary64; texts by their bytes; truth values,
 * statuses and kinds are equal or not, without order. Values of different sorts compare false under
 * every operator, {@code !=} included. An id is a text whose zeros on the left do not matter. For
 * an array an operator asks for one element for which it holds, {@code !=} for at least one element
 * of the sort and none equal.
 */
public final class Comparisons {

  private Comparisons() {}

  /** Applies an operator other than a regular expression. */
  public static boolean test(ComparisonOperator operator, Value left, Value right) {
    return left instanceof Value.Items || right instanceof Value.Items
        ? ofItems(operator, items(left), items(right))
        : isSameSort(left, right) && scalar(operator, left, right);
  }

  private static List<Value> items(Value value) {
    return value instanceof Value.Items array ? array.items() : List.of(value);
  }

  private static boolean ofItems(ComparisonOperator operator, List<Value> left, List<Value> right) {
    boolean isNotEqual = operator == ComparisonOperator.NOT_EQUAL;
    ComparisonOperator ofOne = isNotEqual ? ComparisonOperator.EQUAL : operator;
    boolean any = false;
    boolean anyOfSort = false;
    for (Value item : left) {
      for (Value other : right) {
        if (isSameSort(item, other)) {
          anyOfSort = true;
          any |= scalar(ofOne, item, other);
        }
      }
    }
    return isNotEqual ? anyOfSort && !any : any;
  }

  private static boolean isSameSort(Value left, Value right) {
    return switch (left) {
      case Value.Text text -> isText(right);
      case Value.Id id -> isText(right);
      case Value.Int number -> isNumber(right);
      case Value.Real number -> isNumber(right);
      case Value.Bool bool -> right instanceof Value.Bool;
      case Value.Status status -> right instanceof Value.Status;
      case Value.Kind kind -> right instanceof Value.Kind;
      case Value.Items items -> false;
      case Value.Opaque opaque -> false;
    };
  }

  private static boolean isText(Value value) {
    return value instanceof Value.Text || value instanceof Value.Id;
  }

  public static boolean isNumber(Value value) {
    return value instanceof Value.Int || value instanceof Value.Real;
  }

  public static double asDouble(Value number) {
    return switch (number) {
      case Value.Int i -> (double) i.value();
      case Value.Real r -> r.value();
      default -> throw new IllegalArgumentException("not a number: " + number);
    };
  }

  /** Compares two scalars of one sort. */
  private static boolean scalar(ComparisonOperator operator, Value left, Value right) {
    return switch (left) {
      case Value.Text a when right instanceof Value.Id b -> ordered(operator, -b.compareTo(a));
      case Value.Id a when right instanceof Value.Id b -> ordered(operator, a.compareTo(b));
      case Value.Id a -> ordered(operator, a.compareTo((Value.Text) right));
      case Value.Text a ->
          ordered(operator, Arrays.compareUnsigned(a.utf8(), ((Value.Text) right).utf8()));
      case Value.Int a when right instanceof Value.Int b ->
          ordered(operator, Long.compare(a.value(), b.value()));
      case Value.Int a -> doubles(operator, (double) a.value(), asDouble(right));
      case Value.Real a -> doubles(operator, a.value(), asDouble(right));
      case Value.Bool a -> equal(operator, a.value() == ((Value.Bool) right).value());
      case Value.Status a -> equal(operator, a.code() == ((Value.Status) right).code());
      case Value.Kind a -> equal(operator, a.code() == ((Value.Kind) right).code());
      case Value.Items items -> false;
      case Value.Opaque opaque -> false;
    };
  }

  private static boolean equal(ComparisonOperator operator, boolean isEqual) {
    return operator == ComparisonOperator.EQUAL
        ? isEqual
        : operator == ComparisonOperator.NOT_EQUAL && !isEqual;
  }

  public static boolean ordered(ComparisonOperator operator, int compared) {
    return switch (operator) {
      case EQUAL -> compared == 0;
      case NOT_EQUAL -> compared != 0;
      case LESS -> compared < 0;
      case LESS_OR_EQUAL -> compared <= 0;
      case GREATER -> compared > 0;
      case GREATER_OR_EQUAL -> compared >= 0;
      case MATCHES, NOT_MATCHES -> false;
    };
  }

  private static boolean doubles(ComparisonOperator operator, double left, double right) {
    return switch (operator) {
      case EQUAL -> left == right;
      case NOT_EQUAL -> left != right;
      case LESS -> left < right;
      case LESS_OR_EQUAL -> left <= right;
      case GREATER -> left > right;
      case GREATER_OR_EQUAL -> left >= right;
      case MATCHES, NOT_MATCHES -> false;
    };
  }
}
