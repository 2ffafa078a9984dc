package io.tempo4j.query.trace;

import io.tempo4j.column.Column;
import io.tempo4j.otlp.WireWriter;
import io.tempo4j.query.scan.ColumnReads;
import java.io.IOException;
import java.util.List;

/**
 * The attributes of a range of rows, turned from columns to rows: for every row the values that it
 * has, in the order of the columns.
 */
final class AttributeRows {

  private final AttributeColumns attributes;
  private final int fromRow;

  /** First index in {@code columns} and {@code indexes} of each row of the range, and the end. */
  private final int[] starts;

  private final int[] columns;
  private final int[] indexes;

  /** Gathers the attributes of rows {@code fromRow .. toRow - 1}. */
  AttributeRows(AttributeColumns attributes, int fromRow, int toRow) {
    this.attributes = attributes;
    this.fromRow = fromRow;
    int rowCount = toRow - fromRow;
    List<AttributeColumns.AttributeColumn> all = attributes.columns();
    int[] firsts = new int[all.size()];
    int[] ends = new int[all.size()];
    starts = new int[rowCount + 1];
    for (int c = 0; c < ends.length; c++) {
      Column values = all.get(c).values();
      firsts[c] = ColumnReads.lowerBound(values, fromRow);
      ends[c] = ColumnReads.lowerBound(values, toRow);
      for (int i = firsts[c]; i < ends[c]; i++) {
        starts[values.row(i) - fromRow + 1]++;
      }
    }
    for (int i = 0; i < rowCount; i++) {
      starts[i + 1] += starts[i];
    }
    columns = new int[starts[rowCount]];
    indexes = new int[starts[rowCount]];
    int[] next = starts.clone();
    for (int c = 0; c < ends.length; c++) {
      Column values = all.get(c).values();
      for (int i = firsts[c]; i < ends[c]; i++) {
        int slot = next[values.row(i) - fromRow]++;
        columns[slot] = c;
        indexes[slot] = i;
      }
    }
  }

  /** Writes the attributes of {@code row} as repeated {@code KeyValue} fields. */
  void write(int row, int field, WireWriter out) throws IOException {
    if (attributes.hasRest(row)) {
      attributes.write(row, field, out);
      return;
    }
    int at = row - fromRow;
    for (int i = starts[at]; i < starts[at + 1]; i++) {
      attributes.columns().get(columns[i]).write(indexes[i], field, out);
    }
  }
}
