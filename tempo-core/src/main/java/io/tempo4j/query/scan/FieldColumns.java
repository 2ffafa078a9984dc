package io.tempo4j.query.scan;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Fields;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.column.WantedColumns;
import io.tempo4j.traceql.AttributeScope;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Gathers the columns that a query is going to read. Not thread-safe. */
public final class FieldColumns {

  private static final List<ColumnKey> TRACE =
      List.of(Fields.TRACE_ID_HIGH, Fields.TRACE_ID_LOW, Fields.TRACE_START, Fields.TRACE_END);

  private static final List<ColumnKey> ROOT =
      List.of(Fields.SPAN_PARENT_ID, Fields.SPAN_START, Fields.SPAN_ID);

  private final Set<ColumnKey> keys = new HashSet<>();
  private final Set<ColumnKey> along = new HashSet<>();
  private boolean areAll;

  /** Adds single columns. */
  public FieldColumns with(ColumnKey... more) {
    keys.addAll(List.of(more));
    return this;
  }

  /** Adds every column. */
  public FieldColumns withAll() {
    areAll = true;
    return this;
  }

  /** Adds ids and times of traces. */
  public FieldColumns withTraces() {
    keys.addAll(TRACE);
    return this;
  }

  /** Adds ids and times of traces, which may turn out to be needed. */
  public FieldColumns withTracesAlong() {
    along.addAll(TRACE);
    return this;
  }

  /** Adds what a search shows of a trace and of its spans. */
  public FieldColumns withResults() {
    keys.addAll(ROOT);
    withTraces();
    attribute(AttributeScope.RESOURCE, "service.name");
    return with(
        Fields.SPAN_NAME,
        Fields.SPAN_DURATION,
        Fields.SPAN_KIND,
        Fields.SPAN_STATUS,
        Fields.SPAN_RESOURCE);
  }

  /** Adds what relations among spans are found by. */
  public FieldColumns withTree() {
    keys.addAll(ROOT);
    return with(Fields.SPAN_DEPTH, Fields.SPAN_KIND);
  }

  /** Adds the columns of fields. */
  public FieldColumns withFields(Collection<? extends FieldExpression.Reference> fields) {
    for (FieldExpression.Reference field : fields) {
      switch (field) {
        case FieldExpression.Attribute attribute -> attribute(attribute.scope(), attribute.name());
        case FieldExpression.ParentAttribute parent -> {
          with(Fields.SPAN_DEPTH);
          attribute(parent.scope(), parent.name());
        }
        case FieldExpression.IntrinsicField intrinsic -> intrinsic(intrinsic.intrinsic());
      }
    }
    return this;
  }

  /** Adds attributes without a column of their own. */
  public FieldColumns withOverflow(Collection<Table> tables) {
    tables.forEach(table -> keys.add(Fields.overflow(table)));
    return this;
  }

  /** All that was added. */
  public WantedColumns wanted() {
    return areAll ? WantedColumns.ALL : new WantedColumns(keys, along, WantedColumns.Reach.KEYS);
  }

  private void attribute(AttributeScope scope, String name) {
    if (scope == AttributeScope.UNSCOPED) {
      FieldScopes.UNSCOPED_ORDER.forEach(each -> attribute(each, name));
      return;
    }
    Table table = FieldScopes.table(scope);
    for (ValueType type : ValueType.values()) {
      keys.add(ColumnKey.attribute(table, name, type));
    }
    keys.add(Fields.overflow(table));
    if (table == Table.RESOURCE || table == Table.SCOPE) {
      keys.add(FieldScopes.ownerField(table));
    }
  }

  private void intrinsic(Intrinsic intrinsic) {
    switch (intrinsic) {
      case SPAN_NAME -> with(Fields.SPAN_NAME);
      case SPAN_DURATION -> with(Fields.SPAN_DURATION);
      case SPAN_KIND -> with(Fields.SPAN_KIND);
      case SPAN_STATUS -> with(Fields.SPAN_STATUS);
      case SPAN_STATUS_MESSAGE -> with(Fields.SPAN_STATUS_MESSAGE);
      case SPAN_ID -> with(Fields.SPAN_ID);
      case SPAN_PARENT_ID -> with(Fields.SPAN_PARENT_ID, Fields.SPAN_ID);
      case SPAN_CHILD_COUNT -> with(Fields.SPAN_DEPTH);
      case NESTED_SET_LEFT, NESTED_SET_RIGHT, NESTED_SET_PARENT -> withTree();
      case TRACE_DURATION, TRACE_ID -> withTraces();
      case TRACE_ROOT_NAME, TRACE_ROOT_SERVICE -> withResults();
      case EVENT_NAME -> with(Fields.EVENT_NAME);
      case EVENT_TIME_SINCE_START -> with(Fields.EVENT_TIME);
      case LINK_TRACE_ID -> with(Fields.LINK_TRACE_ID_HIGH, Fields.LINK_TRACE_ID_LOW);
      case LINK_SPAN_ID -> with(Fields.LINK_SPAN_ID);
      case INSTRUMENTATION_NAME -> with(Fields.SPAN_SCOPE, Fields.SCOPE_NAME);
      case INSTRUMENTATION_VERSION -> with(Fields.SPAN_SCOPE, Fields.SCOPE_VERSION);
    }
  }
}
