package io.tempo4j.head;

import io.tempo4j.column.BoolColumn;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.Dictionary;
import io.tempo4j.column.DoubleColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.ZoneMap;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a {@link TupleState} as columns.
 *
 * <p>One pass over the rows notes for every column where its values stand; a column is gathered
 * when it is read.
 */
final class TupleView implements ColumnSet {

  private final TupleState state;
  private final Dictionary dictionary;
  private final int[] headRows;
  private final int count;
  private final Map<ColumnKey, Supplied> required = new LinkedHashMap<>();
  private final Map<ColumnKey, Column> gathered = new ConcurrentHashMap<>();
  private @Nullable Map<ColumnKey, Positions> positions;

  /** Makes a required column when it is asked for. */
  @FunctionalInterface
  interface Supplied {
    Column gather();
  }

  /** Where the values of one column stand: row numbers of the view, indexes of the state. */
  private record Positions(int[] rows, int[] values) {}

  TupleView(TupleState state, Dictionary dictionary, int[] headRows, int count) {
    this.state = state;
    this.dictionary = dictionary;
    this.headRows = headRows;
    this.count = count;
  }

  /** Adds a column that does not come from the tuples; only before the view is shared. */
  TupleView with(ColumnKey key, Supplied column) {
    required.put(key, column);
    return this;
  }

  @Override
  public int rowCount() {
    return count;
  }

  @Override
  public Collection<ColumnKey> keys() {
    Map<ColumnKey, Boolean> keys = new LinkedHashMap<>();
    if (count > 0) {
      required.keySet().forEach(key -> keys.put(key, true));
    }
    positions().keySet().forEach(key -> keys.put(key, true));
    return keys.keySet();
  }

  @Override
  public @Nullable ZoneMap zone(ColumnKey key) {
    if (count > 0 && required.containsKey(key)) {
      return ZoneMap.unbounded(count);
    }
    Positions found = positions().get(key);
    return found == null ? null : ZoneMap.unbounded(found.rows.length);
  }

  @Override
  public @Nullable Column read(ColumnKey key) {
    Column known = gathered.get(key);
    if (known != null) {
      return known;
    }
    Column column = null;
    Supplied supplied = required.get(key);
    if (supplied != null) {
      column = count == 0 ? null : supplied.gather();
    } else {
      Positions found = positions().get(key);
      if (found != null) {
        column = gather(key, found);
      }
    }
    if (column != null) {
      gathered.put(key, column);
    }
    return column;
  }

  private Column gather(ColumnKey key, Positions found) {
    int size = found.rows.length;
    int[] rows = size == count ? null : found.rows;
    long[][] values = state.values();
    return switch (key.type()) {
      case STRING, ANY -> {
        int[] codes = new int[size];
        for (int i = 0; i < size; i++) {
          codes[i] = (int) LongPages.at(values, found.values[i]);
        }
        yield new StringColumn(codes, dictionary, size, rows);
      }
      case INT, SMALL -> {
        long[] longs = new long[size];
        for (int i = 0; i < size; i++) {
          longs[i] = LongPages.at(values, found.values[i]);
        }
        yield new LongColumn(longs, size, rows);
      }
      case DOUBLE -> {
        double[] doubles = new double[size];
        for (int i = 0; i < size; i++) {
          doubles[i] = Double.longBitsToDouble(LongPages.at(values, found.values[i]));
        }
        yield new DoubleColumn(doubles, size, rows);
      }
      case BOOL -> {
        boolean[] bools = new boolean[size];
        for (int i = 0; i < size; i++) {
          bools[i] = LongPages.at(values, found.values[i]) != 0;
        }
        yield new BoolColumn(bools, size, rows);
      }
    };
  }

  private synchronized Map<ColumnKey, Positions> positions() {
    if (positions == null) {
      positions = locate();
    }
    return positions;
  }

  private Map<ColumnKey, Positions> locate() {
    if (state.columns() == 0) {
      return Map.of(); // the TRACE table, or a table whose rows have required fields alone
    }
    int[][] columnsOfShape = new int[state.nodes()][];
    int[] counts = new int[state.columns()];
    int[][] shapeOf = state.shapeOf();
    for (int i = 0; i < count; i++) {
      int shape = IntPages.at(shapeOf, headRows[i]);
      int[] columns = columnsOfShape[shape];
      if (columns == null) {
        columns = columnsOfShape[shape] = state.columnsOf(shape);
      }
      for (int column : columns) {
        counts[column]++;
      }
    }
    int[][] rowsOfColumn = new int[counts.length][];
    int[][] valuesOfColumn = new int[counts.length][];
    Map<ColumnKey, Positions> found = new LinkedHashMap<>();
    for (int column = 0; column < counts.length; column++) {
      if (counts[column] > 0) {
        rowsOfColumn[column] = new int[counts[column]];
        valuesOfColumn[column] = new int[counts[column]];
        found.put(
            state.columnKeys()[column],
            new Positions(rowsOfColumn[column], valuesOfColumn[column]));
      }
    }
    int[][] valueStart = state.valueStart();
    int[] next = new int[counts.length];
    for (int i = 0; i < count; i++) {
      int row = headRows[i];
      int value = IntPages.at(valueStart, row);
      for (int column : columnsOfShape[IntPages.at(shapeOf, row)]) {
        int at = next[column]++;
        rowsOfColumn[column][at] = i;
        valuesOfColumn[column][at] = value++;
      }
    }
    return found;
  }
}
