package io.tempo4j.query.scan;

import io.tempo4j.column.ValueType;
import io.tempo4j.traceql.ComparisonOperator;
import io.tempo4j.traceql.Regex;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A comparison with a constant, prepared for columns of every type.
 *
 * <p>A comparison of numbers is a test for a closed interval, or for its complement; intervals
 * exist for integers (exact) and for binary64.
 */
public final class ValueTest {

  private final ComparisonOperator operator;
  private final Value constant;
  private final @Nullable Regex regex;
  private final boolean isScalarOnly;
  private final boolean isInverted;
  private final long lowestLong;
  private final long highestLong;
  private final double lowestDouble;
  private final double highestDouble;

  private ValueTest(
      ComparisonOperator operator, Value constant, @Nullable Regex regex, boolean isScalarOnly) {
    this.operator = operator;
    this.constant = constant;
    this.regex = regex;
    this.isScalarOnly = isScalarOnly;
    this.isInverted = operator == ComparisonOperator.NOT_EQUAL;
    if (constant instanceof Value.Int || constant instanceof Value.Real) {
      double real = Comparisons.asDouble(constant);
      lowestDouble =
          switch (operator) {
            case EQUAL, NOT_EQUAL, GREATER_OR_EQUAL -> real;
            case GREATER -> Math.nextUp(real);
            default -> Double.NEGATIVE_INFINITY;
          };
      highestDouble =
          switch (operator) {
            case EQUAL, NOT_EQUAL, LESS_OR_EQUAL -> real;
            case LESS -> Math.nextDown(real);
            default -> Double.POSITIVE_INFINITY;
          };
    } else {
      lowestDouble = 1;
      highestDouble = 0;
    }
    if (constant instanceof Value.Int number) {
      long bound = number.value();
      boolean isEmpty =
          operator == ComparisonOperator.LESS && bound == Long.MIN_VALUE
              || operator == ComparisonOperator.GREATER && bound == Long.MAX_VALUE;
      lowestLong =
          isEmpty
              ? 1
              : switch (operator) {
                case EQUAL, NOT_EQUAL, GREATER_OR_EQUAL -> bound;
                case GREATER -> bound + 1;
                default -> Long.MIN_VALUE;
              };
      highestLong =
          isEmpty
              ? 0
              : switch (operator) {
                case EQUAL, NOT_EQUAL, LESS_OR_EQUAL -> bound;
                case LESS -> bound - 1;
                default -> Long.MAX_VALUE;
              };
    } else {
      lowestLong = 1;
      highestLong = 0;
    }
  }

  /** A comparison of something on the left with {@code constant} on the right. */
  public static ValueTest comparison(ComparisonOperator operator, Value constant) {
    return new ValueTest(operator, constant, null, false);
  }

  /** {@code =~} or {@code !~}. */
  public static ValueTest regex(ComparisonOperator operator, Regex regex) {
    return new ValueTest(operator, Value.Text.of(""), regex, false);
  }

  /** What a bare attribute means as a condition: it is this truth value and no array of it. */
  public static ValueTest isBool(boolean expected) {
    return new ValueTest(ComparisonOperator.EQUAL, new Value.Bool(expected), null, true);
  }

  /** Whether some value of a column of this type may pass. */
  public boolean accepts(ValueType type) {
    return switch (type) {
      case STRING -> constant instanceof Value.Text;
      case INT, DOUBLE -> Comparisons.isNumber(constant);
      case BOOL -> constant instanceof Value.Bool;
      case ANY -> !isScalarOnly;
      case SMALL -> false;
    };
  }

  /** The constant if the test is for equality with it, else null. */
  public @Nullable Value equalTo() {
    return operator == ComparisonOperator.EQUAL && regex == null ? constant : null;
  }

  public ComparisonOperator operator() {
    return operator;
  }

  public Value constant() {
    return constant;
  }

  public boolean isRegex() {
    return regex != null;
  }

  /** The regular expression; empty if there is none. */
  public String pattern() {
    return regex == null ? "" : regex.pattern();
  }

  /** True if the constant is an integer, so that the interval of longs is what decides. */
  public boolean hasLongInterval() {
    return constant instanceof Value.Int;
  }

  public long lowestLong() {
    return lowestLong;
  }

  public long highestLong() {
    return highestLong;
  }

  public double lowestDouble() {
    return lowestDouble;
  }

  public double highestDouble() {
    return highestDouble;
  }

  /** True if what passes is what lies outside the interval. */
  public boolean isInverted() {
    return isInverted;
  }

  public boolean test(long value) {
    if (constant instanceof Value.Int) {
      return (value >= lowestLong && value <= highestLong) != isInverted;
    }
    return constant instanceof Value.Real && test((double) value);
  }

  public boolean test(double value) {
    return Comparisons.isNumber(constant)
        && (value >= lowestDouble && value <= highestDouble) != isInverted;
  }

  public boolean test(byte[] bytes, int offset, int length) {
    if (regex != null) {
      return regex.matches(bytes, offset, length) == (operator == ComparisonOperator.MATCHES);
    }
    if (!(constant instanceof Value.Text text)) {
      return false;
    }
    byte[] other = text.utf8();
    if (operator.isEquality()) {
      boolean isEqual =
          length == other.length && Arrays.equals(bytes, offset, offset + length, other, 0, length);
      return isEqual != isInverted;
    }
    return Comparisons.ordered(
        operator, Arrays.compareUnsigned(bytes, offset, offset + length, other, 0, other.length));
  }

  /** Tests any value; null, the absence of one, fails. */
  public boolean test(@Nullable Value value) {
    if (value == null) {
      return false;
    }
    if (isScalarOnly && value instanceof Value.Items) {
      return false;
    }
    if (regex == null) {
      return Comparisons.test(operator, value, constant);
    }
    if (value instanceof Value.Text text) {
      return test(text.utf8(), 0, text.utf8().length);
    }
    if (value instanceof Value.Id id) {
      return id.anyText(regex) == (operator == ComparisonOperator.MATCHES);
    }
    if (!(value instanceof Value.Items array)) {
      return false;
    }
    boolean any = false;
    boolean all = true;
    boolean anyText = false;
    for (Value item : array.items()) {
      if (item instanceof Value.Text text) {
        boolean passes = test(text.utf8(), 0, text.utf8().length);
        anyText = true;
        any |= passes;
        all &= passes;
      }
    }
    return operator == ComparisonOperator.MATCHES ? any : anyText && all;
  }
}
