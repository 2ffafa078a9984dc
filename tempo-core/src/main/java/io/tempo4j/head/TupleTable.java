package io.tempo4j.head;

import io.tempo4j.collect.StringInterner;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Fields;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.otlp.AttributeSink;

/**
 * The optional fields and attributes of one table's rows: per row a shape and, one behind the
 * other, one value per column of the shape.
 *
 * <p>Values are 64-bit: integers, raw bits of doubles, 0 or 1, or the code of a string or AnyValue
 * in the head's interner. A row is built by any number of attribute calls and closed by {@link
 * #endRow}; {@link #truncate} drops rows again, which is how a failed request leaves no trace.
 *
 * <p>One thread writes. Rows below a published count never change.
 */
final class TupleTable implements AttributeSink {

  private final Shapes shapes;
  private final StringInterner strings;
  private final ColumnKey overflowKey;

  private final IntPages shapeOf;
  private final IntPages valueStart;
  private final LongPages values;
  private final OverflowBuffer overflow;
  private int rows;
  private int rowStart;
  private int valueCount;
  private int node = Shapes.ROOT;

  TupleTable(Table table, StringInterner strings, ByteLease lease) {
    this.shapes = new Shapes(table, lease);
    this.strings = strings;
    this.shapeOf = new IntPages(lease);
    this.valueStart = new IntPages(lease);
    this.values = new LongPages(lease);
    this.overflow = new OverflowBuffer(lease);
    this.overflowKey = Fields.overflow(table);
  }

  int rows() {
    return rows;
  }

  Shapes shapes() {
    return shapes;
  }

  int[][] shapeOf() {
    return shapeOf.pages();
  }

  int[][] valueStart() {
    return valueStart.pages();
  }

  long[][] values() {
    return values.pages();
  }

  @Override
  public void string(byte[] buffer, int key, int keyLength, int value, int valueLength) {
    int next = shapes.next(node, buffer, key, keyLength, ValueType.STRING);
    if (next < 0) {
      overflow.string(buffer, key, keyLength, value, valueLength);
    } else {
      push(next, strings.internText(buffer, value, valueLength));
    }
  }

  @Override
  public void integer(byte[] buffer, int key, int keyLength, long value) {
    int next = shapes.next(node, buffer, key, keyLength, ValueType.INT);
    if (next < 0) {
      overflow.integer(buffer, key, keyLength, value);
    } else {
      push(next, value);
    }
  }

  @Override
  public void floating(byte[] buffer, int key, int keyLength, long rawBits) {
    int next = shapes.next(node, buffer, key, keyLength, ValueType.DOUBLE);
    if (next < 0) {
      overflow.floating(buffer, key, keyLength, rawBits);
    } else {
      push(next, rawBits);
    }
  }

  @Override
  public void bool(byte[] buffer, int key, int keyLength, long value) {
    int next = shapes.next(node, buffer, key, keyLength, ValueType.BOOL);
    if (next < 0) {
      overflow.bool(buffer, key, keyLength, value);
    } else {
      push(next, value);
    }
  }

  @Override
  public void any(byte[] buffer, int key, int keyLength, int value, int valueLength) {
    int next = shapes.next(node, buffer, key, keyLength, ValueType.ANY);
    if (next < 0) {
      overflow.any(buffer, key, keyLength, value, valueLength);
    } else {
      push(next, strings.intern(buffer, value, valueLength));
    }
  }

  /** Adds an optional text field to the current row, unless it is empty. */
  void textField(ColumnKey field, byte[] buffer, int offset, int length) {
    if (length > 0) {
      push(shapes.next(node, field), strings.internText(buffer, offset, length));
    }
  }

  /** Adds an optional field of opaque bytes to the current row, unless it is empty. */
  void bytesField(ColumnKey field, byte[] value) {
    if (value.length > 0) {
      push(shapes.next(node, field), strings.intern(value, 0, value.length));
    }
  }

  /** Adds an optional number to the current row, unless it is 0. */
  void numberField(ColumnKey field, long value) {
    if (value != 0) {
      push(shapes.next(node, field), value);
    }
  }

  /** Closes the current row. */
  void endRow() {
    if (!overflow.isEmpty()) {
      push(shapes.next(node, overflowKey), strings.intern(overflow.bytes(), 0, overflow.size()));
      overflow.clear();
    }
    shapeOf.reserve(rows);
    valueStart.reserve(rows);
    shapeOf.set(rows, node);
    valueStart.set(rows, rowStart);
    rows++;
    rowStart = valueCount;
    node = Shapes.ROOT;
  }

  /** Drops the current row and every row from {@code count} on. */
  void truncate(int count) {
    rowStart = count < rows ? valueStart.get(count) : rowStart;
    rows = count;
    valueCount = rowStart;
    node = Shapes.ROOT;
    overflow.clear();
  }

  /** Gives back the pages that hold nothing. */
  void trim() {
    shapeOf.trim(rows);
    valueStart.trim(rows);
    values.trim(valueCount);
  }

  private void push(int next, long value) {
    values.reserve(valueCount);
    values.set(valueCount++, value);
    node = next;
  }
}
