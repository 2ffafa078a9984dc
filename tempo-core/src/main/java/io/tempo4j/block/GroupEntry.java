package io.tempo4j.block;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Table;
import io.tempo4j.model.TraceId;
import java.util.Map;

/**
 * One row group in the index, or the group of the RESOURCE and SCOPE tables (whose ids and times
 * are all 0).
 *
 * @param rowCounts rows of each table, by {@link Table#code()}
 * @param firstTrace smallest trace id
 * @param lastTrace largest trace id
 * @param minStartNanos smallest span start, unsigned
 * @param maxEndNanos largest span end, unsigned
 * @param offset first byte in the data object
 * @param length bytes of all its chunks, which stand one behind the other
 * @param chunks the chunks in the order in which they stand
 */
@SuppressWarnings("ArrayRecordComponent") // never changed after construction
record GroupEntry(
    int[] rowCounts,
    TraceId firstTrace,
    TraceId lastTrace,
    long minStartNanos,
    long maxEndNanos,
    long offset,
    int length,
    Map<ColumnKey, ChunkEntry> chunks) {

  int rowCount(Table table) {
    return rowCounts[table.code()];
  }
}
