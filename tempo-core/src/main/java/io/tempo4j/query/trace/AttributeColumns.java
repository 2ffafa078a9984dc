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
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The attribute columns of a table, by key, then by type, ready to be written as OTLP. */
final class AttributeColumns {

  private final List<AttributeColumn> columns;
  private final @Nullable StringColumn overflow;

  /** A column with its key as an encoded field, ready to be copied. */
  record AttributeColumn(Column values, ValueType type, byte[] keyField) {

    /** Writes value {@code index} as a repeated {@code KeyValue} field. */
    void write(int index, int field, WireWriter out) {
      int keyValue = out.begin(field);
      out.raw(keyField, 0, keyField.length);
      writeValue(index, out);
      out.end(keyValue);
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

  /** Reads the attribute columns among {@code keys}, which are in order. */
  static AttributeColumns read(ColumnSet set, Table table, List<ColumnKey> keys)
      throws IOException {
    List<AttributeColumn> columns = new ArrayList<>(keys.size());
    StringColumn overflow = null;
    for (ColumnKey key : keys) {
      if (key.isAttribute()) {
        Column values = set.read(key);
        if (values != null) {
          columns.add(new AttributeColumn(values, key.type(), keyField(key.name())));
        }
      } else if (key.equals(Fields.overflow(table))) {
        overflow = (StringColumn) set.read(key);
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

  /** Writes the attributes of one row, looking each column up. */
  void write(int row, int field, WireWriter out) throws IOException {
    for (AttributeColumn column : columns) {
      int index = column.values().indexOf(row);
      if (index >= 0) {
        column.write(index, field, out);
      }
    }
    writeOverflow(row, field, out);
  }

  /** Writes the attributes of the row that have no column. */
  void writeOverflow(int row, int field, WireWriter out) throws IOException {
    int index = overflow == null ? -1 : overflow.indexOf(row);
    if (overflow != null && index >= 0) {
      Dictionary dictionary = overflow.dictionary();
      int code = overflow.code(index);
      int from = dictionary.offset(code);
      AnyValueReader.forEachPair(
          dictionary.bytes(code),
          from,
          from + dictionary.length(code),
          (bytes, start, end) -> out.bytes(field, bytes, start, end - start));
    }
  }
}
