package io.tempo4j.server.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whole numbers as Go's YAML reads them: {@code 10}, {@code +10}, {@code 1_000_000}, {@code 0x1F},
 * {@code 0o17} and {@code 017}, {@code 0b11}; also {@code 1e6} and {@code 1.5}, whose fraction is
 * dropped.
 */
final class GoInteger {

  private static final Pattern REAL =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?");
  private static final Pattern WITH_BASE = Pattern.compile("([-+]?)0([xXoObB]?)([0-9a-fA-F]+)");
  private static final int MAX_CHARS = 100;

  private GoInteger() {}

  /** True if the text has the form of a number, whatever its size. */
  static boolean looksLikeOne(String text) {
    String digits = digits(text);
    return REAL.matcher(digits).matches() || withBase(digits) != null;
  }

  /**
   * Parses a number.
   *
   * @throws IllegalArgumentException if the text is no number or does not fit into 64 bits; the
   *     message says which
   */
  static long parse(String text) {
    String digits = digits(text);
    BigInteger value = withBase(digits);
    if (value == null) {
      if (!REAL.matcher(digits).matches()) {
        throw new IllegalArgumentException("expected a whole number, got '" + text + "'");
      }
      value = new BigDecimal(digits).toBigInteger();
    }
    if (value.bitLength() >= Long.SIZE) {
      throw new IllegalArgumentException(
          "expected a whole number within "
              + Long.MIN_VALUE
              + " and "
              + Long.MAX_VALUE
              + ", got '"
              + text
              + "'");
    }
    return value.longValue();
  }

  /** Underscores mean nothing; a text that is longer than any number is none. */
  private static String digits(String text) {
    return text.length() > MAX_CHARS ? "" : text.strip().replace("_", "");
  }

  /** A number in another base than ten; null if it is none, {@code 08} for example. */
  private static @Nullable BigInteger withBase(String digits) {
    Matcher withBase = WITH_BASE.matcher(digits);
    if (!withBase.matches()) {
      return null;
    }
    int base =
        switch (withBase.group(2).toLowerCase(Locale.ROOT)) {
          case "x" -> 16;
          case "b" -> 2;
          default -> 8;
        };
    try {
      return new BigInteger(withBase.group(1) + withBase.group(3), base);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
