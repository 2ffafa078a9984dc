package io.tempo4j.query.metrics;

/*
 * A trace state is a list of "key=value" that commas separate, with blanks around them. The value of
 * the key "ot" is a list of "key:value" that semicolons separate, and that of "th" there is the
 * threshold below which random numbers of 56 bits are not sampled: 1 to 14 hexadecimal digits in
 * lower case, zeros on the right left out.
 */
/**
 * What a sampler of OpenTelemetry says in a trace state on how many spans one stands for.
 *
 * <p>Sources: W3C Trace Context Level 2, section 3.3; OpenTelemetry specification, "TraceState:
 * Probability Sampling".
 */
final class TraceStateSampling {

  private static final int THRESHOLD_DIGITS = 14;
  private static final long RANDOM_NUMBERS = 1L << 56;

  private TraceStateSampling() {}

  /**
   * The inverse of the probability that the span was sampled; 1 if the bytes do not say.
   *
   * @param from the first byte of the trace state
   * @param to behind its last byte
   */
  static double weight(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      int end = end(bytes, at, to, ',');
      int start = at;
      while (start < end && isBlank(bytes[start])) {
        start++;
      }
      if (isKey(bytes, start, end, 'o', 't', '=')) {
        int last = end;
        while (isBlank(bytes[last - 1])) {
          last--;
        }
        return weightOfMember(bytes, start + 3, last);
      }
      at = end + 1;
    }
    return 1;
  }

  private static double weightOfMember(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      int end = end(bytes, at, to, ';');
      if (isKey(bytes, at, end, 't', 'h', ':')) {
        return weightOfThreshold(bytes, at + 3, end);
      }
      at = end + 1;
    }
    return 1;
  }

  private static double weightOfThreshold(byte[] bytes, int from, int to) {
    if (from == to || to - from > THRESHOLD_DIGITS) {
      return 1;
    }
    long threshold = 0;
    for (int at = from; at < to; at++) {
      boolean isDigit = bytes[at] >= '0' && bytes[at] <= '9';
      if (!isDigit && (bytes[at] < 'a' || bytes[at] > 'f')) {
        return 1;
      }
      threshold = threshold << 4 | (isDigit ? bytes[at] - '0' : bytes[at] - 'a' + 10);
    }
    threshold <<= 4 * (THRESHOLD_DIGITS - (to - from));
    return (double) RANDOM_NUMBERS / (RANDOM_NUMBERS - threshold);
  }

  private static int end(byte[] bytes, int from, int to, char separator) {
    int at = from;
    while (at < to && bytes[at] != separator) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(byte one) {
    return one == ' ' || one == '\t';
  }

  private static boolean isKey(
      byte[] bytes, int from, int to, char first, char second, char separator) {
    return to - from >= 3
        && bytes[from] == first
        && bytes[from + 1] == second
        && bytes[from + 2] == separator;
  }
}
