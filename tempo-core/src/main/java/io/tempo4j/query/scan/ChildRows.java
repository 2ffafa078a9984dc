package io.tempo4j.query.scan;

import io.tempo4j.column.Fields;
import io.tempo4j.column.Table;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates conditions over the events or links of one row group: one bit per event, as {@link
 * FilterEvaluator} has one per span.
 */
final class ChildRows {

  private final FilterEvaluator spans;
  private final GroupView group;
  private final FilterPruner pruner;
  private final Table table;
  private final TableView view;
  private final int[] offsets;
  private final int rowCount;

  ChildRows(FilterEvaluator spans, GroupView group, FilterPruner pruner, Table table)
      throws IOException {
    this.spans = spans;
    this.group = group;
    this.pruner = pruner;
    this.table = table;
    view = group.table(table);
    offsets = group.childOffsets(table);
    rowCount = view.rowCount();
  }

  /** The spans that have one of the rows. */
  Selection owners(Selection rows) {
    Selection owners = Selection.none(group.spans().rowCount());
    int span = 0;
    for (int row = rows.next(0); row >= 0; row = rows.next(row + 1)) {
      while (offsets[span + 1] <= row) {
        span++;
      }
      owners.add(span);
      if (offsets[span + 1] >= rowCount) {
        break;
      }
      row = offsets[span + 1] - 1;
    }
    return owners;
  }

  /** The spans without a row. */
  Selection childless() {
    int spanCount = group.spans().rowCount();
    Selection childless = Selection.none(spanCount);
    for (int span = 0; span < spanCount; span++) {
      if (offsets[span] == offsets[span + 1]) {
        childless.add(span);
      }
    }
    return childless;
  }

  /** The rows of selected spans. */
  Selection of(Selection selected) {
    Selection rows = Selection.none(rowCount);
    for (int span = selected.next(0); span >= 0; span = selected.next(span + 1)) {
      rows.addRange(offsets[span], offsets[span + 1]);
    }
    return rows;
  }

  /**
   * Evaluates the condition of a {@link Predicate.SomeRow} for {@code among}, or for all rows if
   * that is null. What the result says of other rows is undefined.
   */
  Selection evaluate(Predicate condition, @Nullable Selection among) throws IOException {
    return switch (condition) {
      case Predicate.Constant constant ->
          constant.value() ? Selection.all(rowCount) : Selection.none(rowCount);
      case Predicate.All all -> {
        Selection result = among;
        for (Predicate operand : spans.cheapestFirst(all)) {
          Selection passing = evaluate(operand, result);
          if (result != null) {
            passing.retainAll(result);
          }
          result = passing;
          if (result.isEmpty()) {
            break;
          }
        }
        yield result == null ? Selection.all(rowCount) : result;
      }
      case Predicate.Any any -> {
        Selection result = Selection.none(rowCount);
        for (Predicate operand : any.operands()) {
          result.addAll(evaluate(operand, among));
        }
        yield result;
      }
      case Predicate.Complement complement -> {
        Selection result = evaluate(complement.operand(), among);
        result.invert();
        yield result;
      }
      case Predicate.Test test -> passing(test);
      case Predicate.Exists exists ->
          switch (exists.field()) {
            case FieldExpression.Attribute attribute -> view.having(attribute.name());
            case FieldExpression.IntrinsicField field -> having(field.intrinsic());
            case FieldExpression.ParentAttribute parent -> Selection.none(rowCount);
          };
      case Predicate.OfOwner owner ->
          of(spans.evaluate(owner.condition(), among == null ? null : owners(among)));
      case Predicate.RowWise rowWise -> oneByOne(rowWise.expression(), among);
      case Predicate.SomeRow some -> throw new IllegalArgumentException("rows of rows");
    };
  }

  /** The rows that pass a test of one of their fields. */
  Selection passing(Predicate.Test test) throws IOException {
    return switch (pruner.decide(test)) {
      case NEVER -> Selection.none(rowCount);
      case ALWAYS -> Selection.all(rowCount);
      case MAYBE ->
          switch (test.field()) {
            case FieldExpression.Attribute attribute -> view.passing(attribute.name(), test.test());
            case FieldExpression.IntrinsicField field -> passing(field.intrinsic(), test.test());
            case FieldExpression.ParentAttribute parent ->
                throw new IllegalArgumentException("no field of events or links: " + parent);
          };
    };
  }

  private Selection passing(Intrinsic intrinsic, ValueTest test) throws IOException {
    Selection rows = Selection.none(rowCount);
    switch (intrinsic) {
      case EVENT_NAME -> {
        return FilterEvaluator.text(view, Fields.EVENT_NAME, test);
      }
      case EVENT_TIME_SINCE_START -> ColumnScan.allLongs(test, view.longs(Fields.EVENT_TIME), rows);
      case LINK_SPAN_ID -> {
        IdScan.spans(test, view.longs(Fields.LINK_SPAN_ID), rows);
        rows.retainAll(having(intrinsic));
      }
      case LINK_TRACE_ID -> {
        IdScan.traces(
            test,
            view.longs(Fields.LINK_TRACE_ID_HIGH),
            view.longs(Fields.LINK_TRACE_ID_LOW),
            rows);
        rows.retainAll(having(intrinsic));
      }
      default -> throw new IllegalArgumentException("no field of events or links: " + intrinsic);
    }
    return rows;
  }

  /** The rows that have a value: links may have no ids. */
  private Selection having(Intrinsic intrinsic) throws IOException {
    if (intrinsic != Intrinsic.LINK_SPAN_ID && intrinsic != Intrinsic.LINK_TRACE_ID) {
      return Selection.all(rowCount);
    }
    boolean isOfSpan = intrinsic == Intrinsic.LINK_SPAN_ID;
    long[] high = view.longs(isOfSpan ? Fields.LINK_SPAN_ID : Fields.LINK_TRACE_ID_HIGH);
    long[] low = view.longs(isOfSpan ? Fields.LINK_SPAN_ID : Fields.LINK_TRACE_ID_LOW);
    Selection rows = Selection.none(rowCount);
    for (int row = 0; row < rowCount; row++) {
      if ((high[row] | low[row]) != 0) {
        rows.add(row);
      }
    }
    return rows;
  }

  private Selection oneByOne(FieldExpression condition, @Nullable Selection among)
      throws IOException {
    RowEvaluator evaluator = new RowEvaluator(new FieldValues(group));
    Selection rows = Selection.none(rowCount);
    int span = 0;
    for (int row = among == null ? 0 : among.next(0);
        row >= 0 && row < rowCount;
        row = among == null ? row + 1 : among.next(row + 1)) {
      while (offsets[span + 1] <= row) {
        span++;
      }
      if (evaluator.isTrueOfChild(condition, span, table, row)) {
        rows.add(row);
      }
    }
    return rows;
  }
}
