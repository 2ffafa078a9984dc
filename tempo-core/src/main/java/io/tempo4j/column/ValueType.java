package io.tempo4j.column;

/** The type of a column's values. Codes are part of block format v1. */
public enum ValueType {
  /** UTF-8 text, see {@link StringColumn}. */
  STRING(0),
  /** Signed 64-bit integers, see {@link LongColumn}. */
  INT(1),
  /** IEEE 754 binary64, see {@link DoubleColumn}. */
  DOUBLE(2),
  /** Truth values, see {@link BoolColumn}. */
  BOOL(3),
  /**
   * Everything else that an OTLP attribute can hold (arrays, maps, bytes, empty values), as the
   * wire bytes of one {@code AnyValue} message in a {@link StringColumn}.
   */
  ANY(4),
  /** Small integers of a fixed field, see {@link IntColumn}; never the type of an attribute. */
  SMALL(5);

  private final int code;

  ValueType(int code) {
    this.code = code;
  }

  /** The number that stands for this type in stored bytes. */
  public int code() {
    return code;
  }
}
