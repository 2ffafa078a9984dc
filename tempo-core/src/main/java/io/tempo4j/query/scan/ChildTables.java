package io.tempo4j.query.scan;

import io.tempo4j.column.Table;
import io.tempo4j.traceql.AttributeScope;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells which conditions speak of an event or a link of a span. */
final class ChildTables {

  private ChildTables() {}

  /** EVENT or LINK if the field is one of theirs, else null. */
  static @Nullable Table of(FieldExpression.Reference field) {
    return switch (field) {
      case FieldExpression.Attribute attribute when attribute.scope() == AttributeScope.EVENT ->
          Table.EVENT;
      case FieldExpression.Attribute attribute when attribute.scope() == AttributeScope.LINK ->
          Table.LINK;
      case FieldExpression.Attribute attribute -> null;
      case FieldExpression.ParentAttribute parent -> null;
      case FieldExpression.IntrinsicField intrinsic -> of(intrinsic.intrinsic());
    };
  }

  private static @Nullable Table of(Intrinsic intrinsic) {
    return switch (intrinsic) {
      case EVENT_NAME, EVENT_TIME_SINCE_START -> Table.EVENT;
      case LINK_TRACE_ID, LINK_SPAN_ID -> Table.LINK;
      default -> null;
    };
  }

  /** The tables of those fields in the expression that no negation takes for itself. */
  static Set<Table> of(FieldExpression expression) {
    Set<Table> tables = EnumSet.noneOf(Table.class);
    collect(expression, tables);
    return tables;
  }

  private static void collect(FieldExpression expression, Set<Table> into) {
    switch (expression) {
      case FieldExpression.Literal literal -> {}
      case FieldExpression.Reference field -> {
        Table table = of(field);
        if (table != null) {
          into.add(table);
        }
      }
      case FieldExpression.Not not -> {
        if (isOfField(not)) {
          collect(not.operand(), into);
        }
      }
      case FieldExpression.Negate negate -> collect(negate.operand(), into);
      case FieldExpression.Arithmetic arithmetic -> {
        collect(arithmetic.left(), into);
        collect(arithmetic.right(), into);
      }
      case FieldExpression.Comparison comparison -> {
        collect(comparison.left(), into);
        collect(comparison.right(), into);
      }
      case FieldExpression.Logical logical ->
          logical.operands().forEach(operand -> collect(operand, into));
    }
  }

  /**
   * True for {@code !.a}: a field whose value is the other truth value, not a negated condition.
   */
  static boolean isOfField(FieldExpression.Not not) {
    return switch (not.operand()) {
      case FieldExpression.Reference field -> true;
      case FieldExpression.Not inner -> isOfField(inner);
      default -> false;
    };
  }
}
