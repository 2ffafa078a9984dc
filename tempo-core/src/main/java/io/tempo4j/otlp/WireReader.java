package io.tempo4j.otlp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A cursor over protobuf wire bytes.
 *
 * <p>Every read is checked against the limit that the caller passes, which is the end of the
 * enclosing message; a length that reaches beyond it is malformed. Source: the Protocol Buffers
 * encoding specification.
 */
final class WireReader {

  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int START_GROUP = 3;
  static final int END_GROUP = 4;
  static final int FIXED32 = 5;

  private static final int MAX_GROUP_DEPTH = 32;
  private static final VarHandle LONG_LE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG_BE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT_LE =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  final byte[] buffer;
  private final int base;

  /** Index of the next byte to read. */
  int position;

  WireReader(byte[] buffer, int position) {
    this.buffer = buffer;
    this.base = position;
    this.position = position;
  }

  MalformedOtlpException malformed(String what) {
    return new MalformedOtlpException(what, position - base);
  }

  /** Reads a tag: field number times 8 plus wire type. */
  int tag(int limit) throws MalformedOtlpException {
    int at = position;
    if (at < limit && buffer[at] >= 8) {
      position = at + 1;
      return buffer[at];
    }
    long tag = varint(limit);
    if (tag < 8 || tag > 0xffff_ffffL) {
      throw malformed("field number 0 or beyond 2^29");
    }
    return (int) tag;
  }

  long varint(int limit) throws MalformedOtlpException {
    int at = position;
    if (at < limit && buffer[at] >= 0) {
      position = at + 1;
      return buffer[at];
    }
    return longVarint(limit);
  }

  private long longVarint(int limit) throws MalformedOtlpException {
    long value = 0;
    int at = position;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at >= limit) {
        throw malformed("message ends within a varint");
      }
      byte next = buffer[at++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        position = at;
        return value;
      }
    }
    throw malformed("varint longer than 10 bytes");
  }

  /** Reads a length prefix and returns the length; {@code position} is then the first byte. */
  int length(int limit) throws MalformedOtlpException {
    long length = varint(limit);
    if (length < 0 || length > limit - position) {
      throw malformed(
          "length "
              + Long.toUnsignedString(length)
              + " reaches beyond the enclosing message, "
              + (limit - position)
              + " bytes are left");
    }
    return (int) length;
  }

  /** Skips a length prefix and as many bytes as it says. */
  void skipBytes(int limit) throws MalformedOtlpException {
    int length = length(limit);
    position += length;
  }

  long fixed64(int limit) throws MalformedOtlpException {
    int at = position;
    if (limit - at < 8) {
      throw malformed("message ends within a 64-bit field");
    }
    position = at + 8;
    return (long) LONG_LE.get(buffer, at);
  }

  int fixed32(int limit) throws MalformedOtlpException {
    int at = position;
    if (limit - at < 4) {
      throw malformed("message ends within a 32-bit field");
    }
    position = at + 4;
    return (int) INT_LE.get(buffer, at);
  }

  /** The eight bytes at {@code at} as a big-endian number; the caller has checked the bounds. */
  long bigEndian64(int at) {
    return (long) LONG_BE.get(buffer, at);
  }

  /** Skips the value of a field that nobody knows. */
  void skip(int tag, int limit) throws MalformedOtlpException {
    skip(tag, limit, 0);
  }

  private void skip(int tag, int limit, int depth) throws MalformedOtlpException {
    switch (tag & 7) {
      case VARINT -> varint(limit);
      case FIXED64 -> fixed64(limit);
      case BYTES -> skipBytes(limit);
      case FIXED32 -> fixed32(limit);
      case START_GROUP -> {
        if (depth == MAX_GROUP_DEPTH) {
          throw malformed("groups nested deeper than " + MAX_GROUP_DEPTH);
        }
        int end = (tag & ~7) | END_GROUP;
        int inner;
        while ((inner = tag(limit)) != end) {
          skip(inner, limit, depth + 1);
        }
      }
      default -> throw malformed("wire type " + (tag & 7) + " of field " + (tag >>> 3));
    }
  }
}
