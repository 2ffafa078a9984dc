package io.tempo4j.query;

import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.column.ZoneMap;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table with one column of numbers in every row, that counts how often it is read. */
public final class RecordedColumns implements ColumnSet {

  public static final ColumnKey KEY = ColumnKey.attribute(Table.SPAN, "number", ValueType.INT);

  private final int rows;
  private final boolean keeps;
  private int reads;

  /**
   * A table.
   *
   * @param keeps whether what was read is kept
   */
  public RecordedColumns(int rows, boolean keeps) {
    this.rows = rows;
    this.keeps = keeps;
  }

  public int reads() {
    return reads;
  }

  /** What reading the column allocates. */
  public long columnBytes() {
    return column(rows).heapBytes();
  }

  private static LongColumn column(int size) {
    return new LongColumn(new long[size], size, null);
  }

  @Override
  public int rowCount() {
    return rows;
  }

  @Override
  public Collection<ColumnKey> keys() {
    return List.of(KEY);
  }

  @Override
  public @Nullable ZoneMap zone(ColumnKey key) {
    return key.equals(KEY) ? ZoneMap.unbounded(rows) : null;
  }

  @Override
  public @Nullable Column read(ColumnKey key) {
    reads++;
    return column(rows);
  }

  @Override
  public @Nullable Column readFew(ColumnKey key, int[] few, int count) {
    reads++;
    return new LongColumn(new long[count], count, few);
  }

  @Override
  public boolean isKept(ColumnKey key) {
    return keeps;
  }
}
