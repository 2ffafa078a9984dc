package io.tempo4j.query.scan;

import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.IntColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.ValueType;
import io.tempo4j.column.ZoneMap;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Typed reading of columns and searching in their rows. */
public final class ColumnReads {

  private ColumnReads() {}

  /**
   * Heap bytes that a column will take, as far as that is known before it is read: those of its
   * values and rows, not those of a dictionary.
   */
  public static long expectedBytes(ColumnSet table, ColumnKey key) {
    ZoneMap zone = table.zone(key);
    if (zone == null) {
      return 0;
    }
    long width =
        switch (key.type()) {
          case INT, DOUBLE -> 8;
          case SMALL, STRING, ANY -> 4;
          case BOOL -> 1;
        };
    return zone.valueCount() * (zone.valueCount() < table.rowCount() ? width + 4 : width);
  }

  /**
   * As {@link #expectedBytes}, of a column that is read for the sake of {@code count} rows. Columns
   * whose values may depend on others are read whole, and those of which much is wanted.
   */
  public static long expectedBytesOfFew(ColumnSet table, ColumnKey key, int count) {
    long whole = expectedBytes(table, key);
    boolean isWhole =
        count > table.rowCount() / 4
            || !(key.isAttribute()
                || key.type() == ValueType.STRING
                || key.type() == ValueType.ANY);
    return isWhole ? whole : Math.min(whole, 12L * count);
  }

  /** The values of a required INT field. */
  public static long[] requiredLongs(ColumnSet table, ColumnKey key) throws IOException {
    return table.read(key) instanceof LongColumn column && column.rows() == null
        ? column.values()
        : missing(table, key, new long[0]);
  }

  /** The values of a required SMALL field. */
  public static int[] requiredInts(ColumnSet table, ColumnKey key) throws IOException {
    return table.read(key) instanceof IntColumn column && column.rows() == null
        ? column.values()
        : missing(table, key, new int[0]);
  }

  /** A STRING or ANY column, or null if it has no value. */
  public static @Nullable StringColumn strings(ColumnSet table, ColumnKey key) throws IOException {
    return (StringColumn) table.read(key);
  }

  /** An INT column, or null if it has no value. */
  public static @Nullable LongColumn longs(ColumnSet table, ColumnKey key) throws IOException {
    return (LongColumn) table.read(key);
  }

  /** The first index whose row is at least {@code row}. */
  public static int lowerBound(Column column, int row) {
    int[] rows = column.rows();
    if (rows == null) {
      return Math.min(row, column.size());
    }
    int found = Arrays.binarySearch(rows, 0, column.size(), row);
    return found < 0 ? -found - 1 : found;
  }

  /** The value of {@code row}, or {@code absent}. */
  public static long longAt(@Nullable LongColumn column, int row, long absent) {
    if (column == null) {
      return absent;
    }
    int index = column.indexOf(row);
    return index < 0 ? absent : column.values()[index];
  }

  private static <T> T missing(ColumnSet table, ColumnKey key, T empty) {
    if (table.rowCount() == 0) {
      return empty;
    }
    throw new IllegalStateException("required column is missing or sparse: " + key);
  }
}
