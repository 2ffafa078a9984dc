package io.tempo4j.query.trace;

import io.tempo4j.column.Dictionary;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.StringColumn;
import io.tempo4j.otlp.WireWriter;
import io.tempo4j.query.scan.ColumnReads;
import org.jspecify.annotations.Nullable;

/** Writes values of columns as protobuf fields, which are left out where they are the default. */
final class FieldWriter {

  private FieldWriter() {}

  static void number(int field, long value, WireWriter out) {
    if (value != 0) {
      out.varint(field, value);
    }
  }

  static void number(int field, @Nullable LongColumn column, int row, WireWriter out) {
    number(field, ColumnReads.longAt(column, row, 0), out);
  }

  static void text(int field, @Nullable StringColumn column, int row, WireWriter out) {
    int index = column == null ? -1 : column.indexOf(row);
    if (column == null || index < 0) {
      return;
    }
    Dictionary dictionary = column.dictionary();
    int code = column.code(index);
    int length = dictionary.length(code);
    if (length > 0) {
      out.bytes(field, dictionary.bytes(code), dictionary.offset(code), length);
    }
  }
}
