package io.tempo4j.column;

import io.tempo4j.model.TraceId;
import java.io.IOException;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that queries read spans from: one block, or the view of one head at one moment.
 *
 * <p>Thread-safe and immutable.
 */
public interface SpanSource {

  /** A name for logs, statistics and error messages, for example the block id. */
  String name();

  /** Smallest span start, Unix nanoseconds, unsigned; inclusive. */
  long minStartNanos();

  /** Largest span end, Unix nanoseconds, unsigned; inclusive. */
  long maxEndNanos();

  /** The RESOURCE or SCOPE table, shared by all row groups of the source. */
  ColumnSet table(Table table);

  /** The row groups, ascending and disjoint by trace id. */
  List<RowGroup> rowGroups();

  /**
   * The index of the row group that may hold the trace, or -1 if the source surely does not hold
   * it. Costs at most one filter shard.
   */
  int findTrace(TraceId id) throws IOException;

  /**
   * The row groups in which a row of the column's table may have exactly this value, by the
   * attribute-value filter; all of them where the filter does not cover the column. Overflow
   * attributes are covered like those with columns.
   *
   * @param value a value of a column of table SPAN, EVENT or LINK
   */
  BitSet mayContain(ColumnValue value) throws IOException;

  /**
   * Bounds of a column of the TRACE, SPAN, EVENT or LINK table that hold for all row groups, or
   * null if surely none of them has a value. They may be wider than those of the row groups
   * together, and the number of values larger; a source that knows nothing says so by no bounds. No
   * I/O.
   */
  default @Nullable ZoneMap zone(ColumnKey key) {
    return ZoneMap.unbounded(Integer.MAX_VALUE);
  }

  // ---- what is about to be read

  /**
   * Whether it pays to say what will be read before it is read: the source lies far away. Where
   * this is false, the methods below do nothing.
   */
  default boolean readsAhead() {
    return false;
  }

  /** Begins to read what is needed before any row group can be looked into. Does not wait. */
  default void prefetchIndex() {}

  /** Begins to read what {@link #findTrace} needs for the trace. Does not wait. */
  default void prefetchTrace(TraceId id) {}

  /** Begins to read what {@link #mayContain} needs for the values. Does not wait. */
  default void prefetchValues(Collection<ColumnValue> values) {}

  /**
   * Begins to read columns of some row groups, and of the RESOURCE and SCOPE tables. Does not wait.
   *
   * @param groups positions in {@link #rowGroups}; none for the shared tables alone
   * @return false if not all of it fits into what a query may hold of bytes read ahead
   */
  default boolean prefetch(BitSet groups, WantedColumns columns) {
    return true;
  }

  /** What was asked of object stores so far; nothing if the source does not count it. */
  default ReadCounts readCounts() {
    return ReadCounts.NONE;
  }
}
