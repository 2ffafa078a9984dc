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

  private final WireReader in;
  private final int limit;
  private int field;
  private int wireType;
  private int from;
  private int to;
  private long number;

  /** Stands before the first field of the message in {@code bytes[from .. to)}. */
  public WireCursor(byte[] bytes, int from, int to) {
    this.in = new WireReader(bytes, from);
    this.limit = to;
  }

  /**
   * Steps to the next field; false at the end of the message.
   *
   * @throws MalformedOtlpException if the bytes are no message
   */
  public boolean next() throws MalformedOtlpException {
    if (in.position >= limit) {
      return false;
    }
    int tag = in.tag(limit);
    wireType = tag & 7;
    field = tag >>> 3;
    switch (wireType) {
      case WireReader.VARINT -> number = in.varint(limit);
      case WireReader.FIXED64 -> number = in.fixed64(limit);
      case WireReader.BYTES -> {
        int length = in.length(limit);
        from = in.position;
        to = from + length;
        in.position = to;
      }
      case WireReader.FIXED32 -> number = in.fixed32(limit) & 0xffff_ffffL;
      default -> throw in.malformed("wire type " + wireType + " of field " + field);
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

  /** Where the next field starts. */
  public int position() {
    return in.position;
  }
}
