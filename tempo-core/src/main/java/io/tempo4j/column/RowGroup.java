package io.tempo4j.column;

import java.io.IOException;

/**
 * A run of whole trace parts in columns: the unit of reading and of evaluation.
 *
 * <p>Span rows are ordered by (trace id, depth-first pre-order within the trace). The parts of one
 * trace that lie in different sources are separate; within one source a trace stands in exactly one
 * row group.
 *
 * <p>Thread-safe and immutable. Arrays returned here are shared and must not be changed.
 */
public interface RowGroup {

  /** The columns of the TRACE, SPAN, EVENT or LINK table. */
  ColumnSet table(Table table);

  /** First span row of each trace row; {@code traces + 1} entries, the last is the span count. */
  int[] traceOffsets() throws IOException;

  /** First event row of each span row; {@code spans + 1} entries. */
  int[] eventOffsets() throws IOException;

  /** First link row of each span row; {@code spans + 1} entries. */
  int[] linkOffsets() throws IOException;

  /** Row of each span's parent, or -1 for rows of depth 0; {@code spans} entries. */
  int[] parentRows() throws IOException;

  /**
   * The same row group for a reader that wants a few rows of many columns: the first column that is
   * not cached brings the bytes of all others with it, in one read of the store. No I/O here. The
   * result should be used and dropped, since it may hold the undecoded bytes of the row group.
   * Where such readers come again and again, {@link ColumnSet#readFew} of the result reads whole
   * columns and keeps them.
   */
  default RowGroup readAtOnce() {
    return this;
  }

  /** Number of traces. */
  default int traceCount() {
    return table(Table.TRACE).rowCount();
  }

  /** Number of spans. */
  default int spanCount() {
    return table(Table.SPAN).rowCount();
  }
}
