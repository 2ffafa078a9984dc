package io.tempo4j.query.tags;

import io.tempo4j.column.Fields;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.query.scan.FieldColumns;
import io.tempo4j.query.scan.FilterBinder;
import io.tempo4j.query.scan.FilterEvaluator;
import io.tempo4j.query.scan.FilterPruner;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Predicate;
import io.tempo4j.query.scan.ReadAhead;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.scan.TimeRange;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.TraceQl;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which spans the names or values are wanted of: those that match, in traces within the range. */
final class RowFilter {

  private static final Predicate EVERYTHING = new Predicate.Constant(true);

  private final Set<FieldExpression.Reference> references = new HashSet<>();
  private final Predicate predicate;
  private final TimeRange range;

  RowFilter(String filter, long startNanos, long endNanos) {
    predicate = bind(filter);
    range = TimeRange.ofRequest(startNanos, endNanos);
  }

  /** Whoever types a query is never told that it is wrong; it filters nothing then. */
  private Predicate bind(String filter) {
    try {
      FieldExpression condition = TraceQl.parseUnfinishedFilter(filter).orElse(null);
      FilterBinder.collectReferences(condition, references);
      return condition == null ? EVERYTHING : FilterBinder.bind(condition);
    } catch (UnsupportedQueryException e) {
      return EVERYTHING;
    }
  }

  /** True if spans are told apart by more than the time range. */
  boolean hasCondition() {
    return !(predicate instanceof Predicate.Constant constant && constant.value());
  }

  /**
   * Has sources read in the order in which they are read here.
   *
   * @param columns what is read of rows that match
   */
  ReadAhead ahead(FieldColumns columns) {
    FieldColumns all = columns.withTraces().withFields(references);
    return ReadAhead.until(Integer.MAX_VALUE, List.of(predicate), range, all);
  }

  /** Adds the sources that are within the range. */
  void addTo(ReadAhead ahead, List<SourceView> views) {
    for (SourceView view : views) {
      if (mayMatch(view.source())) {
        ahead.add(view);
      }
    }
  }

  boolean mayMatch(SpanSource source) {
    return range.overlaps(source.minStartNanos(), source.maxEndNanos());
  }

  /** False only if no trace of the row group is within the range. No I/O. */
  boolean mayOverlap(GroupView group) {
    return range.mayOverlap(starts(group), ends(group));
  }

  /** The rows of a row group, or nothing if no span is wanted. */
  Optional<GroupRows> select(GroupView group) throws IOException {
    if (!mayOverlap(group)) {
      return Optional.empty();
    }
    Selection spans = null;
    switch (new FilterPruner(group).decide(predicate)) {
      case NEVER -> {
        return Optional.empty();
      }
      case MAYBE -> spans = new FilterEvaluator(group).evaluate(predicate);
      case ALWAYS -> {}
    }
    if (!range.covers(starts(group), ends(group))) {
      Selection within = withinRange(group);
      if (spans == null) {
        spans = within;
      } else {
        spans.retainAll(within);
      }
    }
    return spans != null && spans.isEmpty()
        ? Optional.empty()
        : Optional.of(new GroupRows(group, spans));
  }

  private Selection withinRange(GroupView group) throws IOException {
    long[] starts = group.traces().longs(Fields.TRACE_START);
    long[] ends = group.traces().longs(Fields.TRACE_END);
    int[] offsets = group.traceOffsets();
    Selection spans = Selection.none(group.spans().rowCount());
    for (int trace = 0; trace < group.traces().rowCount(); trace++) {
      if (range.overlaps(starts[trace], ends[trace])) {
        spans.addRange(offsets[trace], offsets[trace + 1]);
      }
    }
    return spans;
  }

  private static @Nullable ZoneMap starts(GroupView group) {
    return group.traces().zone(Fields.TRACE_START);
  }

  private static @Nullable ZoneMap ends(GroupView group) {
    return group.traces().zone(Fields.TRACE_END);
  }
}
