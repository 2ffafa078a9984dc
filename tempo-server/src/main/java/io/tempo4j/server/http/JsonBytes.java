package io.tempo4j.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes UTF-8 bytes to a stream in pieces, and knows how JSON writes texts and numbers. Throws
 * {@link UncheckedIOException} where the stream fails. Not thread-safe.
 *
 * <p>Source: RFC 8259 for texts, RFC 4648 section 4 for base64.
 */
final class JsonBytes {

  /** What stands behind the backslash for each ASCII character: 0 for none, 'u' for a code. */
  private static final byte[] ESCAPES = escapes();

  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final byte[] BASE64 =
      ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

  private static final int MAX_ARRAY = Integer.MAX_VALUE - 16;

  /** What is written goes to the stream when there is about so much of it. */
  private static final int PIECE_BYTES = 16 << 10;

  private final OutputStream to;

  /** Bytes that went to the stream. */
  private long handedOver;

  private final byte[] digits = new byte[20];
  private byte[] buffer = new byte[4 << 10];
  private int size;

  /** Writes to {@code to}, which is not closed. */
  JsonBytes(OutputStream to) {
    this.to = to;
  }

  private static byte[] escapes() {
    byte[] escapes = new byte[128];
    Arrays.fill(escapes, 0, 0x20, (byte) 'u');
    escapes['\b'] = 'b';
    escapes['\t'] = 't';
    escapes['\n'] = 'n';
    escapes['\f'] = 'f';
    escapes['\r'] = 'r';
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    return escapes;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Hands over what was not handed over yet. */
  void flush() {
    try {
      to.write(buffer, 0, size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    handedOver += size;
    size = 0;
    if (buffer.length > 4 * PIECE_BYTES) {
      buffer = new byte[PIECE_BYTES]; // it grew for one long text
    }
  }

  void put(char ascii) {
    reserve(1);
    buffer[size++] = (byte) ascii;
  }

  void put(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
  }

  /** A name in quotes, and the colon behind it; nothing in it must be escaped. */
  void putName(byte[] name) {
    reserve(name.length + 3L);
    byte[] to = buffer;
    int at = size;
    to[at++] = '"';
    System.arraycopy(name, 0, to, at, name.length);
    at += name.length;
    to[at++] = '"';
    to[at++] = ':';
    size = at;
  }

  /** A text of which nothing must be escaped, without quotes. */
  void putAscii(String text) {
    int length = text.length();
    reserve(length);
    for (int i = 0; i < length; i++) {
      buffer[size++] = (byte) text.charAt(i);
    }
  }

  /** How much was written so far. */
  long written() {
    return handedOver + size;
  }

  /**
   * Writes again what was written from {@code from} to {@code to}.
   *
   * @return false if that is not at hand any more; nothing was written then
   */
  boolean repeat(long from, long to) {
    long length = to - from;
    if (from < handedOver || length > buffer.length - size) {
      return false;
    }
    putRaw(buffer, (int) (from - handedOver), (int) (to - handedOver));
    return true;
  }

  /** A text in quotes. */
  void putText(String text) {
    int length = text.length();
    reserve(length + 2L);
    byte[] out = buffer;
    int at = size;
    out[at++] = '"';
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= ESCAPES.length || ESCAPES[c] != 0) {
        putEncoded(text);
        return;
      }
      out[at++] = (byte) c;
    }
    out[at] = '"';
    size = at + 1;
  }

  private void putEncoded(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    put('"');
    putEscaped(utf8, 0, utf8.length);
    put('"');
  }

  /** A text in quotes; what is no UTF-8 in {@code bytes[from, to)} is replaced. */
  void putUtf8(byte[] bytes, int from, int to) {
    reserve(to - from + 2);
    int start = size;
    byte[] out = buffer;
    out[start] = '"';
    int at = start + 1;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b < 0 || ESCAPES[b] != 0) {
        putText(new String(bytes, from, to - from, StandardCharsets.UTF_8));
        return;
      }
      out[at++] = b;
    }
    out[at] = '"';
    size = at + 1;
  }

  private void putEscaped(byte[] utf8, int from, int to) {
    int clean = from;
    for (int i = from; i < to; i++) {
      byte b = utf8[i];
      if (b >= 0 && ESCAPES[b] != 0) {
        putRaw(utf8, clean, i);
        putEscape(b);
        clean = i + 1;
      }
    }
    putRaw(utf8, clean, to);
  }

  private void putEscape(byte b) {
    reserve(6);
    buffer[size++] = '\\';
    buffer[size++] = ESCAPES[b];
    if (ESCAPES[b] == 'u') {
      buffer[size++] = '0';
      buffer[size++] = '0';
      buffer[size++] = HEX[b >> 4];
      buffer[size++] = HEX[b & 0xf];
    }
  }

  private void putRaw(byte[] bytes, int from, int to) {
    reserve(to - from);
    System.arraycopy(bytes, from, buffer, size, to - from);
    size += to - from;
  }

  /** Decimal digits of a signed number. */
  void putSigned(long value) {
    if (value < 0) {
      put('-');
    }
    putUnsigned(Math.abs(value)); // the smallest number stays as it is: right as an unsigned one
  }

  /** Decimal digits of an unsigned number. */
  void putUnsigned(long value) {
    if (value < 0) {
      putAscii(Long.toUnsignedString(value));
      return;
    }
    int at = digits.length;
    long rest = value;
    do {
      digits[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    putRaw(digits, at, digits.length);
  }

  /** Sixteen hexadecimal digits. */
  void putHex(long value) {
    reserve(16);
    for (int shift = 60; shift >= 0; shift -= 4) {
      buffer[size++] = HEX[(int) (value >>> shift) & 0xf];
    }
  }

  /** Up to 32 hexadecimal digits, without zeros on the left, but at least one. */
  void putShortHex(long high, long low) {
    reserve(32);
    int digits =
        high == 0
            ? Math.max(1, 16 - Long.numberOfLeadingZeros(low) / 4)
            : 32 - Long.numberOfLeadingZeros(high) / 4;
    for (int digit = digits - 1; digit >= 0; digit--) {
      long bits = digit < 16 ? low >>> (4 * digit) : high >>> (4 * (digit - 16));
      buffer[size++] = HEX[(int) bits & 0xf];
    }
  }

  /** Two hexadecimal digits for each byte of {@code bytes[from, to)}. */
  void putHex(byte[] bytes, int from, int to) {
    reserve(2L * (to - from));
    for (int i = from; i < to; i++) {
      buffer[size++] = HEX[bytes[i] >> 4 & 0xf];
      buffer[size++] = HEX[bytes[i] & 0xf];
    }
  }

  /** The bytes {@code bytes[from, to)} in base64, padded. */
  void putBase64(byte[] bytes, int from, int to) {
    reserve(4L * ((to - from + 2L) / 3));
    int i = from;
    for (; i + 3 <= to; i += 3) {
      int bits = (bytes[i] & 0xff) << 16 | (bytes[i + 1] & 0xff) << 8 | bytes[i + 2] & 0xff;
      buffer[size++] = BASE64[bits >> 18];
      buffer[size++] = BASE64[bits >> 12 & 0x3f];
      buffer[size++] = BASE64[bits >> 6 & 0x3f];
      buffer[size++] = BASE64[bits & 0x3f];
    }
    if (i < to) {
      boolean isPair = i + 1 < to;
      int bits = (bytes[i] & 0xff) << 16 | (isPair ? (bytes[i + 1] & 0xff) << 8 : 0);
      buffer[size++] = BASE64[bits >> 18];
      buffer[size++] = BASE64[bits >> 12 & 0x3f];
      buffer[size++] = isPair ? BASE64[bits >> 6 & 0x3f] : (byte) '=';
      buffer[size++] = '=';
    }
  }

  private void reserve(long more) {
    if (more > buffer.length - size) {
      grow(more);
    }
  }

  private void grow(long more) {
    if (size >= PIECE_BYTES / 2) {
      flush();
    }
    long needed = size + more;
    if (needed > MAX_ARRAY) {
      throw new UncheckedIOException(new IOException("a text of " + more + " bytes is too long"));
    }
    if (needed > buffer.length) {
      long wanted = Math.max(needed, Math.min(PIECE_BYTES, 2L * buffer.length));
      buffer = Arrays.copyOf(buffer, (int) wanted);
    }
  }
}
