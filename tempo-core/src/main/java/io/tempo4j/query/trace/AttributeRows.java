package io.tempo4j.query.trace;

import io.tempo4j.column.BoolColumn;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.Dictionary;
import io.tempo4j.column.DoubleColumn;
import io.tempo4j.column.Fields;
import io.tempo4j.column.IntColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.otlp.AnyValueReader;
import io.tempo4j.otlp.WireWriter;
import io.tempo4j.query.scan.ColumnReads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a range of rows, turned from columns to rows: for every row the columns that
 * have a value there, by key, then by type.
 */
final class AttributeRows {

  private static final Comparator<ColumnKey> BY_NAME =
      Comparator.comparing(ColumnKey::name).thenComparing(ColumnKey::type);

  private final int fromRow;
  private final List<Entry> entries;

  /** First index in {@code columns} and {@code indexes} of each row of the range, and the end. */
  private final int[] starts;

  private final int[] columns;
  private final int[] indexes;
  private final @Nullable StringColumn overflow;

  /** A column with its key as an encoded field, ready to be copied. */
  private record Entry(Column column, ValueType type, byte[] keyField) {}

  private AttributeRows(
      int fromRow,
      List<Entry> entries,
      int[] starts,
      int[] columns,
      int[] indexes,
      @Nullable StringColumn overflow) {
    this.fromRow = fromRow;
    this.entries = entries;
    this.starts = starts;
    this.columns = columns;
    this.indexes = indexes;
    this.overflow = overflow;
  }

  /** Gathers the attributes of rows {@code fromRow .. toRow - 1}. */
  static AttributeRows gather(ColumnSet set, Table table, int fromRow, int toRow)
      throws IOException {
    int rowCount = toRow - fromRow;
    List<Entry> entries = new ArrayList<>();
    int[] starts = new int[rowCount + 1];
    if (rowCount > 0) {
      for (ColumnKey key :
          set.keys().stream().filter(ColumnKey::isAttribute).sorted(BY_NAME).toList()) {
        Column column = set.read(key);
        if (column != null && count(column, fromRow, toRow, starts)) {
          entries.add(new Entry(column, key.type(), keyField(key.name())));
        }
      }
    }
    for (int i = 0; i < rowCount; i++) {
      starts[i + 1] += starts[i];
    }
    int[] columns = new int[starts[rowCount]];
    int[] indexes = new int[starts[rowCount]];
    int[] next = starts.clone();
    for (int c = 0; c < entries.size(); c++) {
      Column column = entries.get(c).column();
      int to = ColumnReads.lowerBound(column, toRow);
      for (int i = ColumnReads.lowerBound(column, fromRow); i < to; i++) {
        int slot = next[column.row(i) - fromRow]++;
        columns[slot] = c;
        indexes[slot] = i;
      }
    }
    StringColumn overflow = ColumnReads.strings(set, Fields.overflow(table));
    return new AttributeRows(fromRow, entries, starts, columns, indexes, overflow);
  }

  /** Adds one to the entry behind each row that has a value; false if none has. */
  private static boolean count(Column column, int fromRow, int toRow, int[] counts) {
    int from = ColumnReads.lowerBound(column, fromRow);
    int to = ColumnReads.lowerBound(column, toRow);
    for (int i = from; i < to; i++) {
      counts[column.row(i) - fromRow + 1]++;
    }
    return from < to;
  }

  private static byte[] keyField(String key) {
    WireWriter field = new WireWriter(key.length() + 4);
    field.string(1, key);
    return field.toByteArray();
  }

  /** Writes the attributes of {@code row} as repeated {@code KeyValue} fields. */
  void write(int row, int field, WireWriter out) throws IOException {
    int at = row - fromRow;
    for (int i = starts[at]; i < starts[at + 1]; i++) {
      Entry entry = entries.get(columns[i]);
      int keyValue = out.begin(field);
      out.raw(entry.keyField(), 0, entry.keyField().length);
      writeValue(entry, indexes[i], out);
      out.end(keyValue);
    }
    int index = overflow == null ? -1 : overflow.indexOf(row);
    if (overflow != null && index >= 0) {
      Dictionary dictionary = overflow.dictionary();
      int code = overflow.code(index);
      int from = dictionary.offset(code);
      AnyValueReader.forEachPair(
          dictionary.bytes(),
          from,
          from + dictionary.length(code),
          (bytes, start, end) -> out.bytes(field, bytes, start, end - start));
    }
  }

  private static void writeValue(Entry entry, int index, WireWriter out) {
    switch (entry.column()) {
      case StringColumn strings when entry.type() == ValueType.ANY -> {
        Dictionary dictionary = strings.dictionary();
        int code = strings.code(index);
        out.bytes(2, dictionary.bytes(), dictionary.offset(code), dictionary.length(code));
      }
      case StringColumn strings -> {
        Dictionary dictionary = strings.dictionary();
        int code = strings.code(index);
        int value = out.begin(2);
        out.bytes(1, dictionary.bytes(), dictionary.offset(code), dictionary.length(code));
        out.end(value);
      }
      case LongColumn longs -> {
        int value = out.begin(2);
        out.varint(3, longs.values()[index]);
        out.end(value);
      }
      case IntColumn ints -> {
        int value = out.begin(2);
        out.varint(3, ints.values()[index]);
        out.end(value);
      }
      case DoubleColumn doubles -> {
        int value = out.begin(2);
        out.doubleValue(4, doubles.values()[index]);
        out.end(value);
      }
      case BoolColumn bools -> {
        int value = out.begin(2);
        out.bool(2, bools.values()[index]);
        out.end(value);
      }
    }
  }
}
