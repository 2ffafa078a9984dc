package io.tempo4j.query.scan;

import io.tempo4j.column.Table;
import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.traceql.ComparisonOperator;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.LiteralValue;
import io.tempo4j.traceql.LogicalOperator;
import io.tempo4j.traceql.Regex;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Binds the condition of a spanset filter. */
public final class FilterBinder {

  /** Up to this many alternatives of a regular expression are looked for one by one. */
  private static final int MAX_LITERALS = 16;

  private FilterBinder() {}

  /** The predicate that is true where {@code condition} is the truth value true. */
  public static Predicate bind(FieldExpression condition) {
    return switch (condition) {
      case FieldExpression.Literal literal ->
          new Predicate.Constant(
              literal.value() instanceof LiteralValue.BoolValue bool && bool.value());
      case FieldExpression.ParentAttribute parent -> new Predicate.RowWise(parent);
      case FieldExpression.Reference field -> new Predicate.Test(field, ValueTest.isBool(true));
      case FieldExpression.Not not -> bindNot(not);
      case FieldExpression.Comparison comparison -> bindComparison(comparison);
      case FieldExpression.Logical logical ->
          logical.operator() == LogicalOperator.AND
              ? bindAll(logical.operands())
              : Predicate.anyOf(logical.operands().stream().map(FilterBinder::bind).toList());
      case FieldExpression.Negate negate -> new Predicate.Constant(false);
      case FieldExpression.Arithmetic arithmetic -> new Predicate.Constant(false);
    };
  }

  private static Predicate bindNot(FieldExpression.Not not) {
    FieldExpression operand = not.operand();
    return switch (operand) {
      case FieldExpression.Comparison comparison -> Predicate.not(bind(comparison));
      case FieldExpression.Logical logical -> Predicate.not(bind(logical));
      case FieldExpression.Literal literal ->
          new Predicate.Constant(
              literal.value() instanceof LiteralValue.BoolValue bool && !bool.value());
      case FieldExpression.ParentAttribute parent -> new Predicate.RowWise(not);
      case FieldExpression.Reference field -> new Predicate.Test(field, ValueTest.isBool(false));
      // Not of Not is true where the inner operand is: what is no truth value stays none.
      case FieldExpression.Not inner -> bind(inner.operand());
      case FieldExpression.Negate negate -> new Predicate.Constant(false);
      case FieldExpression.Arithmetic arithmetic -> new Predicate.Constant(false);
    };
  }

  // ---- events and links

  /*
   * "There is an event for which a and b" cannot be asked of each by itself: the operands that speak
   * of events are evaluated together on the rows of events, and what they say of the span is carried
   * over to those. "There is an event for which a or b" can be taken apart, and so can what does not
   * speak of events; each span counts as having one event at least, see Predicate.SomeRow. Operands
   * that tie events to links are left to the evaluation span by span.
   */
  private static Predicate bindAll(List<FieldExpression> operands) {
    List<Predicate> all = new ArrayList<>();
    Map<Table, List<FieldExpression>> ofTables = new EnumMap<>(Table.class);
    List<FieldExpression> ofBoth = new ArrayList<>();
    for (FieldExpression operand : operands) {
      Set<Table> tables = ChildTables.of(operand);
      if (tables.isEmpty()) {
        all.add(bind(operand));
      } else if (tables.size() > 1) {
        ofBoth.add(operand);
      } else {
        ofTables.computeIfAbsent(tables.iterator().next(), t -> new ArrayList<>()).add(operand);
      }
    }
    if (!ofBoth.isEmpty()) {
      ofTables.values().forEach(ofBoth::addAll);
      all.add(
          ofBoth.size() == 1 ? bind(ofBoth.get(0)) : new Predicate.RowWise(conjunction(ofBoth)));
    } else {
      ofTables.forEach((table, together) -> all.add(bindSome(table, together)));
    }
    return Predicate.allOf(all);
  }

  private static FieldExpression conjunction(List<FieldExpression> operands) {
    return new FieldExpression.Logical(LogicalOperator.AND, operands, operands.get(0).position());
  }

  private static Predicate bindSome(Table table, List<FieldExpression> together) {
    if (together.size() == 1) {
      return bind(together.get(0));
    }
    List<Predicate> conditions = new ArrayList<>();
    for (FieldExpression operand : together) {
      conditions.add(bindOfRow(table, operand));
    }
    Predicate condition = Predicate.allOf(conditions);
    return condition instanceof Predicate.Constant
        ? condition
        : new Predicate.SomeRow(table, conjunction(together), condition);
  }

  /** The condition as asked of one row of {@code table}. */
  private static Predicate bindOfRow(Table table, FieldExpression condition) {
    if (!ChildTables.of(condition).contains(table)) {
      Predicate ofSpan = bind(condition);
      return ofSpan instanceof Predicate.Constant ? ofSpan : new Predicate.OfOwner(ofSpan);
    }
    return switch (condition) {
      case FieldExpression.Logical logical -> {
        List<Predicate> operands = new ArrayList<>();
        for (FieldExpression operand : logical.operands()) {
          operands.add(bindOfRow(table, operand));
        }
        yield logical.operator() == LogicalOperator.AND
            ? Predicate.allOf(operands)
            : Predicate.anyOf(operands);
      }
      case FieldExpression.Comparison comparison -> compared(comparison);
      default -> bind(condition); // a field as a truth value, or not
    };
  }

