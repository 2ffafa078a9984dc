package io.tempo4j.query.stitch;

import io.tempo4j.column.BoolColumn;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.Dictionary;
import io.tempo4j.column.DoubleColumn;
import io.tempo4j.column.IntColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.ValueType;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.query.scan.TableView;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chosen rows of several tables as one table. Columns are gathered when they are read, from columns
 * that the query has decoded already or decodes for this. Not thread-safe: it belongs to one query.
 */
final class GatheredColumns implements ColumnSet {

  /** How the columns of the tables are read. */
  enum Reading {
    /** Whole, so that other traces find them decoded. */
    WHOLE,
    /** For the chosen rows alone, as all traces are read at once. */
    CHOSEN
  }

  private final List<TableView> tables;
  private final Rows rows;
  private final Reading reading;
  private final Map<ColumnKey, Column> own = new HashMap<>();
  private int @Nullable [][] chosen;

  /**
   * Where each row of the new table comes from.
   *
   * @param tables the number of the table that it is taken from
   * @param rows its row there
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed after construction
  record Rows(int[] tables, int[] rows) {
    int count() {
      return rows.length;
    }
  }

  GatheredColumns(List<TableView> tables, Rows rows, Reading reading) {
    this.tables = tables;
    this.rows = rows;
    this.reading = reading;
  }

  /** Puts a column of its own in the place of what the tables have. */
  GatheredColumns with(ColumnKey key, Column column) {
    own.put(key, column);
    return this;
  }

  @Override
  public int rowCount() {
    return rows.count();
  }

  @Override
  public Collection<ColumnKey> keys() {
    Set<ColumnKey> keys = new HashSet<>(own.keySet());
    tables.forEach(table -> keys.addAll(table.keys()));
    return keys;
  }

  @Override
  public @Nullable ZoneMap zone(ColumnKey key) {
    if (rowCount() == 0) {
      return null;
    }
    Column known = own.get(key);
    if (known != null) {
      return known.size() == 0 ? null : ZoneMap.unbounded(known.size());
    }
    for (TableView table : tables) {
      if (table.zone(key) != null) {
        return ZoneMap.unbounded(rowCount());
      }
    }
    return null;
  }

  @Override
  public @Nullable Column read(ColumnKey key) throws IOException {
    Column known = own.get(key);
    if (known != null) {
      return known;
    }
    if (zone(key) == null) {
      return null;
    }
    @Nullable Column[] sources = new @Nullable Column[tables.size()];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = source(i, key);
    }
    int[] at = new int[rowCount()];
    int[] indexes = new int[rowCount()];
    int size = 0;
    for (int row = 0; row < at.length; row++) {
      Column source = sources[rows.tables()[row]];
      int index = source == null ? -1 : source.indexOf(rows.rows()[row]);
      if (index >= 0) {
        at[size] = row;
        indexes[size++] = index;
      }
    }
    Column gathered = size == 0 ? null : gather(key.type(), sources, at, indexes, size);
    tables.forEach(TableView::letGoOfFew);
    return gathered;
  }

  private @Nullable Column source(int table, ColumnKey key) throws IOException {
    return switch (reading) {
      case WHOLE -> tables.get(table).column(key);
      case CHOSEN -> {
        int[] few = chosen()[table];
        yield tables.get(table).columnOfFew(key, few, few.length);
      }
    };
  }

  /** The chosen rows of each table, ascending. */
  private int[][] chosen() {
    int[][] known = chosen;
    if (known == null) {
      int[] counts = new int[tables.size()];
      for (int table : rows.tables()) {
        counts[table]++;
      }
      known = new int[counts.length][];
      for (int i = 0; i < counts.length; i++) {
        known[i] = new int[counts[i]];
      }
      for (int i = 0; i < rows.count(); i++) {
        int table = rows.tables()[i];
        known[table][--counts[table]] = rows.rows()[i];
      }
      for (int[] ofTable : known) {
        Arrays.sort(ofTable);
      }
      chosen = known;
    }
    return known;
  }

  private Column gather(
      ValueType type, @Nullable Column[] sources, int[] at, int[] indexes, int size) {
    int[] present = size == rowCount() ? null : Arrays.copyOf(at, size);
    return switch (type) {
      case INT -> {
        long[] values = new long[size];
        for (int i = 0; i < size; i++) {
          values[i] = ((LongColumn) source(sources, at[i])).values()[indexes[i]];
        }
        yield new LongColumn(values, size, present);
      }
      case SMALL -> {
        int[] values = new int[size];
        for (int i = 0; i < size; i++) {
          values[i] = ((IntColumn) source(sources, at[i])).values()[indexes[i]];
        }
        yield new IntColumn(values, size, present);
      }
      case DOUBLE -> {
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
          values[i] = ((DoubleColumn) source(sources, at[i])).values()[indexes[i]];
        }
        yield new DoubleColumn(values, size, present);
      }
      case BOOL -> {
        boolean[] values = new boolean[size];
        for (int i = 0; i < size; i++) {
          values[i] = ((BoolColumn) source(sources, at[i])).values()[indexes[i]];
        }
        yield new BoolColumn(values, size, present);
      }
      case STRING, ANY -> strings(sources, at, indexes, size, present);
    };
  }

  private Column strings(
      @Nullable Column[] sources, int[] at, int[] indexes, int size, int @Nullable [] present) {
    int[] offsets = new int[size + 1];
    for (int i = 0; i < size; i++) {
      StringColumn source = (StringColumn) source(sources, at[i]);
      int length = source.dictionary().length(source.code(indexes[i]));
      offsets[i + 1] = Math.addExact(offsets[i], length);
    }
    byte[] bytes = new byte[offsets[size]];
    for (int i = 0; i < size; i++) {
      StringColumn source = (StringColumn) source(sources, at[i]);
      Dictionary dictionary = source.dictionary();
      int code = source.code(indexes[i]);
      int length = offsets[i + 1] - offsets[i];
      System.arraycopy(dictionary.bytes(code), dictionary.offset(code), bytes, offsets[i], length);
    }
    return new StringColumn(
        null, new Dictionary(bytes, offsets, size, Dictionary.Order.NONE), size, present);
  }

  private Column source(@Nullable Column[] sources, int row) {
    Column source = sources[rows.tables()[row]];
    if (source == null) {
      throw new IllegalStateException("a value of no column");
    }
    return source;
  }
}
