package io.tempo4j.head;

import io.tempo4j.column.ColumnKey;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of each column stand in some rows of a {@link TupleState}.
 *
 * <p>One pass over the rows notes the places of as many columns as have {@value #BATCH_VALUES}
 * values together, or of one that has more; columns further on need another pass. Thread-safe.
 */
final class ValuePlaces {

  /** Bounds what is held, eight bytes a value, however many columns the rows have. */
  private static final int BATCH_VALUES = 1 << 19;

  /** The places of one column: row numbers of the view, indexes of the state. */
  @SuppressWarnings("ArrayRecordComponent") // shared, not changed
  record Places(int[] rows, int[] values) {}

  private final TupleState state;
  private final int[] headRows;
  private final int count;
  private final ViewHoldings holdings;
  private final int[] counts;
  private final Map<ColumnKey, Integer> columns = new LinkedHashMap<>();
  private @Nullable Batch batch;

  ValuePlaces(TupleState state, int[] headRows, int count, ViewHoldings holdings) {
    this.state = state;
    this.headRows = headRows;
    this.count = count;
    this.holdings = holdings;
    this.counts = count();
    for (int column = 0; column < counts.length; column++) {
      if (counts[column] > 0) {
        columns.put(state.columnKeys()[column], column);
      }
    }
  }

  /** The columns that have values in the rows. */
  Collection<ColumnKey> keys() {
    return columns.keySet();
  }

  /** How many values the column has in the rows. */
  int count(ColumnKey key) {
    Integer column = columns.get(key);
    return column == null ? 0 : counts[column];
  }

  /** The places of the column's values, or null if it has none. */
  synchronized @Nullable Places of(ColumnKey key) {
    Integer column = columns.get(key);
    if (column == null) {
      return null;
    }
    Batch current = batch;
    if (current == null || column < current.from || column >= current.to) {
      if (current != null) {
        holdings.release(current.bytes());
      }
      batch = null;
      current = new Batch(column);
      batch = current;
      holdings.hold(current.bytes());
    }
    return new Places(current.rows[column - current.from], current.values[column - current.from]);
  }

  private int[] count() {
    if (state.columns() == 0) {
      return new int[0]; // the TRACE table, or one whose rows have required fields alone
    }
    int[] rowsOfShape = new int[state.nodes()];
    int[][] shapeOf = state.shapeOf();
    for (int i = 0; i < count; i++) {
      rowsOfShape[IntPages.at(shapeOf, headRows[i])]++;
    }
    int[] counts = new int[state.columns()];
    int[] parents = state.parentOfNode();
    int[] columnOfNode = state.columnOfNode();
    // a node stands behind the one that it hangs on, so its rows are known when it is reached
    for (int node = rowsOfShape.length - 1; node > Shapes.ROOT; node--) {
      counts[columnOfNode[node]] += rowsOfShape[node];
      rowsOfShape[parents[node]] += rowsOfShape[node];
    }
    return counts;
  }

  /** The places of the columns {@code from .. to}. */
  private final class Batch {
    final int from;
    final int to;
    final int[][] rows;
    final int[][] values;
    private final long valueCount;

    Batch(int from) {
      int end = from;
      long sum = 0;
      while (end < counts.length && (end == from || sum + counts[end] <= BATCH_VALUES)) {
        sum += counts[end++];
      }
      this.from = from;
      this.to = end;
      this.valueCount = sum;
      this.rows = new int[end - from][];
      this.values = new int[end - from][];
      for (int column = from; column < end; column++) {
        rows[column - from] = new int[counts[column]];
        values[column - from] = new int[counts[column]];
      }
      locate();
    }

    long bytes() {
      return 2L * Integer.BYTES * valueCount;
    }

    private void locate() {
      int[][] shapeOf = state.shapeOf();
      int[][] valueStart = state.valueStart();
      int[] parents = state.parentOfNode();
      int[] columnOfNode = state.columnOfNode();
      int[] depths = state.depthOfNode();
      int[] next = new int[to - from];
      for (int i = 0; i < count; i++) {
        int row = headRows[i];
        int node = IntPages.at(shapeOf, row);
        int value = IntPages.at(valueStart, row) + depths[node];
        while (node != Shapes.ROOT) {
          value--;
          int column = columnOfNode[node] - from;
          if (column >= 0 && column < rows.length) {
            int at = next[column]++;
            rows[column][at] = i;
            values[column][at] = value;
          }
          node = parents[node];
        }
      }
    }
  }
}