  private static Predicate bindComparison(FieldExpression.Comparison comparison) {
    Predicate predicate = compared(comparison);
    Set<Table> tables = ChildTables.of(comparison);
    return predicate instanceof Predicate.Complement && tables.size() == 1
        ? new Predicate.SomeRow(tables.iterator().next(), comparison, predicate)
        : predicate;
  }

  // ---- comparisons

  private static Predicate compared(FieldExpression.Comparison comparison) {
    FieldExpression left = comparison.left();
    FieldExpression right = comparison.right();
    ComparisonOperator operator = comparison.operator();
    if (isNil(right)) {
      return bindNil(operator, left, comparison);
    }
    if (isNil(left)) {
      return bindNil(operator, right, comparison);
    }
    if (operator.isRegex()) {
      if (!(right instanceof FieldExpression.Literal literal
          && literal.value() instanceof LiteralValue.StringValue pattern)) {
        throw new UnsupportedQueryException(
            "a regular expression that is not a literal", comparison.position());
      }
      return isSimple(left)
          ? regex((FieldExpression.Reference) left, operator, Regex.compile(pattern.value()))
          : rowWise(comparison);
    }
    if (isSimple(left) && isConstant(right)) {
      return test(left, operator, right);
    }
    if (isSimple(right) && isConstant(left)) {
      return test(right, operator.mirrored(), left);
    }
    return rowWise(comparison);
  }

  private static Predicate test(
      FieldExpression field, ComparisonOperator operator, FieldExpression constant) {
    Value value = RowEvaluator.constant(constant);
    return value == null
        ? new Predicate.Constant(false)
        : new Predicate.Test(
            (FieldExpression.Reference) field, ValueTest.comparison(operator, value));
  }

  private static Predicate regex(
      FieldExpression.Reference field, ComparisonOperator operator, Regex regex) {
    List<String> literals = regex.literals().orElse(List.of());
    if (operator == ComparisonOperator.NOT_MATCHES
        || literals.isEmpty()
        || literals.size() > MAX_LITERALS) {
      return new Predicate.Test(field, ValueTest.regex(operator, regex));
    }
    // Equality is what filters and sorted dictionaries answer at once.
    List<Predicate> tests = new ArrayList<>();
    for (String literal : literals) {
      tests.add(
          new Predicate.Test(
              field, ValueTest.comparison(ComparisonOperator.EQUAL, Value.Text.of(literal))));
    }
    return tests.size() == 1 ? tests.get(0) : new Predicate.Any(tests);
  }

  private static Predicate bindNil(
      ComparisonOperator operator, FieldExpression other, FieldExpression.Comparison comparison) {
    if (!operator.isEquality()) {
      return new Predicate.Constant(false);
    }
    if (!isSimple(other)) {
      return rowWise(comparison);
    }
    Predicate exists = new Predicate.Exists((FieldExpression.Reference) other);
    return operator == ComparisonOperator.NOT_EQUAL ? exists : Predicate.not(exists);
  }

  private static Predicate rowWise(FieldExpression expression) {
    if (isConstant(expression)) {
      return new Predicate.Constant(
          RowEvaluator.constant(expression) instanceof Value.Bool bool && bool.value());
    }
    return new Predicate.RowWise(expression);
  }

  private static boolean isNil(FieldExpression expression) {
    return expression instanceof FieldExpression.Literal literal
        && literal.value() instanceof LiteralValue.NilValue;
  }

  /** A field that columns of the span's own row answer. */
  private static boolean isSimple(FieldExpression expression) {
    return expression instanceof FieldExpression.Reference
        && !(expression instanceof FieldExpression.ParentAttribute);
  }

  private static boolean isConstant(FieldExpression expression) {
    Set<FieldExpression.Reference> references = new HashSet<>();
    collectReferences(expression, references);
    return references.isEmpty();
  }

  /** Adds every field that the expression speaks of, in the order of the text. */
  public static void collectReferences(
      @Nullable FieldExpression expression, Set<FieldExpression.Reference> into) {
    switch (expression) {
      case null -> {}
      case FieldExpression.Literal literal -> {}
      case FieldExpression.Reference reference -> into.add(reference);
      case FieldExpression.Not not -> collectReferences(not.operand(), into);
      case FieldExpression.Negate negate -> collectReferences(negate.operand(), into);
      case FieldExpression.Arithmetic arithmetic -> {
        collectReferences(arithmetic.left(), into);
        collectReferences(arithmetic.right(), into);
      }
      case FieldExpression.Comparison comparison -> {
        collectReferences(comparison.left(), into);
        collectReferences(comparison.right(), into);
      }
      case FieldExpression.Logical logical ->
          logical.operands().forEach(operand -> collectReferences(operand, into));
    }
  }
}
