package io.tempo4j.server.http;

import io.tempo4j.server.api.BadRequestException;
import java.util.regex.Pattern;

/** Whole numbers among the parameters of a request. */
final class WholeNumber {

  private static final Pattern FORM = Pattern.compile("[-+]?[0-9]+");

  /** Any number of so many characters fits into 64 bits. */
  private static final int MAX_CHARS = 18;

  private WholeNumber() {}

  /**
   * A number that may have either sign.
   *
   * @throws BadRequestException if the text is none, or one beyond 32 bits
   */
  static int parse(String name, String text) throws BadRequestException {
    return (int) parse(name, "a whole number", text, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /**
   * A number within bounds. Its characters are counted before it is read: it may be as long as a
   * request.
   *
   * @param what names the form
   * @throws BadRequestException if the text has another form or is out of bounds
   */
  static long parse(String name, String what, String text, long min, long max)
      throws BadRequestException {
    if (!FORM.matcher(text).matches()) {
      throw BadRequestException.invalid(name, what, text);
    }
    long value = text.length() <= MAX_CHARS ? Long.parseLong(text) : Long.MAX_VALUE;
    if (value < min || value > max) {
      throw BadRequestException.invalid(name, what + " within " + min + " and " + max, text);
    }
    return value;
  }
}
