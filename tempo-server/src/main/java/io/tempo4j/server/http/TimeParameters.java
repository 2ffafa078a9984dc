package io.tempo4j.server.http;

import com.linecorp.armeria.common.QueryParams;
import io.tempo4j.server.api.BadRequestException;
import io.tempo4j.server.api.TimeRange;
import io.tempo4j.server.config.GoDuration;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;

/** Moments and lengths of time among the parameters of a request. */
final class TimeParameters {

  private static final long SECOND = 1_000_000_000L;
  private static final long MAX_SECONDS = Long.MAX_VALUE / SECOND;
  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]*\\.?[0-9]+([eE][-+]?[0-9]+)?");
  private static final int MAX_NUMBER_CHARS = 40;

  /** Whole numbers with more digits are nanoseconds. */
  private static final int MAX_SECOND_DIGITS = 10;

  private static final String SOME_MOMENT = "a time after 1970 and before 2262";

  private TimeParameters() {}

  /**
   * A moment in whole Unix seconds; 0 if there is none.
   *
   * @throws BadRequestException if it is no such number
   */
  static long seconds(QueryParams params, String name) throws BadRequestException {
    String text = params.get(name, "");
    return text.isEmpty() ? 0 : WholeNumber.parse(name, "whole Unix seconds", text, 0, MAX_SECONDS);
  }

  /**
   * A moment in Unix nanoseconds; 0 if there is none. It is given in seconds with or without a
   * fraction, in nanoseconds, or as a date of RFC 3339.
   *
   * @throws BadRequestException if it has another form, or is none that fits
   */
  static long moment(QueryParams params, String name) throws BadRequestException {
    String text = params.get(name, "");
    if (text.isEmpty()) {
      return 0;
    }
    if (NUMBER.matcher(text).matches()) {
      boolean isNanos =
          text.chars().allMatch(c -> c >= '0' && c <= '9') && text.length() > MAX_SECOND_DIGITS;
      return nanos(name, text, isNanos ? 1 : SECOND, SOME_MOMENT);
    }
    Instant instant;
    try {
      instant = OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw BadRequestException.invalid(
          name, "Unix seconds, nanoseconds or a date such as 2026-01-02T15:04:05Z", text);
    }
    long seconds = instant.getEpochSecond();
    if (seconds < 0 || seconds >= MAX_SECONDS) {
      throw BadRequestException.invalid(name, SOME_MOMENT, text);
    }
    return seconds * SECOND + instant.getNano();
  }

  /**
   * The moments {@code start} and {@code end}, either of which may be missing.
   *
   * @throws BadRequestException if one of them is no moment, or the first does not come first
   */
  static TimeRange range(QueryParams params) throws BadRequestException {
    long start = moment(params, "start");
    String received =
        "start=%s end=%s".formatted(start == 0 ? "0" : params.get("start"), params.get("end"));
    return TimeRange.of(start, moment(params, "end"), received);
  }

  /**
   * A length of time in nanoseconds, as a number of seconds or as a duration such as {@code 30s}.
   *
   * @throws BadRequestException if the parameter is missing, has another form or is negative
   */
  static long length(QueryParams params, String name) throws BadRequestException {
    String text = params.get(name, "");
    return NUMBER.matcher(text).matches()
        ? nanos(name, text, SECOND, "a number of seconds within 0 and " + MAX_SECONDS)
        : duration(params, name).toNanos();
  }

  /**
   * A duration such as {@code 30s}.
   *
   * @throws BadRequestException if the parameter is missing or has another form
   */
  static Duration duration(QueryParams params, String name) throws BadRequestException {
    try {
      return GoDuration.parse(params.get(name, ""));
    } catch (IllegalArgumentException e) {
      throw new BadRequestException("invalid " + name + ": " + e.getMessage());
    }
  }

  /**
   * A number of units that fits in nanoseconds and is not negative.
   *
   * @param expected what else it should have been
   */
  private static long nanos(String name, String text, long unit, String expected)
      throws BadRequestException {
    if (text.length() > MAX_NUMBER_CHARS) {
      throw BadRequestException.invalid(
          name, "a number of at most " + MAX_NUMBER_CHARS + " characters", text);
    }
    BigDecimal number;
    try {
      number = new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw BadRequestException.invalid(name, expected, text); // an exponent beyond all
    }
    // Written out, a number may have as many digits as its exponent says.
    long digitsBeforePoint = (long) number.precision() - number.scale();
    if (number.signum() < 0 || digitsBeforePoint > 19 || number.scale() > 1000) {
      throw BadRequestException.invalid(name, expected, text);
    }
    BigDecimal nanos =
        number.multiply(BigDecimal.valueOf(unit)).setScale(0, RoundingMode.HALF_EVEN);
    if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw BadRequestException.invalid(name, expected, text);
    }
    return nanos.longValue();
  }
}
