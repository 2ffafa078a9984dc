package io.tempo4j.column;

import org.jspecify.annotations.Nullable;

/**
 * A column of truth values.
 *
 * @param values the values, {@code size} entries at least
 * @param size number of values
 * @param rows row of each value, or null if every row has one
 */
@SuppressWarnings("ArrayRecordComponent") // shared read-only by contract of Column
public record BoolColumn(boolean[] values, int size, int @Nullable [] rows) implements Column {

  @Override
  public long heapBytes() {
    return 48 + 1L * values.length + (rows == null ? 0 : 4L * rows.length);
  }
}
