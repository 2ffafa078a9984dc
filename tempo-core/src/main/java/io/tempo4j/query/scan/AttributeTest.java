package io.tempo4j.query.scan;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnValue;
import io.tempo4j.column.Fields;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.traceql.AttributeScope;
import io.tempo4j.traceql.FieldExpression;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A test of an attribute in one table, or the question whether it is there, with all that does not
 * depend on data: made once per query, asked of every source and row group.
 *
 * @param name the attribute's key
 * @param test what its value must pass; null if any will do
 * @param columns those that may have such a value, in the order of {@link ValueType}
 * @param overflow the column for attributes without one of their own
 * @param equal the only value of a column of its type that passes, if filters know of such
 */
record AttributeTest(
    Table table,
    String name,
    @Nullable ValueTest test,
    List<ColumnKey> columns,
    ColumnKey overflow,
    @Nullable ColumnValue equal) {

  private static final ValueType[] TYPES = {
    ValueType.STRING, ValueType.INT, ValueType.DOUBLE, ValueType.BOOL, ValueType.ANY
  };

  /** One for each table in which the field may be, in the order of scopes; none for intrinsics. */
  static List<AttributeTest> of(FieldExpression.Reference field, @Nullable ValueTest test) {
    if (!(field instanceof FieldExpression.Attribute attribute)) {
      return List.of();
    }
    if (attribute.scope() != AttributeScope.UNSCOPED) {
      return List.of(of(FieldScopes.table(attribute.scope()), attribute.name(), test));
    }
    List<AttributeTest> all = new ArrayList<>();
    for (AttributeScope scope : FieldScopes.UNSCOPED_ORDER) {
      all.add(of(FieldScopes.table(scope), attribute.name(), test));
    }
    return all;
  }

  private static AttributeTest of(Table table, String name, @Nullable ValueTest test) {
    List<ColumnKey> columns = new ArrayList<>();
    ColumnValue equal = null;
    for (ValueType type : TYPES) {
      if (test == null || test.accepts(type)) {
        ColumnKey column = ColumnKey.attribute(table, name, type);
        columns.add(column);
        ColumnValue value = test == null || isOwner(table) ? null : equal(column, test);
        equal = value == null ? equal : value;
      }
    }
    return new AttributeTest(
        table, name, test, List.copyOf(columns), Fields.overflow(table), equal);
  }

  private static @Nullable ColumnValue equal(ColumnKey column, ValueTest test) {
    return switch (test.equalTo()) {
      case Value.Text text when column.type() == ValueType.STRING ->
          ColumnValue.ofText(column, text.utf8());
      case Value.Int number when column.type() == ValueType.INT ->
          ColumnValue.ofLong(column, number.value());
      case null, default -> null;
    };
  }

  private static boolean isOwner(Table table) {
    return table == Table.RESOURCE || table == Table.SCOPE;
  }

  /** Whether it is an attribute of resources or scopes, which spans share. */
  boolean isOfOwners() {
    return isOwner(table);
  }
}
