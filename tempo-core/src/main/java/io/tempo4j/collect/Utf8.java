package io.tempo4j.collect;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Checks and repairs text from outside. */
public final class Utf8 {

  private Utf8() {}

  /** True if the range is well-formed UTF-8. */
  public static boolean isValid(byte[] buffer, int offset, int length) {
    int end = offset + length;
    int at = offset;
    while (at < end && buffer[at] >= 0) {
      at++;
    }
    return at == end || isValidSlow(buffer, at, end - at);
  }

  private static boolean isValidSlow(byte[] buffer, int offset, int length) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(buffer, offset, length);
    CharBuffer out = CharBuffer.allocate(Math.min(length, 1024));
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (result.isError()) {
        return false;
      }
      if (result.isUnderflow()) {
        return true;
      }
      out.clear();
    }
  }

  /** The text with a replacement character for every malformed sequence. */
  public static byte[] repair(byte[] buffer, int offset, int length) {
    return new String(buffer, offset, length, StandardCharsets.UTF_8)
        .getBytes(StandardCharsets.UTF_8);
  }
}
