package io.tempo4j.query.metrics;

import io.tempo4j.column.Column;

/** Finds the values that the spans of a batch have in a column. */
final class ColumnPairs {

  /** Takes the place of a span in the batch and that of its value in the column. */
  interface Pairing {
    void pair(int i, int index);
  }

  private ColumnPairs() {}

  /** Pairs each span of the batch that has a value with it; both ascend by row. */
  static void forEach(Column column, Batch batch, Pairing pairing) {
    int[] batchRows = batch.rows();
    int count = batch.count();
    int[] rows = column.rows();
    if (rows == null) {
      for (int i = 0; i < count; i++) {
        pairing.pair(i, batchRows[i]);
      }
      return;
    }
    int size = column.size();
    int index = 0;
    for (int i = 0; i < count; i++) {
      int row = batchRows[i];
      while (index < size && rows[index] < row) {
        index++;
      }
      if (index == size) {
        return;
      }
      if (rows[index] == row) {
        pairing.pair(i, index);
      }
    }
  }
}
