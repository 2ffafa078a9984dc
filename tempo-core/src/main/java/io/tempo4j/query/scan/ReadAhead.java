package io.tempo4j.query.scan;

import io.tempo4j.column.ColumnValue;
import io.tempo4j.column.Fields;
import io.tempo4j.column.WantedColumns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * Has sources read before a query comes to them, several at the same time: first what rules them
 * out, then columns of those row groups that are left. Does nothing where no source lies far away.
 *
 * <p>Not thread-safe.
 */
/*
 * A query that goes over everything should wait for the store once, one that ends with the newest
 * block should read no other. So the number of sources that are read ahead begins small where a query
 * may end early, and grows with those that it has come to: what is read in vain is at most a few
 * blocks, or a few times what was needed, and the number of waits grows with the logarithm of the
 * sources only.
 */
public final class ReadAhead {

  /** Sources that a query which may end early has read ahead when it begins. */
  private static final int FIRST = 4;

  /** For each source that the query has come to, so many more are read ahead. */
  private static final int GROWTH = 3;

  /** A row group rarely gives more results than this. */
  private static final int RESULTS_PER_SOURCE = 1024;

  /** Indexes that are read at the same time: more would drive each other out of memory. */
  private static final int OPENED_AT_ONCE = 16;

  private final List<SourceView> far = new ArrayList<>();
  private final List<Predicate> anchors;
  private final Set<ColumnValue> values;
  private final boolean needsOwners;
  private final TimeRange range;
  private final WantedColumns columns;
  private final int first;
  private int filtered;
  private int opened;
  private int begun;
  private int reached;

  private ReadAhead(List<Predicate> anchors, TimeRange range, FieldColumns columns, int first) {
    this.anchors = List.copyOf(anchors);
    this.range = range;
    this.columns = columns.wanted();
    this.first = first;
    AnchorNeeds needs = AnchorNeeds.of(anchors);
    values = needs.values();
    needsOwners = needs.owners();
  }

  /**
   * For a query that comes to all its sources.
   *
   * @param anchors a row group is read if one of them may hold there
   * @param range and if traces in it may overlap this
   */
  public static ReadAhead ofAll(List<Predicate> anchors, TimeRange range, FieldColumns columns) {
    return new ReadAhead(anchors, range, columns, Integer.MAX_VALUE);
  }

  /**
   * For a query that ends when it has so many results.
   *
   * @param results {@link Integer#MAX_VALUE} if nobody knows how many
   */
  public static ReadAhead until(
      int results, List<Predicate> anchors, TimeRange range, FieldColumns columns) {
    int more = results == Integer.MAX_VALUE ? 0 : results / RESULTS_PER_SOURCE;
    return new ReadAhead(anchors, range, columns, FIRST + more);
  }

  /** Adds a source behind those that were added; the query comes to them in this order. */
  public void add(SourceView source) {
    if (source.source().readsAhead()) {
      far.add(source);
    }
  }

  /** The query comes to a source. */
  public void reach(SourceView source) throws IOException {
    if (reached < far.size() && source.source().readsAhead()) {
      int index = far.get(reached) == source ? reached : far.indexOf(source);
      if (index >= 0) {
        reached = Math.max(reached, index + 1);
        readUpTo(window());
      }
    }
  }

  private int window() {
    return (int) Math.min(far.size(), (long) first + (long) GROWTH * (reached - 1));
  }

  private void readUpTo(int end) throws IOException {
    BitSet none = new BitSet();
    while (filtered < end) {
      SourceView source = far.get(filtered++);
      source.source().prefetchValues(values);
      if (needsOwners) {
        source.source().prefetch(none, columns);
      }
    }
    begun = Math.max(begun, reached - 1);
    while (begun < end) {
      openUpTo(Math.min(end, begun + OPENED_AT_ONCE));
      SourceView source = far.get(begun);
      BitSet groups = groups(source);
      if (!groups.isEmpty() && !source.source().prefetch(groups, columns)) {
        return; // the rest when there is room
      }
      begun++;
    }
  }

  private void openUpTo(int end) throws IOException {
    while (opened < end) {
      SourceView source = far.get(opened++);
      if (mayHold(source)) {
        source.source().prefetchIndex();
      }
    }
  }

  private BitSet groups(SourceView source) throws IOException {
    BitSet groups = new BitSet();
    if (mayHold(source)) {
      for (GroupView group : source.groups()) {
        if (range.mayOverlap(
                group.traces().zone(Fields.TRACE_START), group.traces().zone(Fields.TRACE_END))
            && mayHold(group)) {
          groups.set(group.index());
        }
      }
    }
    return groups;
  }

  private boolean mayHold(Extent extent) throws IOException {
    for (Predicate anchor : anchors) {
      if (new FilterPruner(extent).decide(anchor) != FilterPruner.Verdict.NEVER) {
        return true;
      }
    }
    return false;
  }
}
