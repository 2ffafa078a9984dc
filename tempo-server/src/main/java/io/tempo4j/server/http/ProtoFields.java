package io.tempo4j.server.http;

/** The last value of every field of one message with a number up to 16. */
final class ProtoFields {

  private static final int COUNT = 17;

  final int start;
  final int end;
  private final long[] values = new long[COUNT];
  private int present;

  /** Scans the message in {@code bytes[start, end)}. */
  ProtoFields(byte[] bytes, int start, int end) {
    this.start = start;
    this.end = end;
    ProtoCursor cursor = new ProtoCursor(bytes, start, end);
    while (cursor.next()) {
      int field = cursor.field();
      if (field > 0 && field < COUNT) {
        present |= 1 << field;
        values[field] = cursor.value();
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
