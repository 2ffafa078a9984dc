package io.tempo4j.server.config;

import io.tempo4j.model.GoDurationFormat;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as Go programs write them: {@code 1h30m}, {@code 1.5s}, {@code 100ms}, {@code 0}; also
 * with the units {@code d}, {@code w} and {@code y} of 24 hours, 7 days and 365 days.
 */
public final class GoDuration {

  private static final Pattern PART = Pattern.compile("([0-9]*\\.?[0-9]+|[0-9]+\\.)([a-zµμ]+)");
  private static final BigDecimal MAX_NANOS = BigDecimal.valueOf(Long.MAX_VALUE);

  private static final int MAX_CHARS = 100;

  private GoDuration() {}

  /**
   * Parses a duration that is not negative.
   *
   * @throws IllegalArgumentException if the text is no such duration; the message says what is
   *     wrong
   */
  public static Duration parse(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    if (text.length() > MAX_CHARS) {
      throw malformed(text.substring(0, MAX_CHARS) + "…");
    }
    Matcher part = PART.matcher(text);
    BigDecimal nanos = BigDecimal.ZERO;
    int position = 0;
    while (position < text.length()) {
      if (!part.find(position) || part.start() != position) {
        throw malformed(text);
      }
      nanos =
          nanos.add(new BigDecimal(part.group(1)).multiply(new BigDecimal(unitNanos(part, text))));
      position = part.end();
    }
    if (position == 0) {
      throw malformed(text);
    }
    if (nanos.compareTo(MAX_NANOS) > 0) {
      throw new IllegalArgumentException("duration '" + text + "' is longer than 292 years");
    }
    return Duration.ofNanos(nanos.longValue());
  }

  private static long unitNanos(Matcher part, String text) {
    return switch (part.group(2)) {
      case "ns" -> 1L;
      case "us", "µs", "μs" -> 1_000L;
      case "ms" -> 1_000_000L;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      case "d" -> 24 * 3_600_000_000_000L;
      case "w" -> 7 * 24 * 3_600_000_000_000L;
      case "y" -> 365 * 24 * 3_600_000_000_000L;
      default -> throw malformed(text);
    };
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "expected a duration such as 30s, 1h30m or 100ms, got '" + text + "'");
  }

  /** The form in which Go prints the duration: {@code 1h30m0s}, {@code 1.5s}, {@code 100ms}. */
  public static String format(Duration duration) {
    return GoDurationFormat.text(duration.toNanos());
  }
}
