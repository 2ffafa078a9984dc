package io.tempo4j.query.scan;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Fields;
import io.tempo4j.column.Table;
import io.tempo4j.model.TraceId;
import io.tempo4j.traceql.AttributeScope;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the values of fields for single spans of one row group. */
public final class FieldValues implements RowEvaluator.Fields {

  private final GroupView group;

  public FieldValues(GroupView group) {
    this.group = group;
  }

  /** The values of the field: none, one, or one per event or link that has it. */
  @Override
  public List<Value> values(FieldExpression.Reference field, int row) throws IOException {
    return switch (field) {
      case FieldExpression.Attribute attribute ->
          attribute(attribute.scope(), attribute.name(), row);
      case FieldExpression.ParentAttribute parent -> {
        int parentRow = group.parentRows()[row];
        yield parentRow < 0 ? List.of() : attribute(parent.scope(), parent.name(), parentRow);
      }
      case FieldExpression.IntrinsicField intrinsic -> intrinsic(intrinsic.intrinsic(), row);
    };
  }

  @Override
  public List<Value> valuesOfChild(FieldExpression.Reference field, int child) throws IOException {
    return switch (field) {
      case FieldExpression.Attribute attribute ->
          group
              .table(FieldScopes.table(attribute.scope()))
              .attributeValues(attribute.name(), child);
      case FieldExpression.IntrinsicField intrinsic -> ofChild(intrinsic.intrinsic(), child);
      case FieldExpression.ParentAttribute parent ->
          throw new IllegalArgumentException("no field of events or links: " + parent);
    };
  }

  @Override
  public int[] childOffsets(Table table) throws IOException {
    return group.childOffsets(table);
  }

  private List<Value> attribute(AttributeScope scope, String name, int row) throws IOException {
    return switch (scope) {
      case SPAN -> group.spans().attributeValues(name, row);
      case RESOURCE ->
          group.table(Table.RESOURCE).attributeValues(name, owner(Fields.SPAN_RESOURCE, row));
      case INSTRUMENTATION ->
          group.table(Table.SCOPE).attributeValues(name, owner(Fields.SPAN_SCOPE, row));
      case EVENT -> children(Table.EVENT, name, row);
      case LINK -> children(Table.LINK, name, row);
      case UNSCOPED -> {
        for (AttributeScope candidate : FieldScopes.UNSCOPED_ORDER) {
          List<Value> found = attribute(candidate, name, row);
          if (!found.isEmpty()) {
            yield found;
          }
        }
        yield List.of();
      }
    };
  }

  private int owner(ColumnKey field, int row) throws IOException {
    return group.spans().ints(field)[row];
  }

  private List<Value> children(Table table, String name, int row) throws IOException {
    TableView view = group.table(table);
    if (!view.mayHave(name)) {
      return List.of();
    }
    int[] offsets = group.childOffsets(table);
    List<Value> values = new ArrayList<>();
    for (int child = offsets[row]; child < offsets[row + 1]; child++) {
      values.addAll(view.attributeValues(name, child));
    }
    return values;
  }

  private List<Value> intrinsic(Intrinsic intrinsic, int row) throws IOException {
    TableView spans = group.spans();
    return switch (intrinsic) {
      case TRACE_DURATION, TRACE_ROOT_NAME, TRACE_ROOT_SERVICE, TRACE_ID ->
          List.of(ofTrace(intrinsic, group.traceOf(row)));
      case SPAN_DURATION ->
          List.of(new Value.Int(Math.max(0, spans.longs(Fields.SPAN_DURATION)[row])));
      case SPAN_NAME -> List.of(spans.text(Fields.SPAN_NAME, row));
      case SPAN_KIND -> List.of(new Value.Kind(spans.ints(Fields.SPAN_KIND)[row]));
      case SPAN_STATUS -> List.of(new Value.Status(spans.ints(Fields.SPAN_STATUS)[row]));
      case SPAN_STATUS_MESSAGE -> List.of(spans.text(Fields.SPAN_STATUS_MESSAGE, row));
      case SPAN_ID -> List.of(Value.Id.ofSpan(spans.longs(Fields.SPAN_ID)[row]));
      case SPAN_PARENT_ID -> List.of(Value.Id.ofSpan(group.parentId(row)));
      case SPAN_CHILD_COUNT -> List.of(new Value.Int(group.childCounts()[row]));
      case EVENT_NAME, EVENT_TIME_SINCE_START -> ofChildren(intrinsic, Table.EVENT, row);
      case LINK_TRACE_ID, LINK_SPAN_ID -> ofChildren(intrinsic, Table.LINK, row);
      case INSTRUMENTATION_NAME ->
          List.of(group.table(Table.SCOPE).text(Fields.SCOPE_NAME, owner(Fields.SPAN_SCOPE, row)));
      case INSTRUMENTATION_VERSION ->
          List.of(
              group.table(Table.SCOPE).text(Fields.SCOPE_VERSION, owner(Fields.SPAN_SCOPE, row)));
      case NESTED_SET_LEFT -> List.of(new Value.Int(group.nestedSets().left()[row]));
      case NESTED_SET_RIGHT -> List.of(new Value.Int(group.nestedSets().right()[row]));
      case NESTED_SET_PARENT -> List.of(new Value.Int(group.nestedSets().parent()[row]));
    };
  }

  /** The value of a field that all spans of a trace share; names of a root not there are empty. */
  public Value ofTrace(Intrinsic intrinsic, int traceRow) throws IOException {
    if (intrinsic == Intrinsic.TRACE_DURATION) {
      return new Value.Int(group.traceDuration(traceRow));
    }
    if (intrinsic == Intrinsic.TRACE_ID) {
      TraceId id = group.traceId(traceRow);
      return Value.Id.ofTrace(id.high(), id.low());
    }
    int root = group.rootRows()[traceRow];
    if (root < 0) {
      return Value.Text.of("");
    }
    return intrinsic == Intrinsic.TRACE_ROOT_NAME
        ? group.spans().text(Fields.SPAN_NAME, root)
        : Value.Text.of(group.source().serviceName(owner(Fields.SPAN_RESOURCE, root)));
  }

  private List<Value> ofChildren(Intrinsic intrinsic, Table table, int row) throws IOException {
    int[] offsets = group.childOffsets(table);
    List<Value> values = new ArrayList<>();
    for (int child = offsets[row]; child < offsets[row + 1]; child++) {
      values.addAll(ofChild(intrinsic, child));
    }
    return values;
  }

  /** The value of an event or link, or none: links may have no ids. */
  private List<Value> ofChild(Intrinsic intrinsic, int child) throws IOException {
    return switch (intrinsic) {
      case EVENT_NAME -> List.of(group.table(Table.EVENT).text(Fields.EVENT_NAME, child));
      case EVENT_TIME_SINCE_START ->
          List.of(new Value.Int(group.table(Table.EVENT).longs(Fields.EVENT_TIME)[child]));
      case LINK_SPAN_ID -> {
        long id = group.table(Table.LINK).longs(Fields.LINK_SPAN_ID)[child];
        yield id == 0 ? List.of() : List.of(Value.Id.ofSpan(id));
      }
      case LINK_TRACE_ID -> {
        TableView links = group.table(Table.LINK);
        long high = links.longs(Fields.LINK_TRACE_ID_HIGH)[child];
        long low = links.longs(Fields.LINK_TRACE_ID_LOW)[child];
        yield (high | low) == 0 ? List.of() : List.of(Value.Id.ofTrace(high, low));
      }
      default -> throw new IllegalArgumentException("no field of events or links: " + intrinsic);
    };
  }
}
