package io.tempo4j.query.tags;

import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.scan.FieldColumns;
import io.tempo4j.query.scan.FieldScopes;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.ReadAhead;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.scan.TableView;
import io.tempo4j.traceql.AttributeScope;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the values of one tag.
 *
 * <p>Values come from dictionaries and columns, not from spans; spans are looked at where a filter
 * or a time range tells them apart. Sources are read newest first, and no further once a limit is
 * reached, so that the same data gives the same answer.
 *
 * <p>Statuses and kinds have the words of the language for values, whatever is stored. Durations
 * and nested-set numbers have none. Of arrays the scalar elements count; maps and bytes have no
 * values, nor have fields without text.
 *
 * <p>Not thread-safe.
 */
public final class TagValuesQuery {

  private final QueryContext context;
  private final RowFilter filter;
  private final ReadTally tally;
  private final FieldExpression.Reference tag;
  private final DistinctValues values;
  private final TagValues keywords;
  private final Set<String> done = new HashSet<>();

  /** Tables of attributes in which the tag may be; empty for a field of the data model. */
  private final List<Table> tables;

  private final String name;
  private final @Nullable Intrinsic intrinsic;

  /** Whether the values are wanted of the parents of spans that match. */
  private final boolean isOfParents;

  /** Begins a query; nothing is read yet. */
  public TagValuesQuery(TagValuesRequest request, QueryContext context) {
    this.context = context;
    filter = new RowFilter(request.filter(), request.startNanos(), request.endNanos());
    tally = new ReadTally(context);
    values = new DistinctValues(request.limits(), context.memory());
    tag = request.tag();
    switch (request.tag()) {
      case FieldExpression.Attribute attribute -> {
        tables = tables(attribute.scope());
        name = attribute.name();
        intrinsic = null;
        isOfParents = false;
      }
      case FieldExpression.ParentAttribute parent -> {
        tables = tables(parent.scope());
        name = parent.name();
        intrinsic = null;
        isOfParents = true;
      }
      case FieldExpression.IntrinsicField field -> {
        tables = List.of();
        name = "";
        intrinsic = field.intrinsic();
        isOfParents = false;
      }
    }
    keywords = keywords(request.limits());
  }

  private TagValues keywords(TagLimits limits) {
    Budget budget = new Budget(limits, context.memory());
    List<TagValue> words =
        intrinsic == null
            ? List.of()
            : IntrinsicValues.keywords(intrinsic).stream()
                .takeWhile(word -> budget.admits(word.text().length()))
                .toList();
    return new TagValues(words, budget.truncation(), tally.stats());
  }

  private static List<Table> tables(AttributeScope scope) {
    return scope == AttributeScope.UNSCOPED
        ? FieldScopes.UNSCOPED_ORDER.stream().map(FieldScopes::table).toList()
        : List.of(FieldScopes.table(scope));
  }

  /**
   * Reads sources that were not read before.
   *
   * @param sources where to look, in any order
   * @param pieces is given, after each source that had some, the values that were not given before,
   *     sorted
   * @return all values so far
   * @throws io.tempo4j.query.QueryStoppedException if the query's context says so
   * @throws io.tempo4j.query.QueryBudgetException if more bytes are needed than it allows
   * @throws io.tempo4j.model.CorruptBlockException if stored bytes are damaged; the query may go on
   *     with other sources
   * @throws IOException if a source cannot be read; the query may go on with other sources
   */
  public TagValues run(List<? extends SpanSource> sources, Consumer<TagValues> pieces)
      throws IOException {
    if (intrinsic != null && IntrinsicValues.needsNoData(intrinsic)) {
      if (!keywords.values().isEmpty() && done.add("")) {
        pieces.accept(keywords);
      }
      return keywords;
    }
    ReadAhead ahead = filter.ahead(new FieldColumns().withFields(List.of(tag)));
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
      List<TagValue> further = values.further();
      if (!further.isEmpty()) {
        pieces.accept(new TagValues(further, values.truncation(), tally.stats()));
      }
    }
    return new TagValues(values.all(), values.truncation(), tally.stats());
  }

  private void read(SourceView view, ReadAhead ahead) throws IOException {
    SpanSource source = view.source();
    boolean isPruned = values.isFull() || !filter.mayMatch(source);
    tally.source(isPruned, source.rowGroups().size());
    if (isPruned) {
      return;
    }
    ahead.reach(view);
    List<GroupRows> selected = new ArrayList<>();
    boolean isWhole = true;
    for (GroupView group : view.groups()) {
      context.check();
      if (values.isFull()) {
        return;
      }
      Optional<GroupRows> rows = select(group);
      isWhole &= rows.isPresent() && rows.get().isAll();
      if (rows.isPresent()) {
        tally.evaluated(group.traces().rowCount(), group.spans().rowCount());
        selected.add(rows.get());
        readGroup(rows.get());
      }
      group.release(); // what is asked of its spans again is little
    }
    for (Table table : tables) {
      if (isShared(table)) {
        readShared(view.table(table), selected, isWhole);
      }
    }
    if (intrinsic == Intrinsic.INSTRUMENTATION_NAME
        || intrinsic == Intrinsic.INSTRUMENTATION_VERSION) {
      readShared(view.table(Table.SCOPE), selected, isWhole);
    }
    view.release();
  }

  private Optional<GroupRows> select(GroupView group) throws IOException {
    Optional<GroupRows> rows = filter.select(group);
    return isOfParents && rows.isPresent() ? Optional.of(rows.get().parents()) : rows;
  }

  /** Whether the rows of the table are those of all row groups of the source. */
  private static boolean isShared(Table table) {
    return table == Table.RESOURCE || table == Table.SCOPE;
  }

  private void readGroup(GroupRows rows) throws IOException {
    if (intrinsic != null) {
      IntrinsicValues.ofGroup(intrinsic, rows, values);
    }
    for (Table table : tables) {
      if (!isShared(table) && rows.table(table).mayHave(name)) {
        ColumnValues.attribute(rows.table(table), name, rows.of(table), values);
      }
    }
  }

  private void readShared(TableView table, List<GroupRows> selected, boolean isWhole)
      throws IOException {
    if (selected.isEmpty() || (intrinsic == null && !table.mayHave(name))) {
      return;
    }
    Selection owners = null;
    if (!isWhole) {
      owners = Selection.none(table.rowCount());
      for (GroupRows rows : selected) {
        owners.addAll(rows.owners(table.table()));
      }
    }
    if (intrinsic == null) {
      ColumnValues.attribute(table, name, owners, values);
    } else {
      IntrinsicValues.ofScopes(intrinsic, table, owners, values);
    }
  }
}
