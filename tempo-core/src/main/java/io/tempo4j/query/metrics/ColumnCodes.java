package io.tempo4j.query.metrics;

import io.tempo4j.column.BoolColumn;
import io.tempo4j.column.Column;
import io.tempo4j.column.Dictionary;
import io.tempo4j.column.DoubleColumn;
import io.tempo4j.column.IntColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.StringColumn;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The values of columns as numbers of a {@link ValuePool}. Not thread-safe. */
final class ColumnCodes {

  private static final int UNKNOWN = -1;

  private final ValuePool pool;
  private int[] ofEntries = new int[0];

  ColumnCodes(ValuePool pool) {
    this.pool = pool;
  }

  /** Writes the numbers of the values of a column; spans without one are left as they are. */
  void codes(Column column, Batch batch, int[] into) {
    switch (column) {
      case StringColumn strings -> strings(strings, batch, into);
      case LongColumn longs -> longs(longs, batch, into);
      case DoubleColumn doubles -> {
        double[] values = doubles.values();
        ColumnPairs.forEach(column, batch, (i, index) -> into[i] = pool.real(values[index]));
      }
      case BoolColumn bools -> {
        boolean[] values = bools.values();
        int yes = pool.bool(true);
        int no = pool.bool(false);
        ColumnPairs.forEach(column, batch, (i, index) -> into[i] = values[index] ? yes : no);
      }
      case IntColumn ints -> throw new IllegalArgumentException("no attribute is SMALL");
    }
  }

  private void longs(LongColumn column, Batch batch, int[] into) {
    long[] values = column.values();
    // Neighbours often agree; a value that repeats costs no lookup.
    long[] last = {0};
    int[] lastCode = {UNKNOWN};
    ColumnPairs.forEach(
        column,
        batch,
        (i, index) -> {
          if (values[index] != last[0] || lastCode[0] == UNKNOWN) {
            last[0] = values[index];
            lastCode[0] = pool.integer(values[index]);
          }
          into[i] = lastCode[0];
        });
  }

  private void strings(StringColumn column, Batch batch, int[] into) {
    Dictionary dictionary = column.dictionary();
    int[] known = dictionaryCodes(column, batch);
    if (known == null) {
      ColumnPairs.forEach(
          column, batch, (i, index) -> into[i] = pool.text(dictionary, column.code(index)));
      return;
    }
    int[] codes = column.codes();
    ColumnPairs.forEach(
        column,
        batch,
        (i, index) -> {
          int code = codes == null ? index : codes[index];
          int number = known[code];
          if (number == UNKNOWN) {
            number = pool.text(dictionary, code);
            known[code] = number;
          }
          into[i] = number;
        });
  }

  /** A table from entries to numbers; null where it costs more than it spares. */
  private int @Nullable [] dictionaryCodes(StringColumn column, Batch batch) {
    int entries = column.dictionary().size();
    if (column.codes() == null || entries > 4L * Math.min(batch.count(), column.size()) + 1024) {
      return null;
    }
    if (ofEntries.length < entries) {
      ofEntries = new int[entries];
    }
    Arrays.fill(ofEntries, 0, entries, UNKNOWN);
    return ofEntries;
  }
}
