package io.tempo4j.query.scan;

import io.tempo4j.column.Table;
import io.tempo4j.traceql.FieldExpression;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The values of fields as results show them: of several events or links those of the one for which
 * the conditions of the query hold. Not thread-safe.
 */
public final class ShownValues {

  private final GroupView group;
  private final List<Predicate.SomeRow> conditions;
  private final FieldValues fields;
  private final RowEvaluator evaluator;

  /** The values of spans in {@code group} that passed {@code filters}. */
  public ShownValues(GroupView group, List<Predicate> filters) {
    this.group = group;
    conditions = new ArrayList<>();
    filters.forEach(filter -> collect(filter, conditions));
    fields = new FieldValues(group);
    evaluator = new RowEvaluator(fields);
  }

  private static void collect(Predicate predicate, List<Predicate.SomeRow> into) {
    switch (predicate) {
      case Predicate.All all -> all.operands().forEach(operand -> collect(operand, into));
      case Predicate.Any any -> any.operands().forEach(operand -> collect(operand, into));
      case Predicate.SomeRow some -> into.add(some);
      default -> {}
    }
  }

  /** The values of the field for the span: none, one or several. */
  public List<Value> of(FieldExpression.Reference field, int row) throws IOException {
    List<Value> all = fields.values(field, row);
    Table table = ChildTables.of(field);
    if (all.size() < 2 || table == null) {
      return all;
    }
    int[] offsets = group.childOffsets(table);
    for (Predicate.SomeRow some : conditions) {
      for (int child = offsets[row]; some.table() == table && child < offsets[row + 1]; child++) {
        if (evaluator.isTrueOfChild(some.expression(), row, table, child)) {
          List<Value> ofChild = fields.valuesOfChild(field, child);
          if (!ofChild.isEmpty()) {
            return ofChild;
          }
        }
      }
    }
    return all;
  }
}
