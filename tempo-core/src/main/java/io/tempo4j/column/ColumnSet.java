package io.tempo4j.column;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The columns of one table.
 *
 * <p>Thread-safe; reading the same column again is cheap (decoded columns are cached by blocks and
 * gathered once by head views).
 */
public interface ColumnSet {

  /** Number of rows of the table. */
  int rowCount();

  /** The columns that have at least one value here. No I/O. */
  Collection<ColumnKey> keys();

  /**
   * The columns that may have a value in rows {@code fromRow .. toRow - 1}, for readers that want a
   * few rows of everything. Attributes ascend by key, then by type.
   *
   * @throws IOException if what is known of the rows cannot be read
   */
  default List<ColumnKey> keysWithin(int fromRow, int toRow) throws IOException {
    return fromRow == toRow ? List.of() : keys().stream().sorted(ColumnKey.BY_NAME).toList();
  }

  /**
   * What is known of a column without reading it, or null if the column has no value here. No I/O.
   */
  @Nullable ZoneMap zone(ColumnKey key);

  /**
   * Reads a column.
   *
   * @return the column, or null if it has no value here
   * @throws io.tempo4j.model.CorruptBlockException if its stored bytes are damaged
   * @throws IOException if it cannot be read
   */
  @Nullable Column read(ColumnKey key) throws IOException;

  /**
   * Whether the column is kept for its next reader, whose bytes whoever keeps it has counted. May
   * change at any time. No I/O.
   */
  default boolean isKept(ColumnKey key) {
    return false;
  }

  /**
   * Reads a column for the sake of few rows: the result has the values of these rows, and may have
   * those of others. Where they are few of many that spares most of the decoding, but what is read
   * is not kept for the next reader.
   *
   * @param rows the rows, ascending strictly; {@code count} entries at least
   * @return the column, or null if none of the rows has a value
   * @throws io.tempo4j.model.CorruptBlockException if stored bytes that matter are damaged
   * @throws IOException if it cannot be read
   */
  default @Nullable Column readFew(ColumnKey key, int[] rows, int count) throws IOException {
    return count == 0 ? null : read(key);
  }
}
