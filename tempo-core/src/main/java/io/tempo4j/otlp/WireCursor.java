package io.tempo4j.otlp;

/**
 * Steps from field to field of one protobuf message in an array, without making objects.
 *
 * <p>Every length is checked against the end of the message. Not thread-safe; the array must not
 * change meanwhile.
 *
 * <p>Source: the protobuf encoding specification, "Message Structure".
 */
public final class WireCursor {

  private static final int MAX_FIELD = 0x1FFF_FFFF;

  private final byte[] bytes;
  private final int limit;
  private int position;
  private int field;
  private int wireType;
  private int from;
  private int to;
  private long number;

  /** Stands before the first field of the message in {@code bytes[from .. to)}. */
  public WireCursor(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.position = from;
    this.limit = to;
  }

  /**
   * Steps to the next field; false at the end of the message.
   *
   * @throws MalformedOtlpException if the bytes are no message
   */
  public boolean next() throws MalformedOtlpException {
    if (position >= limit) {
      return false;
    }
    int at = position;
    long tag = varint();
    wireType = (int) (tag & 7);
    if (tag >>> 3 == 0 || tag >>> 3 > MAX_FIELD) {
      throw new MalformedOtlpException("field number " + (tag >>> 3), at);
    }
    field = (int) (tag >>> 3);
    switch (wireType) {
      case WireReader.VARINT -> number = varint();
      case WireReader.FIXED64 -> number = fixed(8);
      case WireReader.BYTES -> {
        long length = varint();
        if (length < 0 || length > limit - position) {
          throw new MalformedOtlpException("length " + length + " passes the end", at);
        }
        from = position;
        to = position + (int) length;
        position = to;
      }
      case WireReader.FIXED32 -> number = fixed(4);
      default -> throw new MalformedOtlpException("wire type " + wireType, at);
    }
    return true;
  }

  /** Whether the cursor stands at this field, and it has a length. */
  public boolean isBytes(int field) {
    return this.field == field && wireType == WireReader.BYTES;
  }

  /** Number of the field. */
  public int field() {
    return field;
  }

  /** How its value is encoded: 0 varint, 1 fixed 64 bits, 2 with a length, 5 fixed 32 bits. */
  public int wireType() {
    return wireType;
  }

  /** First byte of its value, if that has a length. */
  public int from() {
    return from;
  }

  /** End of its value, exclusive, if that has a length. */
  public int to() {
    return to;
  }

  /** Its value, if that has no length; 32 bits are not extended by their sign. */
  public long number() {
    return number;
  }

  private long varint() throws MalformedOtlpException {
    int at = position;
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (position >= limit) {
        throw new MalformedOtlpException("varint passes the end", at);
      }
      byte b = bytes[position++];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new MalformedOtlpException("varint of more than ten bytes", at);
  }

  private long fixed(int width) throws MalformedOtlpException {
    if (limit - position < width) {
      throw new MalformedOtlpException("number passes the end", position);
    }
    long value = 0;
    for (int i = 0; i < width; i++) {
      value |= (bytes[position + i] & 0xFFL) << (8 * i);
    }
    position += width;
    return value;
  }
}
