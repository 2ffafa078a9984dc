package io.tempo4j.query.scan;

import io.tempo4j.column.Table;
import io.tempo4j.traceql.FieldExpression;
import java.util.ArrayList;
import java.util.List;

/**
 * A condition on a span, bound: typed constants, compiled regular expressions, no question left
 * that does not depend on data. Every predicate is either true or false for a span.
 */
public sealed interface Predicate {

  /** The same for every span. */
  record Constant(boolean value) implements Predicate {}

  /** True if all operands are. */
  record All(List<Predicate> operands) implements Predicate {}

  /** True if one operand is. */
  record Any(List<Predicate> operands) implements Predicate {}

  /** True if the operand is not. */
  record Complement(Predicate operand) implements Predicate {}

  /**
   * True if the field has a value that passes; where there are several (fields of events and links,
   * keys that a row repeats) one suffices.
   *
   * @param places for an attribute, where values that pass may be
   */
  record Test(FieldExpression.Reference field, ValueTest test, List<AttributeTest> places)
      implements Predicate {
    public Test(FieldExpression.Reference field, ValueTest test) {
      this(field, test, AttributeTest.of(field, test));
    }
  }

  /**
   * True if the field has a value.
   *
   * @param places for an attribute, where values may be
   */
  record Exists(FieldExpression.Reference field, List<AttributeTest> places) implements Predicate {
    public Exists(FieldExpression.Reference field) {
      this(field, AttributeTest.of(field, null));
    }
  }

  /** Whatever cannot be answered column by column; evaluated span by span. */
  record RowWise(FieldExpression expression) implements Predicate {}

  /**
   * True if the span has an event or link for which a condition is true, or has none and the
   * condition is true of one without fields.
   *
   * @param table EVENT or LINK
   * @param expression the condition as it was written
   * @param condition asked of the rows of {@code table}: its tests are of their fields, what speaks
   *     of the span stands in {@link OfOwner}
   * @param ofAbsent the condition as asked of a span that has no such row
   */
  record SomeRow(Table table, FieldExpression expression, Predicate condition, Predicate ofAbsent)
      implements Predicate {
    SomeRow(Table table, FieldExpression expression, Predicate condition) {
      this(table, expression, condition, absent(condition));
    }

    SomeRow withCondition(Predicate other) {
      return new SomeRow(table, expression, other);
    }

    private static Predicate absent(Predicate condition) {
      return switch (condition) {
        case Constant constant -> constant;
        case All all -> allOf(all.operands().stream().map(SomeRow::absent).toList());
        case Any any -> anyOf(any.operands().stream().map(SomeRow::absent).toList());
        case Complement complement -> not(absent(complement.operand()));
        case Test test -> new Constant(false);
        case Exists exists -> new Constant(false);
        case OfOwner owner -> owner.condition();
        case RowWise rowWise -> rowWise;
        case SomeRow some -> throw new IllegalArgumentException("rows of rows");
      };
    }
  }

  /** Within {@link SomeRow}: what is asked of the span that has the event or link. */
  record OfOwner(Predicate condition) implements Predicate {}

  /** True if all operands are; a constant where they decide it. */
  static Predicate allOf(List<Predicate> operands) {
    return joined(operands, true);
  }

  /** True if one operand is; a constant where they decide it. */
  static Predicate anyOf(List<Predicate> operands) {
    return joined(operands, false);
  }

  private static Predicate joined(List<Predicate> operands, boolean isAnd) {
    List<Predicate> open = new ArrayList<>();
    for (Predicate operand : operands) {
      if (!(operand instanceof Constant constant)) {
        open.add(operand);
      } else if (constant.value() != isAnd) {
        return constant;
      }
    }
    return switch (open.size()) {
      case 0 -> new Constant(isAnd);
      case 1 -> open.get(0);
      default -> isAnd ? new All(open) : new Any(open);
    };
  }

  /** True if the predicate is not. */
  static Predicate not(Predicate predicate) {
    return switch (predicate) {
      case Constant constant -> new Constant(!constant.value());
      case Complement complement -> complement.operand();
      default -> new Complement(predicate);
    };
  }
}
