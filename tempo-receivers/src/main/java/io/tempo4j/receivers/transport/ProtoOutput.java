package io.tempo4j.receivers.transport;

import io.tempo4j.receivers.ByteSlice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes protobuf wire format into one growing array, front to back. Not thread-safe.
 *
 * <p>Source: protobuf encoding guide.
 */
public final class ProtoOutput {

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private byte[] buffer;
  private int size;

  /** Starts with room for that many bytes. */
  public ProtoOutput(int capacity) {
    buffer = new byte[Math.max(16, capacity)];
  }

  /** What was written; shares the array, so nothing may be written afterwards. */
  public ByteSlice slice() {
    return new ByteSlice(buffer, 0, size);
  }

  /** A copy of what was written. */
  public byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  /** A field of type int32, int64, uint32, uint64, bool or of an enum. */
  public void varintField(int field, long value) {
    tag(field, VARINT);
    varint(value);
  }

  /** A field of type fixed64. */
  public void fixed64Field(int field, long value) {
    tag(field, FIXED64);
    fixed(value, Long.BYTES);
  }

  /** A field of type fixed32. */
  public void fixed32Field(int field, int value) {
    tag(field, FIXED32);
    fixed(value, Integer.BYTES);
  }

  /** A field of type bytes. */
  public void bytesField(int field, byte[] value) {
    tag(field, LENGTH_DELIMITED);
    varint(value.length);
    ensure(value.length);
    System.arraycopy(value, 0, buffer, size, value.length);
    size += value.length;
  }

  /** A field of type string. */
  public void stringField(int field, String value) {
    bytesField(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A field of type string; a surrogate without its partner becomes U+FFFD. */
  public void stringField(int field, char[] chars, int offset, int length) {
    int bytes = utf8Length(chars, offset, length);
    tag(field, LENGTH_DELIMITED);
    varint(bytes);
    ensure(bytes);
    int end = offset + length;
    for (int i = offset; i < end; i++) {
      char c = chars[i];
      if (c < 0x80) {
        buffer[size++] = (byte) c;
      } else if (c < 0x800) {
        buffer[size++] = (byte) (0xc0 | (c >> 6));
        buffer[size++] = (byte) (0x80 | (c & 0x3f));
      } else if (Character.isHighSurrogate(c)
          && i + 1 < end
          && Character.isLowSurrogate(chars[i + 1])) {
        int point = Character.toCodePoint(c, chars[++i]);
        buffer[size++] = (byte) (0xf0 | (point >> 18));
        buffer[size++] = (byte) (0x80 | ((point >> 12) & 0x3f));
        buffer[size++] = (byte) (0x80 | ((point >> 6) & 0x3f));
        buffer[size++] = (byte) (0x80 | (point & 0x3f));
      } else {
        char known = Character.isSurrogate(c) ? '\ufffd' : c;
        buffer[size++] = (byte) (0xe0 | (known >> 12));
        buffer[size++] = (byte) (0x80 | ((known >> 6) & 0x3f));
        buffer[size++] = (byte) (0x80 | (known & 0x3f));
      }
    }
  }

  /**
   * Begins a field that holds a message or bytes whose length is not known yet.
   *
   * @return to be given to {@link #end}
   */
  public int begin(int field) {
    tag(field, LENGTH_DELIMITED);
    ensure(1);
    return ++size;
  }

  /** Ends what {@link #begin} began; nested ones end first. */
  public void end(int start) {
    // One byte was left for the length; the contents move up if it needs more.
    int length = size - start;
    int extra = varintLength(length) - 1;
    if (extra > 0) {
      ensure(extra);
      System.arraycopy(buffer, start, buffer, start + extra, length);
    }
    size = start - 1;
    varint(length);
    size += length;
  }

  private void tag(int field, int wireType) {
    varint(((long) field << 3) | wireType);
  }

  private void varint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      buffer[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
  }

  private void fixed(long value, int bytes) {
    ensure(bytes);
    for (int i = 0; i < bytes; i++) {
      buffer[size++] = (byte) (value >>> (8 * i));
    }
  }

  private static int utf8Length(char[] chars, int offset, int length) {
    long bytes = 0;
    int end = offset + length;
    for (int i = offset; i < end; i++) {
      char c = chars[i];
      if (c < 0x80) {
        bytes++;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < end
          && Character.isLowSurrogate(chars[i + 1])) {
        bytes += 4;
        i++;
      } else {
        bytes += 3;
      }
    }
    return Math.toIntExact(bytes);
  }

  private static int varintLength(int value) {
    return Math.max(1, (38 - Integer.numberOfLeadingZeros(value)) / 7);
  }

  private void ensure(int more) {
    if (buffer.length - size < more) {
      buffer = Arrays.copyOf(buffer, Math.max(Math.addExact(size, more), size + (size >> 1)));
    }
  }
}
