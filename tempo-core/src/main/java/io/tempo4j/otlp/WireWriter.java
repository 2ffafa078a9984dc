package io.tempo4j.otlp;

import io.tempo4j.collect.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes protobuf messages field by field into one growing array.
 *
 * <p>A nested message is opened by {@link #begin} and closed by {@link #end} with the mark that
 * {@code begin} returned, innermost first. Fields are written whatever their value is: leaving out
 * defaults is the caller's choice.
 *
 * <p>Not thread-safe. The writer may be used again after {@link #reset}.
 *
 * <p>Source: the protobuf encoding, protobuf.dev/programming-guides/encoding.
 */
public final class WireWriter {

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private byte[] buffer;
  private int size;

  /** A writer with room for {@code expectedBytes} before it has to grow. */
  public WireWriter(int expectedBytes) {
    buffer = new byte[Math.max(16, expectedBytes)];
  }

  /** Number of bytes written. */
  public int size() {
    return size;
  }

  /** Forgets all bytes. */
  public void reset() {
    size = 0;
  }

  /**
   * Drops what was written behind {@code newSize}; only nested messages opened before may be open.
   */
  public void truncate(int newSize) {
    if (newSize < 0 || newSize > size) {
      throw new IllegalArgumentException("cannot cut " + size + " bytes to " + newSize);
    }
    size = newSize;
  }

  /** A copy of the bytes written. */
  public byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  /** The bytes written, at its start; longer than {@link #size} and not copied. */
  public byte[] array() {
    return buffer;
  }

  /** Opens a nested message; the result is the mark for {@link #end}. */
  public int begin(int field) {
    tag(field, LENGTH_DELIMITED);
    reserve(1);
    // One byte for the length, which suffices for most messages; end() makes room for more.
    return ++size;
  }

  /** Closes the nested message that {@code mark} stands for. */
  public void end(int mark) {
    int length = size - mark;
    int extra = varintLength(length) - 1;
    if (extra > 0) {
      reserve(extra);
      System.arraycopy(buffer, mark, buffer, mark + extra, length);
    }
    int end = size + extra;
    size = mark - 1;
    rawVarint(length);
    size = end;
  }

  /** An integer, enum or unsigned field. */
  public void varint(int field, long value) {
    tag(field, VARINT);
    rawVarint(value);
  }

  /** A bool field. */
  public void bool(int field, boolean value) {
    varint(field, value ? 1 : 0);
  }

  /** A fixed64 or sfixed64 field. */
  public void fixed64(int field, long value) {
    tag(field, FIXED64);
    reserve(8);
    for (int i = 0; i < 8; i++) {
      buffer[size++] = (byte) (value >>> (8 * i));
    }
  }

  /** A fixed32 or sfixed32 field. */
  public void fixed32(int field, int value) {
    tag(field, FIXED32);
    reserve(4);
    for (int i = 0; i < 4; i++) {
      buffer[size++] = (byte) (value >>> (8 * i));
    }
  }

  /** A double field. */
  public void doubleValue(int field, double value) {
    fixed64(field, Double.doubleToRawLongBits(value));
  }

  /** A string field. */
  public void string(int field, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    bytes(field, utf8, 0, utf8.length);
  }

  /** A string field; a surrogate without its partner becomes U+FFFD. */
  public void string(int field, char[] chars, int offset, int length) {
    int bytes = utf8Length(chars, offset, length);
    tag(field, LENGTH_DELIMITED);
    rawVarint(bytes);
    reserve(bytes);
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

  /** A string field; what is no UTF-8 in it becomes replacement characters. */
  void text(int field, byte[] source, int offset, int length) {
    if (Utf8.isValid(source, offset, length)) {
      bytes(field, source, offset, length);
    } else {
      byte[] repaired = Utf8.repair(source, offset, length);
      bytes(field, repaired, 0, repaired.length);
    }
  }

  /** A string, bytes or already encoded message field. */
  public void bytes(int field, byte[] source, int offset, int length) {
    tag(field, LENGTH_DELIMITED);
    rawVarint(length);
    raw(source, offset, length);
  }

  /** A bytes field of eight bytes, big-endian, as OTLP writes span ids. */
  public void id64(int field, long value) {
    tag(field, LENGTH_DELIMITED);
    rawVarint(8);
    bigEndian(value);
  }

  /** A bytes field of sixteen bytes, big-endian, as OTLP writes trace ids. */
  public void id128(int field, long high, long low) {
    tag(field, LENGTH_DELIMITED);
    rawVarint(16);
    bigEndian(high);
    bigEndian(low);
  }

  /** Bytes that are fields already, tags included. */
  public void raw(byte[] source, int offset, int length) {
    reserve(length);
    System.arraycopy(source, offset, buffer, size, length);
    size += length;
  }

  private void bigEndian(long value) {
    reserve(8);
    for (int i = 56; i >= 0; i -= 8) {
      buffer[size++] = (byte) (value >>> i);
    }
  }

  private void tag(int field, int wireType) {
    rawVarint((long) field << 3 | wireType);
  }

  private void rawVarint(long value) {
    reserve(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      buffer[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
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
    return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : value < 1 << 28 ? 4 : 5;
  }

  private void reserve(int more) {
    if (buffer.length - size < more) {
      long wanted = Math.max((long) size + more, 2L * buffer.length);
      if ((long) size + more > Integer.MAX_VALUE - 16) {
        throw new IllegalStateException("message exceeds 2 GiB");
      }
      buffer = Arrays.copyOf(buffer, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
    }
  }
}
