package io.tempo4j.query.scan;

import io.tempo4j.traceql.FieldExpression;
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
   */
  record Test(FieldExpression.Reference field, ValueTest test) implements Predicate {}

  /** True if the field has a value. */
  record Exists(FieldExpression.Reference field) implements Predicate {}

  /** Whatever cannot be answered column by column; evaluated span by span. */
  record RowWise(FieldExpression expression) implements Predicate {}
}
