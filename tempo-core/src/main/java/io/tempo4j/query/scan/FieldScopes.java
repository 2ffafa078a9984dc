package io.tempo4j.query.scan;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Fields;
import io.tempo4j.column.Table;
import io.tempo4j.traceql.AttributeScope;
import java.util.List;

/** Where attributes of each scope are kept. */
public final class FieldScopes {

  /**
   * In which order an attribute without scope is looked for; the first that has it counts. It is
   * looked for nowhere else: not in events, links or the instrumentation scope.
   */
  public static final List<AttributeScope> UNSCOPED_ORDER =
      List.of(AttributeScope.SPAN, AttributeScope.RESOURCE);

  private FieldScopes() {}

  public static Table table(AttributeScope scope) {
    return switch (scope) {
      case SPAN -> Table.SPAN;
      case RESOURCE -> Table.RESOURCE;
      case EVENT -> Table.EVENT;
      case LINK -> Table.LINK;
      case INSTRUMENTATION -> Table.SCOPE;
      case UNSCOPED -> throw new IllegalArgumentException("no one table for " + scope);
    };
  }

  /** The column of span rows that points into the RESOURCE or SCOPE table. */
  public static ColumnKey ownerField(Table table) {
    return table == Table.RESOURCE ? Fields.SPAN_RESOURCE : Fields.SPAN_SCOPE;
  }
}
