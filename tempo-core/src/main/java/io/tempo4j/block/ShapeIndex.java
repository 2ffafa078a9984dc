package io.tempo4j.block;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ValuePicks;
import io.tempo4j.model.CorruptBlockException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which rows of a table have which optional columns: the decoded shapes of one row group. */
final class ShapeIndex {

  private final int[] shapeOfRow;
  private final int rows;
  private final int[] rowsOfShape;
  private final Map<ColumnKey, BitSet> shapesOfColumn = new HashMap<>();

  /**
   * Decodes the lists.
   *
   * @param shapeOfRow shape number of each row
   * @param rows number of rows
   * @param list for each shape its number of columns, then their numbers
   * @param listLength used entries of {@code list}
   * @param columns the block's columns by number
   */
  ShapeIndex(
      int[] shapeOfRow,
      int rows,
      int[] list,
      int listLength,
      List<ColumnKey> columns,
      String object,
      long offset)
      throws CorruptBlockException {
    this.shapeOfRow = shapeOfRow;
    this.rows = rows;
    int shapes = 0;
    for (int at = 0; at < listLength; shapes++) {
      int length = list[at++];
      if (length < 0 || length > listLength - at) {
        throw new CorruptBlockException(
            object, offset, "a shape of at most " + (listLength - at) + " columns", "" + length);
      }
      for (int i = 0; i < length; i++) {
        int column = list[at++];
        if (column < 0 || column >= columns.size()) {
          throw new CorruptBlockException(
              object, offset, "a column number below " + columns.size(), "" + column);
        }
        shapesOfColumn.computeIfAbsent(columns.get(column), unused -> new BitSet()).set(shapes);
      }
    }
    this.rowsOfShape = new int[shapes];
    for (int row = 0; row < rows; row++) {
      int shape = shapeOfRow[row];
      if (shape < 0 || shape >= shapes) {
        throw new CorruptBlockException(object, offset, "a shape below " + shapes, "" + shape);
      }
      rowsOfShape[shape]++;
    }
  }

  /** The shapes that rows {@code fromRow .. toRow - 1} have. */
  BitSet shapesWithin(int fromRow, int toRow) {
    BitSet shapes = new BitSet();
    for (int row = fromRow; row < toRow; row++) {
      shapes.set(shapeOfRow[row]);
    }
    return shapes;
  }

  /** Whether one of the shapes has the column. */
  boolean haveColumn(BitSet shapes, ColumnKey key) {
    BitSet having = shapesOfColumn.get(key);
    return having != null && having.intersects(shapes);
  }

  /** The rows that have the column, or null if all of them do. */
  int @Nullable [] rowsOf(ColumnKey key) {
    BitSet having = shapesOfColumn.get(key);
    if (having == null) {
      return new int[0];
    }
    int[] has = new int[rowsOfShape.length];
    int count = 0;
    for (int shape = having.nextSetBit(0); shape >= 0; shape = having.nextSetBit(shape + 1)) {
      has[shape] = 1;
      count += rowsOfShape[shape];
    }
    if (count == rows) {
      return null;
    }
    // Every row is written and stays if it counts: shapes follow each other without a pattern that
    // a branch could be predicted by.
    int[] found = new int[count];
    int at = 0;
    for (int row = 0; at < count; row++) {
      found[at] = row;
      at += has[shapeOfRow[row]];
    }
    return found;
  }

  /** Number of rows that have the column. */
  int countOf(ColumnKey key) {
    BitSet having = shapesOfColumn.get(key);
    int count = 0;
    if (having != null) {
      for (int shape = having.nextSetBit(0); shape >= 0; shape = having.nextSetBit(shape + 1)) {
        count += rowsOfShape[shape];
      }
    }
    return count;
  }

  /**
   * The values of the column that few rows have.
   *
   * @param fewRows the rows, ascending; {@code fewCount} of them
   * @return null if none of the rows has the column
   */
  @Nullable ValuePicks pick(ColumnKey key, int[] fewRows, int fewCount) {
    BitSet having = shapesOfColumn.get(key);
    if (having == null) {
      return null;
    }
    int[] has = new int[rowsOfShape.length];
    for (int shape = having.nextSetBit(0); shape >= 0; shape = having.nextSetBit(shape + 1)) {
      has[shape] = 1;
    }
    int count = 0;
    int last = 0;
    for (int i = 0; i < fewCount; i++) {
      if (has[shapeOfRow[fewRows[i]]] != 0) {
        count++;
        last = i;
      }
    }
    if (count == 0) {
      return null;
    }
    int[] positions = new int[count];
    int[] found = new int[count];
    int at = 0;
    int before = 0;
    int row = 0;
    for (int i = 0; i <= last; i++) {
      int to = fewRows[i];
      for (; row < to; row++) {
        before += has[shapeOfRow[row]];
      }
      if (has[shapeOfRow[to]] != 0) {
        positions[at] = before;
        found[at++] = to;
      }
    }
    return new ValuePicks(positions, found, count);
  }

  long heapBytes() {
    long columns = 0;
    for (BitSet shapes : shapesOfColumn.values()) {
      columns += 96 + shapes.size() / 8;
    }
    return 64 + 4L * shapeOfRow.length + 4L * rowsOfShape.length + columns;
  }
}
