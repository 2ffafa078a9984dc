package io.tempo4j.query.scan;

import io.tempo4j.column.Table;
import io.tempo4j.traceql.ArithmeticOperator;
import io.tempo4j.traceql.ComparisonOperator;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.LiteralValue;
import io.tempo4j.traceql.LogicalOperator;
import io.tempo4j.traceql.Regex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates expressions span by span: the general case, for what columns cannot answer at once.
 *
 * <p>A condition that speaks of events is true if there is an event of the span for which it is,
 * and so for links; a span without events is asked with one that has no fields. A negated condition
 * is true if it is not: the events that it speaks of are its own. What is no condition, a
 * calculation for instance, takes the first of several values.
 *
 * <p>Not thread-safe.
 */
public final class RowEvaluator {

  /** Gives the values of fields. */
  public interface Fields {

    /** The values for a span: none, one, or one per event or link. */
    List<Value> values(FieldExpression.Reference field, int row) throws IOException;

    /** The values of a field of events or links for one of these. */
    List<Value> valuesOfChild(FieldExpression.Reference field, int child) throws IOException;

    /** Where the events or links of each span begin and, in the next entry, end. */
    int[] childOffsets(Table table) throws IOException;
  }

  /** For expressions without fields. */
  private static final Fields NO_FIELDS =
      new Fields() {
        @Override
        public List<Value> values(FieldExpression.Reference field, int row) {
          return List.of();
        }

        @Override
        public List<Value> valuesOfChild(FieldExpression.Reference field, int child) {
          return List.of();
        }

        @Override
        public int[] childOffsets(Table table) {
          return new int[2];
        }
      };

  /** In place of an event or link: all of the span. */
  private static final int ALL = -1;

  /** In place of an event or link: one that has no fields. */
  private static final int ABSENT = -2;

  private final Fields fields;
  private final Map<String, Regex> regexes = new HashMap<>();
  private final Map<FieldExpression, Set<Table>> tables = new IdentityHashMap<>();

  /** The event and the link that fields are asked of. */
  private int event = ALL;

  private int link = ALL;

  public RowEvaluator(Fields fields) {
    this.fields = fields;
  }

  /** The value of an expression without fields; null for nil. */
  public static @Nullable Value constant(FieldExpression expression) {
    try {
      return new RowEvaluator(NO_FIELDS).value(expression, 0);
    } catch (IOException e) {
      throw new AssertionError("a constant needs no input", e);
    }
  }

  /** True if the expression is the truth value true for the span. */
  public boolean isTrue(FieldExpression condition, int row) throws IOException {
    Set<Table> asked = tables.computeIfAbsent(condition, ChildTables::of);
    int outerEvent = event;
    int outerLink = link;
    try {
      event = ALL;
      link = ALL;
      return asked.isEmpty() ? holds(condition, row) : holdsForSome(condition, row, asked);
    } finally {
      event = outerEvent;
      link = outerLink;
    }
  }

  /** True if the expression is for this event or link of the span; it must speak of no other. */
  public boolean isTrueOfChild(FieldExpression condition, int row, Table table, int child)
      throws IOException {
    event = table == Table.EVENT ? child : ALL;
    link = table == Table.LINK ? child : ALL;
    boolean holds = holds(condition, row);
    event = ALL;
    link = ALL;
    return holds;
  }

  private boolean holdsForSome(FieldExpression condition, int row, Set<Table> asked)
      throws IOException {
    int[] events = asked.contains(Table.EVENT) ? children(Table.EVENT, row) : new int[] {ALL};
    int[] links = asked.contains(Table.LINK) ? children(Table.LINK, row) : new int[] {ALL};
    for (int oneEvent : events) {
      event = oneEvent;
      for (int oneLink : links) {
        link = oneLink;
        if (holds(condition, row)) {
          return true;
        }
      }
    }
    return false;
  }

  private int[] children(Table table, int row) throws IOException {
    int[] offsets = fields.childOffsets(table);
    return offsets[row] == offsets[row + 1]
        ? new int[] {ABSENT}
        : IntStream.range(offsets[row], offsets[row + 1]).toArray();
  }

  private boolean holds(FieldExpression condition, int row) throws IOException {
    for (Value value : values(condition, row)) {
      if (value instanceof Value.Bool bool && bool.value()) {
        return true;
      }
    }
    return false;
  }

  private List<Value> values(FieldExpression expression, int row) throws IOException {
    if (expression instanceof FieldExpression.Reference reference) {
      Table table = ChildTables.of(reference);
      int child = table == null ? ALL : table == Table.EVENT ? event : link;
      return switch (child) {
        case ALL -> fields.values(reference, row);
        case ABSENT -> List.of();
        default -> fields.valuesOfChild(reference, child);
      };
    }
    if (expression instanceof FieldExpression.Not not) {
      if (!ChildTables.isOfField(not)) {
        return List.of(new Value.Bool(!isTrue(not.operand(), row)));
      }
      List<Value> inverted = new ArrayList<>();
      for (Value value : values(not.operand(), row)) {
        if (value instanceof Value.Bool bool) {
          inverted.add(new Value.Bool(!bool.value()));
        }
      }
      return inverted;
    }
    Value value = first(expression, row);
    return value == null ? List.of() : List.of(value);
  }

  /** The value of the expression for the span, the first if there are several; null for nil. */
  public @Nullable Value value(FieldExpression expression, int row) throws IOException {
    return switch (expression) {
      case FieldExpression.Comparison comparison -> new Value.Bool(isTrue(comparison, row));
      case FieldExpression.Logical logical -> new Value.Bool(isTrue(logical, row));
      default -> first(expression, row);
    };
  }

  private @Nullable Value first(FieldExpression expression, int row) throws IOException {
    return switch (expression) {
      case FieldExpression.Literal literal -> Value.of(literal.value());
      case FieldExpression.Reference reference -> firstOf(values(reference, row));
      case FieldExpression.Not not -> firstOf(values(not, row));
      case FieldExpression.Negate negate ->
          switch (first(negate.operand(), row)) {
            case Value.Int number -> new Value.Int(-number.value());
            case Value.Real number -> new Value.Real(-number.value());
            case null, default -> null;
          };
      case FieldExpression.Arithmetic arithmetic ->
          calculate(
              arithmetic.operator(), first(arithmetic.left(), row), first(arithmetic.right(), row));
      case FieldExpression.Comparison comparison -> new Value.Bool(compare(comparison, row));
      case FieldExpression.Logical logical -> {
        boolean isAnd = logical.operator() == LogicalOperator.AND;
        for (FieldExpression operand : logical.operands()) {
          if (holds(operand, row) != isAnd) {
            yield new Value.Bool(!isAnd);
          }
        }
        yield new Value.Bool(isAnd);
      }
    };
  }

  private static @Nullable Value firstOf(List<Value> values) {
    return values.isEmpty() ? null : values.get(0);
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
