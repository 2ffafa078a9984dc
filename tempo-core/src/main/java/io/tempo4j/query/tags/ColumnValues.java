package io.tempo4j.query.tags;

import io.tempo4j.collect.LongSet;
import io.tempo4j.column.BoolColumn;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Dictionary;
import io.tempo4j.column.DoubleColumn;
import io.tempo4j.column.IntColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.ValueType;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.TableView;
import io.tempo4j.query.scan.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the values of columns, each value once per column. Of texts those entries of the
 * dictionary count that a wanted row uses: the dictionary of a head holds the entries of all
 * columns.
 */
final class ColumnValues {

  private static final List<ValueType> ATTRIBUTE_TYPES =
      List.of(ValueType.STRING, ValueType.INT, ValueType.DOUBLE, ValueType.BOOL, ValueType.ANY);

  private ColumnValues() {}

  /** The values of attribute {@code name} in {@code rows}, or in all rows if that is null. */
  static void attribute(TableView table, String name, @Nullable Selection rows, DistinctValues into)
      throws IOException {
    for (ValueType type : ATTRIBUTE_TYPES) {
      if (into.isFull()) {
        return;
      }
      if (table.zone(ColumnKey.attribute(table.table(), name, type)) != null) {
        column(table.attribute(name, type), type, rows, into);
      }
    }
    StringColumn overflow = table.overflow();
    if (overflow != null) {
      Selection codes = codes(overflow, rows);
      List<Value> values = new ArrayList<>();
      for (int code = codes.next(0); code >= 0 && !into.isFull(); code = codes.next(code + 1)) {
        values.clear();
        TableView.addOverflowValues(overflow, code, name, values);
        values.forEach(into::value);
      }
    }
  }

  private static void column(
      @Nullable Column column, ValueType type, @Nullable Selection rows, DistinctValues into)
      throws IOException {
    switch (column) {
      case null -> {}
      case StringColumn any when type == ValueType.ANY -> anyValues(any, rows, into);
      case StringColumn strings -> texts(strings, rows, into);
      case LongColumn longs -> longs(longs, rows, into);
      case DoubleColumn doubles -> doubles(doubles, rows, into);
      case BoolColumn bools -> bools(bools, rows, into);
      case IntColumn ints -> throw new IllegalArgumentException("no attribute is SMALL");
    }
  }

  /** The texts of {@code rows}, without empty ones, which stand for an absent field. */
  static void field(TableView table, ColumnKey key, @Nullable Selection rows, DistinctValues into)
      throws IOException {
    if (table.column(key) instanceof StringColumn column) {
      Dictionary dictionary = column.dictionary();
      Selection codes = codes(column, rows);
      for (int code = codes.next(0); code >= 0 && !into.isFull(); code = codes.next(code + 1)) {
        if (dictionary.length(code) > 0) {
          into.text(dictionary.bytes(code), dictionary.offset(code), dictionary.length(code));
        }
      }
    }
  }

  private static void texts(StringColumn column, @Nullable Selection rows, DistinctValues into) {
    Dictionary dictionary = column.dictionary();
    Selection codes = codes(column, rows);
    for (int code = codes.next(0); code >= 0 && !into.isFull(); code = codes.next(code + 1)) {
      into.text(dictionary.bytes(code), dictionary.offset(code), dictionary.length(code));
    }
  }

  private static void anyValues(StringColumn column, @Nullable Selection rows, DistinctValues into)
      throws IOException {
    Selection codes = codes(column, rows);
    for (int code = codes.next(0); code >= 0 && !into.isFull(); code = codes.next(code + 1)) {
      Value value = TableView.anyValue(column.dictionary(), code);
      if (value != null) {
        into.value(value);
      }
    }
  }

  private static void longs(LongColumn column, @Nullable Selection rows, DistinctValues into) {
    long[] values = column.values();
    LongSet seen = new LongSet();
    for (int i = 0, size = column.size(); i < size && !into.isFull(); i++) {
      if (isWanted(column, i, rows) && seen.add(values[i])) {
        into.integer(values[i]);
      }
    }
  }

  private static void doubles(DoubleColumn column, @Nullable Selection rows, DistinctValues into) {
    double[] values = column.values();
    LongSet seen = new LongSet();
    for (int i = 0, size = column.size(); i < size && !into.isFull(); i++) {
      if (isWanted(column, i, rows) && seen.add(Double.doubleToLongBits(values[i]))) {
        into.real(values[i]);
      }
    }
  }

  private static void bools(BoolColumn column, @Nullable Selection rows, DistinctValues into) {
    boolean[] values = column.values();
    boolean hasFalse = false;
    boolean hasTrue = false;
    for (int i = 0, size = column.size(); i < size && !(hasFalse && hasTrue); i++) {
      if (isWanted(column, i, rows)) {
        hasTrue |= values[i];
        hasFalse |= !values[i];
      }
    }
    if (hasFalse) {
      into.bool(false);
    }
    if (hasTrue) {
      into.bool(true);
    }
  }

  /** The entries of the dictionary that {@code rows} use. */
  static Selection codes(StringColumn column, @Nullable Selection rows) {
    int[] codes = column.codes();
    Selection used = Selection.none(column.dictionary().size());
    for (int i = 0, size = column.size(); i < size; i++) {
      if (isWanted(column, i, rows)) {
        used.add(codes == null ? i : codes[i]);
      }
    }
    return used;
  }

  private static boolean isWanted(Column column, int index, @Nullable Selection rows) {
    return rows == null || rows.contains(column.row(index));
  }
}
