package io.tempo4j.query.trace;

import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import io.tempo4j.query.scan.ColumnReads;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a table for a reader of a few rows: what has no value in them is not read, and
 * looks as if it were not there.
 */
final class NarrowColumns {

  private final ColumnSet set;
  private final Table table;
  private final List<ColumnKey> keys;
  private final int[] rows;
  private final Set<ColumnKey> present;

  /** The columns of rows {@code fromRow .. toRow - 1}. */
  NarrowColumns(ColumnSet set, Table table, int fromRow, int toRow) throws IOException {
    this.set = set;
    this.table = table;
    keys = set.keysWithin(fromRow, toRow);
    present = new HashSet<>(keys);
    rows = new int[toRow - fromRow];
    Arrays.setAll(rows, i -> fromRow + i);
  }

  /** Resources and scopes are few, and those of most traces: their columns are worth keeping. */
  private @Nullable Column read(ColumnKey key) throws IOException {
    return table == Table.RESOURCE || table == Table.SCOPE
        ? set.read(key)
        : set.readFew(key, rows, rows.length);
  }

  long[] requiredLongs(ColumnKey key) throws IOException {
    return ColumnReads.requiredLongs(set, key);
  }

  int[] requiredInts(ColumnKey key) throws IOException {
    return ColumnReads.requiredInts(set, key);
  }

  @Nullable StringColumn strings(ColumnKey key) throws IOException {
    return present.contains(key) ? (StringColumn) read(key) : null;
  }

  @Nullable LongColumn longs(ColumnKey key) throws IOException {
    return present.contains(key) ? (LongColumn) read(key) : null;
  }

  AttributeColumns attributes() throws IOException {
    return AttributeColumns.read(this::read, table, keys);
  }
}
