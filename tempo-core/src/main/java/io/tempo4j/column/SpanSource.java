package io.tempo4j.column;

import io.tempo4j.model.TraceId;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

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
   * The row groups in which a row of {@code key}'s table may have exactly this value, by the
   * attribute-value filter; all of them where the filter does not cover the column. Overflow
   * attributes are covered like those with columns.
   *
   * @param key a column of table SPAN, EVENT or LINK, type STRING or INT
   * @param value the string as UTF-8, or the integer as 8 bytes little-endian
   */
  BitSet mayContain(ColumnKey key, byte[] value) throws IOException;
}
