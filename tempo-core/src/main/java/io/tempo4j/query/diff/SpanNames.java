package io.tempo4j.query.diff;

/** Looks at the names of spans. */
final class SpanNames {

  private static final int LEAST_DIGITS = 6;
  private static final int LEAST_HEX_DIGITS = 8;

  private SpanNames() {}

  /**
   * Whether a word of the name looks like an id that belongs to one request: at least six digits,
   * or at least eight hexadecimal digits, dashes among them.
   */
  static boolean hasRequestToken(String name) {
    for (int start = 0; start < name.length(); start++) {
      if (isHex(name.charAt(start)) && isBoundary(name, start) && isToken(name, start)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isToken(String name, int start) {
    boolean isDecimal = true;
    for (int end = start; end < name.length(); end++) {
      char c = name.charAt(end);
      if (!isHex(c) && c != '-') {
        return false;
      }
      isDecimal &= c >= '0' && c <= '9';
      int length = end + 1 - start;
      if ((length >= LEAST_HEX_DIGITS || (isDecimal && length >= LEAST_DIGITS))
          && isBoundary(name, end + 1)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a word begins or ends before {@code index}. */
  private static boolean isBoundary(String name, int index) {
    boolean before = index > 0 && isWord(name.charAt(index - 1));
    boolean behind = index < name.length() && isWord(name.charAt(index));
    return before != behind;
  }

  private static boolean isHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }

  private static boolean isWord(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }
}
