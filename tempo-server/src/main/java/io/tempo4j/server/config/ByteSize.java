package io.tempo4j.server.config;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in bytes: {@code 1048576}, {@code 1e6}, {@code 500MB}, {@code 1GiB}. */
final class ByteSize {

  private static final Pattern SIZE =
      Pattern.compile("([0-9][0-9_]*(?:\\.[0-9]+)?(?:[eE][+]?[0-9]{1,2})?)\\s*([a-zA-Z]*)");

  private ByteSize() {}

  /**
   * Parses a size.
   *
   * @throws IllegalArgumentException if the text is no size, has a fraction of a byte or exceeds 63
   *     bits
   */
  static long parse(String text) {
    Matcher size = SIZE.matcher(text.trim());
    if (!size.matches()) {
      throw malformed(text);
    }
    long unit =
        switch (size.group(2).toLowerCase(Locale.ROOT)) {
          case "", "b" -> 1L;
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
    try {
      return new BigDecimal(size.group(1).replace("_", ""))
          .multiply(BigDecimal.valueOf(unit))
          .longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "expected a whole number of bytes below 2^63, got '" + text + "'", e);
    }
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "expected a size in bytes such as 1048576, 500MB or 1GiB, got '" + text + "'");
  }
}
