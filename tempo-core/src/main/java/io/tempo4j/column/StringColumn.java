package io.tempo4j.column;

import org.jspecify.annotations.Nullable;

/**
 * A column of byte strings (type STRING: UTF-8 text; type ANY: AnyValue wire bytes) by way of a
 * dictionary.
 *
 * <p>A predicate is evaluated once per distinct dictionary entry that occurs, then {@code codes}
 * are scanned. The dictionary may hold entries that no row of this column uses (the head shares one
 * among all columns).
 *
 * @param codes dictionary entry of each value, {@code size} entries at least; null if value {@code
 *     i} is entry {@code i} (a column of mostly distinct values)
 * @param dictionary the entries
 * @param size number of values
 * @param rows row of each value, or null if every row has one
 */
@SuppressWarnings("ArrayRecordComponent") // shared read-only by contract of Column
public record StringColumn(
    int @Nullable [] codes, Dictionary dictionary, int size, int @Nullable [] rows)
    implements Column {

  /** Dictionary entry of value {@code index}. */
  public int code(int index) {
    return codes == null ? index : codes[index];
  }

  @Override
  public long heapBytes() {
    return 64
        + (codes == null ? 0 : 4L * codes.length)
        + (rows == null ? 0 : 4L * rows.length)
        + dictionary.heapBytes();
  }
}
