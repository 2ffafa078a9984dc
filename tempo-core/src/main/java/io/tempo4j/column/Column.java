package io.tempo4j.column;

import org.jspecify.annotations.Nullable;

/**
 * The decoded values of one column over the rows of one table in one row group, or of one source
 * for the RESOURCE and SCOPE tables.
 *
 * <p>Values stand densely: value {@code i} belongs to row {@code rows()[i]}, or to row {@code i}
 * where {@code rows()} is null. {@code rows()} ascends strictly, so a row has at most one value.
 *
 * <p>Columns are immutable and shared between threads and queries: neither {@code rows()} nor a
 * value array may be changed by the reader. Value arrays may be longer than {@link #size()}; what
 * stands behind {@code size()} is undefined.
 */
public sealed interface Column
    permits IntColumn, LongColumn, DoubleColumn, BoolColumn, StringColumn {

  /** Number of values. */
  int size();

  /** Row of each value, {@code size()} entries at least; null if every row has a value. */
  int @Nullable [] rows();

  /** Heap bytes that this column holds, for cache accounting. */
  long heapBytes();

  /** The row of value {@code index}. */
  default int row(int index) {
    int[] rows = rows();
    return rows == null ? index : rows[index];
  }

  /** The index of the value of {@code row}, or -1 if the row has none. */
  default int indexOf(int row) {
    int[] rows = rows();
    if (rows == null) {
      return row < size() ? row : -1;
    }
    int found = java.util.Arrays.binarySearch(rows, 0, size(), row);
    return found < 0 ? -1 : found;
  }
}
