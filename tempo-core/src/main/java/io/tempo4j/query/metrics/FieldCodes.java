package io.tempo4j.query.metrics;

import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Fields;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.query.scan.FieldScopes;
import io.tempo4j.query.scan.FieldValues;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.scan.TableView;
import io.tempo4j.query.scan.Value;
import io.tempo4j.traceql.AttributeScope;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of fields for batches of spans, as numbers of a {@link ValuePool}.
 *
 * <p>A value becomes a number once per distinct value of a row group, or per resource, scope or
 * trace; spans then take it over by array lookups. Where a span has several values of a field the
 * first counts. Not thread-safe.
 */
final class FieldCodes {

  private static final int UNKNOWN = -1;

  private final ValuePool pool;
  private final ColumnCodes columns;

  /** The values of resource and scope fields, per row of their table in {@link #source}. */
  private final Map<FieldExpression.Reference, int[]> ofOwners = new HashMap<>();

  private @Nullable SourceView source;

  FieldCodes(ValuePool pool) {
    this.pool = pool;
    columns = new ColumnCodes(pool);
  }

  /** Writes the number of each span's value to {@code into}. */
  void codes(GroupView group, FieldExpression.Reference field, Batch batch, int[] into)
      throws IOException {
    switch (field) {
      case FieldExpression.Attribute attribute -> attribute(group, attribute, batch, into);
      case FieldExpression.IntrinsicField intrinsic -> intrinsic(group, intrinsic, batch, into);
      case FieldExpression.ParentAttribute parent -> rowWise(group, parent, batch, into);
    }
  }

  private void attribute(
      GroupView group, FieldExpression.Attribute attribute, Batch batch, int[] into)
      throws IOException {
    switch (attribute.scope()) {
      case RESOURCE -> owners(group, Table.RESOURCE, attribute, batch, into);
      case INSTRUMENTATION -> owners(group, Table.SCOPE, attribute, batch, into);
      case SPAN -> ofSpans(group, attribute.name(), batch, into);
      case UNSCOPED -> unscoped(group, attribute, batch, into);
      case EVENT, LINK -> {
        if (group.table(FieldScopes.table(attribute.scope())).mayHave(attribute.name())) {
          rowWise(group, attribute, batch, into);
        } else {
          Arrays.fill(into, 0, batch.count(), ValuePool.NIL);
        }
      }
    }
  }

  /** The first of span and resource that has it. */
  private void unscoped(
      GroupView group, FieldExpression.Attribute attribute, Batch batch, int[] into)
      throws IOException {
    String name = attribute.name();
    TableView spans = group.spans();
    if (!group.table(Table.RESOURCE).mayHave(name)) {
      ofSpans(group, name, batch, into);
    } else if (!spans.mayHave(name)) {
      owners(group, Table.RESOURCE, attribute, batch, into);
    } else {
      // A span may have it without a value that has a label, and then its resource is not asked.
      rowWise(group, attribute, batch, into);
    }
  }

  // ---- resources and scopes

  private void owners(
      GroupView group, Table table, FieldExpression.Reference field, Batch batch, int[] into)
      throws IOException {
    if (source != group.source()) {
      source = group.source();
      ofOwners.clear();
    }
    int[] codes = ofOwners.get(field);
    if (codes == null) {
      codes = ownerCodes(group.table(table), field);
      ofOwners.put(field, codes);
    }
    int[] ordinals = group.spans().ints(FieldScopes.ownerField(table));
    int[] rows = batch.rows();
    for (int i = 0, count = batch.count(); i < count; i++) {
      into[i] = codes[ordinals[rows[i]]];
    }
  }

  private int[] ownerCodes(TableView owners, FieldExpression.Reference field) throws IOException {
    int[] codes = new int[owners.rowCount()];
    for (int row = 0; row < codes.length; row++) {
      codes[row] =
          switch (field) {
            case FieldExpression.Attribute attribute ->
                pool.numberOf(first(owners.attributeValues(attribute.name(), row)));
            case FieldExpression.IntrinsicField intrinsic ->
                pool.numberOf(
                    owners.text(
                        intrinsic.intrinsic() == Intrinsic.INSTRUMENTATION_NAME
                            ? Fields.SCOPE_NAME
                            : Fields.SCOPE_VERSION,
                        row));
            case FieldExpression.ParentAttribute parent ->
                throw new IllegalArgumentException("no field of a resource or scope");
          };
    }
    return codes;
  }

  // ---- attributes of spans

