package io.tempo4j.query.trace;

import io.tempo4j.column.BoolColumn;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
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
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The attribute columns of a table, by key, then by type, ready to be written as OTLP. */
final class AttributeColumns {

  private final List<AttributeColumn> columns;
  private final @Nullable StringColumn overflow;

  /** A column with its key as an encoded field, ready to be copied. */
  record AttributeColumn(Column values, ValueType type, String key, byte[] keyField) {

    /** Writes value {@code index} as a repeated {@code KeyValue} field. */
    void write(int index, int field, WireWriter out) {
      int keyValue = out.begin(field);
      writePair(index, out);
      out.end(keyValue);
    }

    private void writePair(int index, WireWriter out) {
      out.raw(keyField, 0, keyField.length);
      writeValue(index, out);
    }

    private void writeValue(int index, WireWriter out) {
      switch (values) {
        case StringColumn strings when type == ValueType.ANY -> {
          Dictionary dictionary = strings.dictionary();
          int code = strings.code(index);
          out.bytes(2, dictionary.bytes(code), dictionary.offset(code), dictionary.length(code));
        }
        case StringColumn strings -> {
          Dictionary dictionary = strings.dictionary();
          int code = strings.code(index);
          int value = out.begin(2);
          out.bytes(1, dictionary.bytes(code), dictionary.offset(code), dictionary.length(code));
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

  private AttributeColumns(List<AttributeColumn> columns, @Nullable StringColumn overflow) {
    this.columns = columns;
    this.overflow = overflow;
  }

  /** Reads a column; null if it has no value. */
  @FunctionalInterface
  interface Reader {
    @Nullable Column read(ColumnKey key) throws IOException;
  }

  /** Reads the attribute columns among {@code keys}, which are in order. */
  static AttributeColumns read(Reader reader, Table table, List<ColumnKey> keys)
      throws IOException {
    List<AttributeColumn> columns = new ArrayList<>(keys.size());
    StringColumn overflow = null;
    for (ColumnKey key : keys) {
      if (key.isAttribute()) {
        Column values = reader.read(key);
        if (values != null) {
          columns.add(new AttributeColumn(values, key.type(), key.name(), keyField(key.name())));
        }
      } else if (key.equals(Fields.overflow(table))) {
        overflow = (StringColumn) reader.read(key);
      }
    }
    return new AttributeColumns(columns, overflow);
  }

  private static byte[] keyField(String key) {
    WireWriter field = new WireWriter(key.length() + 4);
    field.string(1, key);
    return field.toByteArray();
  }

  List<AttributeColumn> columns() {
    return columns;
  }

  /** Whether the row has attributes without a column. */
  boolean hasRest(int row) {
    return overflow != null && overflow.indexOf(row) >= 0;
  }

  /**
   * Writes the attributes of one row, looking each column up. Those without a column stand among
   * the others by key, so that it cannot be seen which had one.
   */
  void write(int row, int field, WireWriter out) throws IOException {
    List<Pair> pairs = new ArrayList<>(columns.size());
    for (AttributeColumn column : columns) {
      int index = column.values().indexOf(row);
      if (index >= 0) {
        pairs.add(Pair.of(column, index));
      }
    }
    int index = overflow == null ? -1 : overflow.indexOf(row);
    if (overflow != null && index >= 0) {
      Dictionary dictionary = overflow.dictionary();
      int code = overflow.code(index);
      int from = dictionary.offset(code);
      int to = from + dictionary.length(code);
      AnyValueReader.forEachPair(
          dictionary.bytes(code),
          from,
          to,
          (bytes, start, end) ->
              pairs.add(
                  new Pair(
                      AnyValueReader.keyValue(bytes, start, end).key(),
                      Arrays.copyOfRange(bytes, start, end))));
      pairs.sort(Comparator.comparing(Pair::key));
    }
    for (Pair pair : pairs) {
      out.bytes(field, pair.encoded, 0, pair.encoded.length);
    }
  }

  /** A {@code KeyValue} message. */
  @SuppressWarnings("ArrayRecordComponent") // written at once
  private record Pair(String key, byte[] encoded) {

    static Pair of(AttributeColumn column, int index) {
      WireWriter out = new WireWriter(64);
      column.writePair(index, out);
      return new Pair(column.key, out.toByteArray());
    }
  }
}
