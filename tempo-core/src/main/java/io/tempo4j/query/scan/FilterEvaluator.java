package io.tempo4j.query.scan;

import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Fields;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import io.tempo4j.traceql.AttributeScope;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates predicates over all spans of one row group.
 *
 * <p>The conditions of a conjunction run cheapest first, and the rest is left out once no span is
 * left; conditions that go span by span look only at the spans that are left. Conditions on
 * resources and scopes are answered once per source, on their own rows; conditions on events and
 * links on the rows of those, see {@link ChildRows}, then carried over to the spans that own them.
 */
public final class FilterEvaluator {

  private final GroupView group;
  private final FieldValues values;
  private final FilterPruner pruner;
  private final FilterCost cost;
  private final int spanCount;

  public FilterEvaluator(GroupView group) {
    this.group = group;
    values = new FieldValues(group);
    pruner = new FilterPruner(group);
    cost = new FilterCost(group);
    spanCount = group.spans().rowCount();
  }

  /** The spans for which {@code predicate} is true; the caller may change the result. */
  public Selection evaluate(Predicate predicate) throws IOException {
    return evaluate(predicate, null);
  }

  /**
   * Evaluates for {@code among}, or for all spans if that is null. What the result says of other
   * spans is undefined; it may be {@code among} itself.
   */
  public Selection evaluate(Predicate predicate, @Nullable Selection among) throws IOException {
    return switch (predicate) {
      case Predicate.Constant constant ->
          constant.value() ? Selection.all(spanCount) : Selection.none(spanCount);
      case Predicate.All all -> evaluateAll(all, among);
      case Predicate.Any any -> {
        Selection result = Selection.none(spanCount);
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
      case Predicate.Test test ->
          switch (pruner.decide(test)) {
            case NEVER -> Selection.none(spanCount);
            case ALWAYS -> Selection.all(spanCount);
            case MAYBE ->
                switch (test.field()) {
                  case FieldExpression.Attribute attribute -> attribute(attribute, test.test());
                  case FieldExpression.IntrinsicField field -> {
                    Table table = ChildTables.of(field);
                    if (table == null) {
                      yield intrinsic(field.intrinsic(), test.test());
                    }
                    ChildRows children = children(table);
                    yield children.owners(children.passing(test));
                  }
                  case FieldExpression.ParentAttribute parent -> rowWise(test, among);
                };
          };
      case Predicate.Exists exists ->
          exists.field() instanceof FieldExpression.Attribute attribute
              ? attribute(attribute, null)
              : rowWise(exists, among);
      case Predicate.SomeRow some -> someRow(some, among);
      case Predicate.OfOwner owner -> evaluate(owner.condition(), among);
      case Predicate.RowWise rowWise -> {
        RowEvaluator rows = new RowEvaluator(values);
        yield rowWise(row -> rows.isTrue(rowWise.expression(), row), among);
      }
    };
  }

  private Selection evaluateAll(Predicate.All all, @Nullable Selection among) throws IOException {
    Selection result = among;
    for (Predicate next : cheapestFirst(all)) {
      Selection passing = evaluate(next, result);
      if (result != null) {
        passing.retainAll(result);
      }
      result = passing;
      if (result.isEmpty()) {
        break;
      }
    }
    return result == null ? Selection.all(spanCount) : result;
  }

  /** The operands in the order in which they should be evaluated. */
  List<Predicate> cheapestFirst(Predicate.All all) {
    record Priced(Predicate predicate, long cost) {}
    return all.operands().stream()
        .map(operand -> new Priced(operand, cost.of(operand)))
        .sorted(Comparator.comparingLong(Priced::cost))
        .map(Priced::predicate)
        .toList();
  }

  // ---- events and links

  private ChildRows children(Table table) throws IOException {
    return new ChildRows(this, group, pruner, table);
  }

  private Selection someRow(Predicate.SomeRow some, @Nullable Selection among) throws IOException {
    ChildRows children = children(some.table());
    Selection rowsAmong = among == null ? null : children.of(among);
    Selection rows = children.evaluate(some.condition(), rowsAmong);
    if (rowsAmong != null) {
      rows.retainAll(rowsAmong);
    }
    Selection result = children.owners(rows);
    if (some.ofAbsent() instanceof Predicate.Constant constant && !constant.value()) {
      return result;
    }
    Selection childless = children.childless();
    if (among != null) {
      childless.retainAll(among);
    }
    if (!childless.isEmpty()) {
      Selection passing = evaluate(some.ofAbsent(), childless);
      passing.retainAll(childless);
      result.addAll(passing);
    }
    return result;
  }

  // ---- attributes

  /** Spans whose attribute passes the test, or that have the attribute if there is none. */
  private Selection attribute(FieldExpression.Attribute attribute, @Nullable ValueTest test)
      throws IOException {
    String name = attribute.name();
    if (attribute.scope() != AttributeScope.UNSCOPED) {
      return scoped(FieldScopes.table(attribute.scope()), name, test);
    }
    Selection result = Selection.none(spanCount);
    List<Table> before = new ArrayList<>();
    for (AttributeScope scope : FieldScopes.UNSCOPED_ORDER) {
      Table table = FieldScopes.table(scope);
      if (!group.table(table).mayHave(name)) {
        continue;
      }
      Selection here = scoped(table, name, test);
      if (test != null && !here.isEmpty()) {
        for (Table earlier : before) {
          here.removeAll(scoped(earlier, name, null));
        }
      }
      result.addAll(here);
      before.add(table);
    }
    return result;
  }

  private Selection scoped(Table table, String name, @Nullable ValueTest test) throws IOException {
    return switch (table) {
      case SPAN -> ownRows(table, name, test);
      case EVENT, LINK -> children(table).owners(ownRows(table, name, test));
      case RESOURCE, SCOPE -> spansOf(table, group.source().owners(table, name, test));
      case TRACE -> throw new IllegalArgumentException("traces have no attributes");
    };
  }

  private Selection ownRows(Table table, String name, @Nullable ValueTest test) throws IOException {
    TableView view = group.table(table);
    return test == null ? view.having(name) : view.passing(name, test);
  }

  /** The spans whose resource or scope is selected. */
  private Selection spansOf(Table table, Selection owners) throws IOException {
    int ownerCount = owners.count();
    if (ownerCount == 0) {
      return Selection.none(spanCount);
    }
    if (ownerCount == owners.size()) {
      return Selection.all(spanCount);
    }
    Selection spans = Selection.none(spanCount);
    int[] ownerRows = group.spans().ints(FieldScopes.ownerField(table));
    if (ownerCount == 1) {
      ColumnScan.equal(ownerRows, spanCount, owners.next(0), false, spans);
      return spans;
    }
    long[] ownerWords = owners.words();
    long[] words = spans.words();
    for (int base = 0; base < spanCount; base += 64) {
      int end = Math.min(spanCount, base + 64);
      long word = 0;
      for (int i = base; i < end; i++) {
        int owner = ownerRows[i];
        word |= (ownerWords[owner >>> 6] >>> owner & 1) << i;
      }
      words[base >>> 6] = word;
    }
    return spans;
  }

  // ---- intrinsics

  private Selection intrinsic(Intrinsic intrinsic, ValueTest test) throws IOException {
    return switch (intrinsic) {
      case SPAN_NAME -> text(group.spans(), Fields.SPAN_NAME, test);
      case SPAN_STATUS_MESSAGE -> text(group.spans(), Fields.SPAN_STATUS_MESSAGE, test);
      case SPAN_STATUS ->
          test.constant() instanceof Value.Status status
              ? code(Fields.SPAN_STATUS, status.code(), test)
              : Selection.none(spanCount);
      case SPAN_KIND ->
          test.constant() instanceof Value.Kind kind
              ? code(Fields.SPAN_KIND, kind.code(), test)
              : Selection.none(spanCount);
      case SPAN_DURATION -> duration(test);
      case TRACE_ID -> traceId(test);
      case TRACE_DURATION, TRACE_ROOT_NAME, TRACE_ROOT_SERVICE -> ofTraces(intrinsic, test);
      case INSTRUMENTATION_NAME ->
          spansOf(Table.SCOPE, text(group.table(Table.SCOPE), Fields.SCOPE_NAME, test));
      case INSTRUMENTATION_VERSION ->
          spansOf(Table.SCOPE, text(group.table(Table.SCOPE), Fields.SCOPE_VERSION, test));
      case NESTED_SET_PARENT -> integers(group.nestedSets().parent(), test);
      case NESTED_SET_LEFT -> integers(group.nestedSets().left(), test);
      case NESTED_SET_RIGHT -> integers(group.nestedSets().right(), test);
      case SPAN_CHILD_COUNT -> integers(group.childCounts(), test);
      case SPAN_ID -> ids(group.spans().longs(Fields.SPAN_ID), test);
      case SPAN_PARENT_ID -> ids(group.parentIds(), test);
      case EVENT_NAME, EVENT_TIME_SINCE_START, LINK_TRACE_ID, LINK_SPAN_ID ->
          throw new IllegalArgumentException("a field of events or links: " + intrinsic);
    };
  }

  private Selection ids(long[] ids, ValueTest test) {
    Selection result = Selection.none(spanCount);
    IdScan.spans(test, ids, result);
    return result;
  }

  /** Rows whose text passes, where a row without value has the empty text. */
  static Selection text(TableView view, ColumnKey field, ValueTest test) throws IOException {
    Selection result = Selection.none(view.rowCount());
    Column column = view.column(field);
    if (test.test(Value.Text.of(""))) {
      if (column != null) {
        ColumnScan.rows(column, result);
      }
      result.invert();
    }
    if (column instanceof StringColumn strings) {
      ColumnScan.strings(test, strings, result);
    }
    return result;
  }

  private Selection code(ColumnKey field, int code, ValueTest test) throws IOException {
    Selection result = Selection.none(spanCount);
    if (test.operator().isEquality()) {
      ColumnScan.equal(group.spans().ints(field), spanCount, code, test.isInverted(), result);
    }
    return result;
  }

  private Selection duration(ValueTest test) throws IOException {
    Selection result = Selection.none(spanCount);
    long[] durations = group.spans().longs(Fields.SPAN_DURATION);
    if (test.hasLongInterval()) {
      long low = test.lowestLong();
      long high = test.highestLong();
      // Negative durations count as 0: they pass exactly if 0 does.
      if (low <= 0 && high >= 0) {
        low = Long.MIN_VALUE;
      } else if (high < 0) {
        low = 1;
        high = 0;
      }
      ColumnScan.interval(durations, spanCount, null, low, high, test.isInverted(), result);
      return result;
    }
    for (int row = 0; row < spanCount; row++) {
      if (test.test(Math.max(0, durations[row]))) {
        result.add(row);
      }
    }
    return result;
  }

  private Selection integers(int[] numbers, ValueTest test) {
    Selection result = Selection.none(spanCount);
    for (int row = 0; row < spanCount; row++) {
      if (test.test((long) numbers[row])) {
        result.add(row);
      }
    }
    return result;
  }

  private Selection ofTraces(Intrinsic intrinsic, ValueTest test) throws IOException {
    Selection result = Selection.none(spanCount);
    int[] offsets = group.traceOffsets();
    for (int trace = 0; trace < group.traces().rowCount(); trace++) {
      if (test.test(values.ofTrace(intrinsic, trace))) {
        result.addRange(offsets[trace], offsets[trace + 1]);
      }
    }
    return result;
  }

  private Selection traceId(ValueTest test) throws IOException {
    TableView traces = group.traces();
    Selection passing = Selection.none(traces.rowCount());
    IdScan.traces(
        test, traces.longs(Fields.TRACE_ID_HIGH), traces.longs(Fields.TRACE_ID_LOW), passing);
    Selection result = Selection.none(spanCount);
    int[] offsets = group.traceOffsets();
    for (int trace = passing.next(0); trace >= 0; trace = passing.next(trace + 1)) {
      result.addRange(offsets[trace], offsets[trace + 1]);
    }
    return result;
  }

  // ---- span by span

  private Selection rowWise(Predicate.Test test, @Nullable Selection among) throws IOException {
    return rowWise(
        row -> {
          for (Value value : values.values(test.field(), row)) {
            if (test.test().test(value)) {
              return true;
            }
          }
          return false;
        },
        among);
  }

  private Selection rowWise(Predicate.Exists exists, @Nullable Selection among) throws IOException {
    return rowWise(row -> !values.values(exists.field(), row).isEmpty(), among);
  }

  /** A condition on one span. */
  @FunctionalInterface
  private interface RowCondition {
    boolean isTrue(int row) throws IOException;
  }

  private Selection rowWise(RowCondition condition, @Nullable Selection among) throws IOException {
    Selection result = Selection.none(spanCount);
    if (among == null) {
      for (int row = 0; row < spanCount; row++) {
        if (condition.isTrue(row)) {
          result.add(row);
        }
      }
      return result;
    }
    for (int row = among.next(0); row >= 0; row = among.next(row + 1)) {
      if (condition.isTrue(row)) {
        result.add(row);
      }
    }
    return result;
  }
}
