package io.tempo4j.server.http;

import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.otlp.WireCursor;

/** The last value of every field of one message with a number up to 16. */
final class ProtoFields {

  private static final int COUNT = 17;

  final int start;
  final int end;

  /** Numbers; of values with a length both bounds, {@code from << 32 | to}. */
  private final long[] values = new long[COUNT];

  private int present;

  /**
   * Scans the message in {@code bytes[start, end)}.
   *
   * @throws MalformedOtlpException if the bytes are no message
   */
  ProtoFields(byte[] bytes, int start, int end) throws MalformedOtlpException {
    this.start = start;
    this.end = end;
    WireCursor cursor = new WireCursor(bytes, start, end);
    while (cursor.next()) {
      int field = cursor.field();
      if (field < COUNT) {
        present |= 1 << field;
        values[field] =
            cursor.isBytes(field) ? (long) cursor.from() << 32 | cursor.to() : cursor.number();
      }
    }
  }

  /** Whether the message has the field. */
  boolean has(int field) {
    return (present & 1 << field) != 0;
  }

  /** Its value, if it is a number; 0 if it is not there. */
  long number(int field) {
    return values[field];
  }

  /** First byte of its value, if that has a length. */
  int from(int field) {
    return (int) (values[field] >>> 32);
  }

  /** End of its value, exclusive, if that has a length. */
  int to(int field) {
    return (int) values[field];
  }
}