  private void ofSpans(GroupView group, String name, Batch batch, int[] into) throws IOException {
    Arrays.fill(into, 0, batch.count(), ValuePool.NIL);
    TableView spans = group.spans();
    if (spans.hasOverflow()) {
      FieldExpression.Attribute attribute =
          new FieldExpression.Attribute(
              AttributeScope.SPAN, name, io.tempo4j.traceql.Position.NONE);
      rowWise(group, attribute, batch, into);
      return;
    }
    // Arrays and their like have no label; a row that repeats its key has the rest in its overflow.
    for (ValueType type :
        List.of(ValueType.STRING, ValueType.INT, ValueType.DOUBLE, ValueType.BOOL)) {
      Column column = spans.column(ColumnKey.attribute(Table.SPAN, name, type));
      if (column != null) {
        columns.codes(column, batch, into);
      }
    }
  }

  // ---- fields of the data model

  private void intrinsic(
      GroupView group, FieldExpression.IntrinsicField field, Batch batch, int[] into)
      throws IOException {
    TableView spans = group.spans();
    switch (field.intrinsic()) {
      case SPAN_STATUS -> small(spans.ints(Fields.SPAN_STATUS), batch, pool::status, into);
      case SPAN_KIND -> small(spans.ints(Fields.SPAN_KIND), batch, pool::kind, into);
      case SPAN_CHILD_COUNT -> small(group.childCounts(), batch, pool::integer, into);
      case SPAN_NAME -> text(spans, Fields.SPAN_NAME, batch, into);
      case SPAN_STATUS_MESSAGE -> text(spans, Fields.SPAN_STATUS_MESSAGE, batch, into);
      case INSTRUMENTATION_NAME, INSTRUMENTATION_VERSION ->
          owners(group, Table.SCOPE, field, batch, into);
      case TRACE_DURATION, TRACE_ROOT_NAME, TRACE_ROOT_SERVICE, TRACE_ID ->
          ofTraces(group, field.intrinsic(), batch, into);
      case SPAN_DURATION,
          SPAN_ID,
          SPAN_PARENT_ID,
          EVENT_NAME,
          EVENT_TIME_SINCE_START,
          LINK_TRACE_ID,
          LINK_SPAN_ID,
          NESTED_SET_LEFT,
          NESTED_SET_RIGHT,
          NESTED_SET_PARENT ->
          rowWise(group, field, batch, into);
    }
  }

  /** Numbers a small integer. */
  private interface Numbering {
    int numberOf(int value);
  }

  private static void small(int[] values, Batch batch, Numbering numbering, int[] into) {
    int[] rows = batch.rows();
    int[] known = new int[64];
    Arrays.fill(known, UNKNOWN);
    for (int i = 0, count = batch.count(); i < count; i++) {
      int value = values[rows[i]];
      if (value < 0 || value >= known.length) {
        into[i] = numbering.numberOf(value);
        continue;
      }
      int number = known[value];
      if (number == UNKNOWN) {
        number = numbering.numberOf(value);
        known[value] = number;
      }
      into[i] = number;
    }
  }

  private void text(TableView spans, ColumnKey field, Batch batch, int[] into) throws IOException {
    Column column = spans.column(field);
    if (column == null || column.rows() != null) {
      Arrays.fill(into, 0, batch.count(), pool.text(new byte[0], 0, 0));
    }
    if (column instanceof StringColumn strings) {
      columns.codes(strings, batch, into);
    }
  }

  private void ofTraces(GroupView group, Intrinsic intrinsic, Batch batch, int[] into)
      throws IOException {
    FieldValues values = new FieldValues(group);
    int[] offsets = group.traceOffsets();
    int[] rows = batch.rows();
    int trace = -1;
    int end = 0;
    int number = ValuePool.NIL;
    for (int i = 0, count = batch.count(); i < count; i++) {
      if (rows[i] >= end) {
        while (rows[i] >= end) {
          end = offsets[++trace + 1];
        }
        number = pool.numberOf(values.ofTrace(intrinsic, trace));
      }
      into[i] = number;
    }
  }

  // ---- everything else

  private void rowWise(GroupView group, FieldExpression.Reference field, Batch batch, int[] into)
      throws IOException {
    FieldValues values = new FieldValues(group);
    int[] rows = batch.rows();
    for (int i = 0, count = batch.count(); i < count; i++) {
      into[i] = pool.numberOf(first(values.values(field, rows[i])));
    }
  }

  private static @Nullable Value first(List<Value> values) {
    return values.isEmpty() ? null : values.get(0);
  }
}
