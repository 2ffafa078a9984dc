package io.tempo4j.server.http;

/**
 * Walks protobuf wire bytes without making objects: {@link #next} steps to a field and says where
 * its value lies. Not thread-safe.
 *
 * <p>Source: the protobuf encoding specification, "Message Structure".
 */
final class ProtoCursor {

  private final byte[] buffer;
  private final int limit;
  private int position;
  private int field;
  private long value;

  /** Walks the fields of the message in {@code buffer[from, to)}. */
  ProtoCursor(byte[] buffer, int from, int to) {
    this.buffer = buffer;
    this.position = from;
    this.limit = to;
  }

  /**
   * Steps to the next field; false at the end of the message.
   *
   * @throws IllegalArgumentException if the bytes are no protobuf message
   */
  boolean next() {
    if (position >= limit) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    switch ((int) tag & 7) {
      case 0 -> value = varint();
      case 1 -> value = fixed(8);
      case 2 -> {
        long length = varint();
        if (length < 0 || length > limit - position) {
          throw malformed();
        }
        // Both bounds in one number, so that fields can be noted whatever their type.
        value = (long) position << 32 | position + (int) length;
        position += (int) length;
      }
      case 5 -> value = fixed(4);
      default -> throw malformed();
    }
    return true;
  }

  /** Number of the field that was stepped to. */
  int field() {
    return field;
  }

  /** Its value, if it is a varint or of fixed width. */
  long number() {
    return value;
  }

  /** Its value: the number, or {@code from << 32 | to}. */
  long value() {
    return value;
  }

  /** First byte of its value, if that has a length. */
  int from() {
    return (int) (value >>> 32);
  }

  /** End of its value, exclusive, if that has a length. */
  int to() {
    return (int) value;
  }

  /** Where the next field starts. */
  int position() {
    return position;
  }

  private long varint() {
    long result = 0;
    for (int shift = 0; shift < 64 && position < limit; shift += 7) {
      byte b = buffer[position++];
      result |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return result;
      }
    }
    throw malformed();
  }

  private long fixed(int bytes) {
    if (limit - position < bytes) {
      throw malformed();
    }
    long result = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      result = result << 8 | buffer[position + i] & 0xff;
    }
    position += bytes;
    return result;
  }

  private IllegalArgumentException malformed() {
    return new IllegalArgumentException("malformed protobuf before byte " + position);
  }
}
