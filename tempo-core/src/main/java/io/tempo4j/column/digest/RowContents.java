package io.tempo4j.column.digest;

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
import io.tempo4j.otlp.WireCursor;
import io.tempo4j.otlp.WireWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Rows of one table in one encoding, whichever columns their values are in. An attribute looks the
 * same in a column of its own and in the one of the rest.
 */
final class RowContents {

  private static final Comparator<Value> ORDER =
      Comparator.comparing(Value::isAttribute)
          .thenComparing(Value::name)
          .thenComparing(Value::any, Arrays::compareUnsigned);

  private final List<Read> columns = new ArrayList<>();
  private final ColumnKey overflow;

  private record Read(ColumnKey key, Column column) {}

  /** A field or attribute of a row; its value as the bytes of an AnyValue. */
  @SuppressWarnings("ArrayRecordComponent") // compared and written at once
  private record Value(boolean isAttribute, String name, byte[] any) {}

  /**
   * Reads what rows contain.
   *
   * @param rows ascending strictly
   * @param without names of fields that are left out
   */
  RowContents(ColumnSet table, Table kind, int[] rows, Set<String> without) throws IOException {
    overflow = Fields.overflow(kind);
    for (ColumnKey key : table.keys()) {
      if (key.isAttribute() || !without.contains(key.name())) {
        Column column = table.readFew(key, rows, rows.length);
        if (column != null) {
          columns.add(new Read(key, column));
        }
      }
    }
  }

  /** Writes a row as a nested message. */
  void write(int row, int field, WireWriter out) throws IOException {
    List<Value> values = new ArrayList<>(columns.size());
    for (Read read : columns) {
      int index = read.column.indexOf(row);
      if (index >= 0) {
        if (read.key.equals(overflow)) {
          addRest((StringColumn) read.column, index, values);
        } else {
          values.add(
              new Value(
                  read.key.isAttribute(),
                  read.key.name(),
                  any(read.column, read.key.type(), index)));
        }
      }
    }
    values.sort(ORDER);
    int message = out.begin(field);
    for (Value value : values) {
      out.string(value.isAttribute ? 2 : 1, value.name);
      out.bytes(3, value.any, 0, value.any.length);
    }
    out.end(message);
  }

  private static void addRest(StringColumn column, int index, List<Value> into) throws IOException {
    Dictionary dictionary = column.dictionary();
    int code = column.code(index);
    int from = dictionary.offset(code);
    int to = from + dictionary.length(code);
    AnyValueReader.forEachPair(
        dictionary.bytes(code),
        from,
        to,
        (bytes, start, end) -> {
          String key = "";
          byte[] value = {};
          WireCursor cursor = new WireCursor(bytes, start, end);
          while (cursor.next()) {
            if (cursor.isBytes(1)) {
              key =
                  new String(
                      bytes, cursor.from(), cursor.to() - cursor.from(), StandardCharsets.UTF_8);
            } else if (cursor.isBytes(2)) {
              value = Arrays.copyOfRange(bytes, cursor.from(), cursor.to());
            }
          }
          into.add(new Value(true, key, value));
        });
  }

  private static byte[] any(Column column, ValueType type, int index) {
    WireWriter out = new WireWriter(16);
    switch (column) {
      case StringColumn strings -> {
        Dictionary dictionary = strings.dictionary();
        int code = strings.code(index);
        int from = dictionary.offset(code);
        int length = dictionary.length(code);
        if (type == ValueType.ANY) {
          return Arrays.copyOfRange(dictionary.bytes(code), from, from + length);
        }
        out.bytes(1, dictionary.bytes(code), from, length);
      }
      case LongColumn longs -> out.varint(3, longs.values()[index]);
      case IntColumn ints -> out.varint(3, ints.values()[index]);
      case DoubleColumn doubles -> out.doubleValue(4, doubles.values()[index]);
      case BoolColumn bools -> out.bool(2, bools.values()[index]);
    }
    return out.toByteArray();
  }
}
