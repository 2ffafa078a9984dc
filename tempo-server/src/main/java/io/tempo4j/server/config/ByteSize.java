package io.tempo4j.server.config;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sizes in bytes: a whole number as {@link GoInteger} reads it, or numbers with units, {@code
 * 500MB}, {@code 1GiB}, {@code 63KiB1023B}.
 */
final class ByteSize {

  private static final Pattern PART =
      Pattern.compile(
          "([0-9][0-9_]{0,30}(?:\\.[0-9]{1,30})?(?:[eE][+]?[0-9]{1,2})?)\\s*([a-zA-Z]+)");

  private ByteSize() {}

  /**
   * Parses a size.
   *
   * @throws IllegalArgumentException if the text is no size, has a fraction of a byte or exceeds 63
   *     bits
   */
  static long parse(String text) {
    if (GoInteger.looksLikeOne(text)) {
      return GoInteger.parse(text);
    }
    String parts = text.strip();
    Matcher part = PART.matcher(parts);
    BigDecimal bytes = BigDecimal.ZERO;
    int position = 0;
    do {
      if (!part.find(position) || part.start() != position) {
        throw malformed(text);
      }
      bytes =
          bytes.add(
              new BigDecimal(part.group(1).replace("_", ""))
                  .multiply(BigDecimal.valueOf(unit(part.group(2), text))));
      position = part.end();
    } while (position < parts.length());
    try {
      return bytes.longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "expected a whole number of bytes below 2^63, got '" + text + "'", e);
    }
  }

  private static long unit(String name, String text) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "b" -> 1L;
      case "k", "kb" -> 1_000L;
      case "ki", "kib" -> 1L << 10;
      case "m", "mb" -> 1_000_000L;
      case "mi", "mib" -> 1L << 20;
      case "g", "gb" -> 1_000_000_000L;
      case "gi", "gib" -> 1L << 30;
      case "t", "tb" -> 1_000_000_000_000L;
      case "ti", "tib" -> 1L << 40;
      default -> throw malformed(text);
    };
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "expected a size in bytes such as 1048576, 500MB or 1GiB, got '" + text + "'");
  }
}
