package io.tempo4j.head;

import io.tempo4j.collect.StringInterner;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Dictionary;
import io.tempo4j.column.Fields;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.otlp.AnyValueReader;
import io.tempo4j.otlp.AttributeDecoder;
import io.tempo4j.otlp.AttributeSink;
import io.tempo4j.otlp.MalformedOtlpException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The optional fields and attributes of one table's rows: per row a shape and, one behind the
 * other, one value per column of the shape.
 *
 * <p>Values are 64-bit: integers, raw bits of doubles, 0 or 1, or the code of a string or AnyValue
 * in the head's interner. A row is built by any number of attribute calls and closed by {@link
 * #endRow}; {@link #truncate} drops rows again, which is how a failed request leaves no trace. Of a
 * key that a row has several times the last value counts, and is the only one that is kept.
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
      rest().string(buffer, key, keyLength, value, valueLength);
    } else {
      push(next, strings.internText(buffer, value, valueLength));
    }
  }

  @Override
  public void integer(byte[] buffer, int key, int keyLength, long value) {
    int next = shapes.next(node, buffer, key, keyLength, ValueType.INT);
    if (next < 0) {
      rest().integer(buffer, key, keyLength, value);
    } else {
      push(next, value);
    }
  }

  @Override
  public void floating(byte[] buffer, int key, int keyLength, long rawBits) {
    int next = shapes.next(node, buffer, key, keyLength, ValueType.DOUBLE);
    if (next < 0) {
      rest().floating(buffer, key, keyLength, rawBits);
    } else {
      push(next, rawBits);
    }
  }

  @Override
  public void bool(byte[] buffer, int key, int keyLength, long value) {
    int next = shapes.next(node, buffer, key, keyLength, ValueType.BOOL);
    if (next < 0) {
      rest().bool(buffer, key, keyLength, value);
    } else {
      push(next, value);
    }
  }

  @Override
  public void any(byte[] buffer, int key, int keyLength, int value, int valueLength) {
    int next = shapes.next(node, buffer, key, keyLength, ValueType.ANY);
    if (next < 0) {
      rest().any(buffer, key, keyLength, value, valueLength);
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

  private OverflowBuffer rest() {
    return overflow.at(valueCount - rowStart);
  }

  /** Closes the current row. */
  void endRow() {
    RowRepeats repeats =
        overflow.isEmpty() ? RowRepeats.NONE : RowRepeats.find(overflow, shapes, node);
    if (repeats != RowRepeats.NONE) {
      leaveOut(repeats);
    }
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

  /** Writes the current row anew, without what comes again in it. */
  private void leaveOut(RowRepeats repeats) {
    int[] columns = shapes.columnsOf(node);
    long[] row = new long[columns.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = values.get(rowStart + i);
    }
    byte[] list = Arrays.copyOf(overflow.bytes(), overflow.size());
    overflow.clear();
    valueCount = rowStart;
    node = Shapes.ROOT;
    for (int i = 0; i < row.length; i++) {
      if (!repeats.values().get(i)) {
        int next = shapes.next(node, columns[i]);
        if (next < 0) {
          overflow(columns[i], row[i]);
        } else {
          push(next, row[i]);
        }
      }
    }
    try {
      AnyValueReader.forEachPair(list, 0, list.length, new LastPairs(repeats.entries(), this));
    } catch (MalformedOtlpException e) {
      throw new IllegalStateException("a list that was written here", e);
    }
  }

  /** Hands on the pairs of a list that are not left out. */
  private static final class LastPairs implements AnyValueReader.PairVisitor {
    private final BitSet without;
    private final AttributeSink sink;
    private int entry;

    LastPairs(BitSet without, AttributeSink sink) {
      this.without = without;
      this.sink = sink;
    }

    @Override
    public void pair(byte[] bytes, int from, int to) throws MalformedOtlpException {
      if (!without.get(entry++)) {
        AttributeDecoder.decode(bytes, from, to, sink);
      }
    }
  }

  /** Adds a value to the overflow for which there is no node left. */
  private void overflow(int column, long value) {
    byte[] name = shapes.name(column);
    switch (shapes.columns()[column].type()) {
      case INT, SMALL -> rest().integer(name, 0, name.length, value);
      case DOUBLE -> rest().floating(name, 0, name.length, value);
      case BOOL -> rest().bool(name, 0, name.length, value);
      case STRING, ANY -> {
        Dictionary texts = strings.dictionary();
        int code = (int) value;
        int length = texts.length(code);
        byte[] both = Arrays.copyOf(name, name.length + length);
        System.arraycopy(texts.bytes(code), texts.offset(code), both, name.length, length);
        if (shapes.columns()[column].type() == ValueType.ANY) {
          rest().any(both, 0, name.length, name.length, length);
        } else {
          rest().string(both, 0, name.length, name.length, length);
        }
      }
    }
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
