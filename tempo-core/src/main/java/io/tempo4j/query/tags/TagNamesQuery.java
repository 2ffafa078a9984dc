package io.tempo4j.query.tags;

import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.scan.FieldColumns;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.ReadAhead;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.scan.TableView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the names of tags.
 *
 * <p>Without a filter the names are those of the columns, and of the attributes that have no column
 * of their own, in all row groups that may hold a trace of the time range; nothing else is read.
 * With a filter a name counts if a span that matches has it, or one of that span's events and
 * links, its resource or its instrumentation scope; a column is read only as long as its name is
 * not known.
 *
 * <p>Sources are read newest first, and no further once the limits of all scopes are reached.
 *
 * <p>Not thread-safe.
 */
public final class TagNamesQuery {

  private static final Map<Table, TagScope> SCOPES =
      new EnumMap<>(
          Map.of(
              Table.SPAN, TagScope.SPAN,
              Table.EVENT, TagScope.EVENT,
              Table.LINK, TagScope.LINK,
              Table.RESOURCE, TagScope.RESOURCE,
              Table.SCOPE, TagScope.INSTRUMENTATION));

  private final QueryContext context;
  private final RowFilter filter;
  private final ReadTally tally;
  private final Map<TagScope, DistinctNames> names = new EnumMap<>(TagScope.class);
  private final Set<String> done = new HashSet<>();

  /** Begins a query; nothing is read yet. */
  public TagNamesQuery(TagNamesRequest request, QueryContext context) {
    this.context = context;
    filter = new RowFilter(request.filter(), request.startNanos(), request.endNanos());
    tally = new ReadTally(context);
    for (TagScope scope : request.scopes()) {
      // The words of the language are few, and always the same.
      TagLimits limits = scope == TagScope.INTRINSIC ? TagLimits.NONE : request.limits();
      names.put(scope, new DistinctNames(limits, context.memory()));
    }
    DistinctNames intrinsics = names.get(TagScope.INTRINSIC);
    if (intrinsics != null) {
      IntrinsicNames.ALL.forEach(intrinsics::add);
    }
  }

  /**
   * Reads sources that were not read before.
   *
   * @param sources where to look, in any order
   * @param pieces is given, at the beginning and after each source that had some, the names that
   *     were not given before
   * @return all names so far
   * @throws io.tempo4j.query.QueryStoppedException if the query's context says so
   * @throws io.tempo4j.query.QueryBudgetException if more bytes are needed than it allows
   * @throws io.tempo4j.model.CorruptBlockException if stored bytes are damaged; the query may go on
   *     with other sources
   * @throws IOException if a source cannot be read; the query may go on with other sources
   */
  public TagNames run(List<? extends SpanSource> sources, Consumer<TagNames> pieces)
      throws IOException {
    give(pieces);
    FieldColumns columns = new FieldColumns().withOverflow(SCOPES.keySet());
    ReadAhead ahead = filter.ahead(filter.hasCondition() ? columns.withAll() : columns);
    List<SourceView> views = new ArrayList<>();
    for (SpanSource source : NewestFirst.of(sources)) {
      if (!done.contains(source.name())) {
        views.add(new SourceView(source, tally));
      }
    }
    filter.addTo(ahead, views);
    for (SourceView view : views) {
      read(view, ahead);
      done.add(view.source().name());
      give(pieces);
    }
    return answer(DistinctNames::all);
  }

  private void give(Consumer<TagNames> pieces) {
    TagNames further = answer(DistinctNames::further);
    if (!further.scopes().isEmpty()) {
      pieces.accept(further);
    }
  }

  private TagNames answer(Function<DistinctNames, List<String>> part) {
    List<TagNames.ScopedNames> scopes = new ArrayList<>();
    Truncation truncation = Truncation.NONE;
    for (Map.Entry<TagScope, DistinctNames> scope : names.entrySet()) {
      List<String> some = part.apply(scope.getValue());
      if (!some.isEmpty()) {
        scopes.add(new TagNames.ScopedNames(scope.getKey(), some));
      }
      if (truncation == Truncation.NONE) {
        truncation = scope.getValue().truncation();
      }
    }
    return new TagNames(scopes, truncation, tally.stats());
  }

  /** Where names of the table's attributes go; null if no more are wanted. */
  private @Nullable DistinctNames wanted(Table table) {
    DistinctNames wanted = names.get(SCOPES.get(table));
    return wanted == null || wanted.isFull() ? null : wanted;
  }

  private void read(SourceView view, ReadAhead ahead) throws IOException {
    SpanSource source = view.source();
    boolean isPruned =
        SCOPES.keySet().stream().allMatch(table -> wanted(table) == null)
            || !filter.mayMatch(source);
    tally.source(isPruned, source.rowGroups().size());
    if (isPruned) {
      return;
    }
    ahead.reach(view);
    if (filter.hasCondition()) {
      readMatching(view);
    } else {
      readAll(view);
    }
    view.release();
  }

  private void readAll(SourceView view) throws IOException {
    boolean isAnyWithin = false;
    for (GroupView group : view.groups()) {
      context.check();
      if (filter.mayOverlap(group)) {
        isAnyWithin = true;
        tally.evaluated(group.traces().rowCount(), group.spans().rowCount());
        for (Table table : List.of(Table.SPAN, Table.EVENT, Table.LINK)) {
          add(group.table(table), null);
        }
        group.release();
      }
    }
    if (isAnyWithin) {
      for (Table table : List.of(Table.RESOURCE, Table.SCOPE)) {
        add(view.table(table), null);
      }
    }
  }

  private void readMatching(SourceView view) throws IOException {
    Map<Table, Selection> owners = new EnumMap<>(Table.class);
    for (GroupView group : view.groups()) {
      context.check();
      GroupRows rows = filter.select(group).orElse(null);
      if (rows == null) {
        continue;
      }
      tally.evaluated(group.traces().rowCount(), group.spans().rowCount());
      for (Table table : List.of(Table.SPAN, Table.EVENT, Table.LINK)) {
        add(group.table(table), rows.of(table));
      }
      for (Table table : List.of(Table.RESOURCE, Table.SCOPE)) {
        owners
            .computeIfAbsent(table, key -> Selection.none(view.table(key).rowCount()))
            .addAll(rows.owners(table));
      }
      group.release();
    }
    for (Map.Entry<Table, Selection> shared : owners.entrySet()) {
      add(view.table(shared.getKey()), shared.getValue());
    }
  }

  /** Adds the names of the attributes that {@code rows}, or any rows if that is null, have. */
  private void add(TableView table, @Nullable Selection rows) throws IOException {
    DistinctNames into = wanted(table.table());
    if (into == null || (rows != null && rows.isEmpty())) {
      return;
    }
    for (ColumnKey key : table.keys()) {
      if (key.isAttribute()
          && (rows == null || into.contains(key.name()) || hasValue(table.column(key), rows))) {
        into.add(key.name());
      }
    }
    StringColumn overflow = table.overflow();
    if (overflow != null) {
      Selection codes = ColumnValues.codes(overflow, rows);
      for (int code = codes.next(0); code >= 0 && !into.isFull(); code = codes.next(code + 1)) {
        TableView.overflowKeys(overflow, code).forEach(into::add);
      }
    }
  }

  private static boolean hasValue(@Nullable Column column, Selection rows) {
    if (column == null) {
      return false;
    }
    for (int i = 0, size = column.size(); i < size; i++) {
      if (rows.contains(column.row(i))) {
        return true;
      }
    }
    return false;
  }
}
