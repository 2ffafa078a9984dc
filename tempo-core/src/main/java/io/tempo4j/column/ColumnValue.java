package io.tempo4j.column;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A value that is looked for in a column, with its hash in attribute-value filters: it is hashed
 * once, however many filters are asked for it.
 *
 * <p>Immutable and thread-safe.
 */
public final class ColumnValue {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final ColumnKey column;
  private final byte[] bytes;
  private final long hash;

  private ColumnValue(ColumnKey column, byte[] bytes, long hash) {
    this.column = column;
    this.bytes = bytes;
    this.hash = hash;
  }

  /**
   * A text.
   *
   * @param column a column of type STRING
   * @param utf8 the text; must not be changed any more
   */
  public static ColumnValue ofText(ColumnKey column, byte[] utf8) {
    requireType(column, ValueType.STRING);
    long hash = Hash64.ofBytes(utf8, 0, utf8.length, Hash64.ofColumn(column));
    return new ColumnValue(column, utf8, hash);
  }

  /**
   * An integer.
   *
   * @param column a column of type INT
   */
  public static ColumnValue ofLong(ColumnKey column, long value) {
    requireType(column, ValueType.INT);
    byte[] bytes = new byte[8];
    LONG.set(bytes, 0, value);
    return new ColumnValue(column, bytes, Hash64.ofLong(value, Hash64.ofColumn(column)));
  }

  private static void requireType(ColumnKey column, ValueType type) {
    if (column.type() != type) {
      throw new IllegalArgumentException("a column of type " + type + " is needed, got " + column);
    }
  }

  /** The column. */
  public ColumnKey column() {
    return column;
  }

  /** The text as UTF-8, or the integer as 8 bytes little-endian. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The hash of the value, seeded with its column. */
  public long hash() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ColumnValue value
        && hash == value.hash
        && column.equals(value.column)
        && Arrays.equals(bytes, value.bytes);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(hash);
  }

  @Override
  public String toString() {
    return column + " " + java.util.HexFormat.of().formatHex(bytes);
  }
}
