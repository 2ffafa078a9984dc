package io.tempo4j.query.trace;

import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.Fields;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.column.digest.SpanDigests;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryMemory;
import io.tempo4j.query.scan.ColumnReads;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one trace in one source.
 *
 * @param source the source
 * @param group the row group that holds the trace
 * @param traceRow the trace's row in it
 * @param fromRow its first span row
 * @param toRow the span row behind its last
 */
record TracePart(SpanSource source, HeldGroup group, int traceRow, int fromRow, int toRow)
    implements SpanDigests.Tables {

  private static TracePart of(SpanSource source, HeldGroup group, int traceRow) throws IOException {
    int[] offsets = group.traceOffsets();
    group.want(offsets[traceRow + 1] - offsets[traceRow]);
    return new TracePart(source, group, traceRow, offsets[traceRow], offsets[traceRow + 1]);
  }

  /**
   * The part of trace {@code id} in {@code source}, or null if it has none.
   *
   * @param memory whence the bytes of its columns are taken
   */
  static @Nullable TracePart find(SpanSource source, TraceId id, QueryMemory memory)
      throws IOException {
    int groupIndex = source.findTrace(id);
    if (groupIndex < 0) {
      return null;
    }
    HeldGroup group =
        new HeldGroup(source, source.rowGroups().get(groupIndex).readAtOnce(), memory);
    ColumnSet traces = group.table(Table.TRACE);
    long[] high = ColumnReads.requiredLongs(traces, Fields.TRACE_ID_HIGH);
    long[] low = ColumnReads.requiredLongs(traces, Fields.TRACE_ID_LOW);
    int from = 0;
    int to = traces.rowCount() - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      int compared = Long.compareUnsigned(high[middle], id.high());
      if (compared == 0) {
        compared = Long.compareUnsigned(low[middle], id.low());
      }
      if (compared < 0) {
        from = middle + 1;
      } else if (compared > 0) {
        to = middle - 1;
      } else {
        return of(source, group, middle);
      }
    }
    group.release();
    return null;
  }

  int spanCount() {
    return toRow - fromRow;
  }

  @Override
  public ColumnSet table(Table table) {
    return group.table(table);
  }

  @Override
  public int[] childOffsets(Table table) throws IOException {
    return table == Table.EVENT ? group.eventOffsets() : group.linkOffsets();
  }

  @Override
  public int[] parentRows() throws IOException {
    return group.parentRows();
  }

  ColumnSet spans() {
    return group.table(Table.SPAN);
  }

  long startNanos() throws IOException {
    return ColumnReads.requiredLongs(group.table(Table.TRACE), Fields.TRACE_START)[traceRow];
  }

  long endNanos() throws IOException {
    return ColumnReads.requiredLongs(group.table(Table.TRACE), Fields.TRACE_END)[traceRow];
  }
}
