package io.tempo4j.traceql;

/** The text of a query and the place up to which it has been read. */
final class SourceText {

  /** What {@link #peek} gives behind the last character. */
  static final int END = -1;

  private final String text;
  private int offset;
  private int line = 1;
  private int column = 1;

  SourceText(String text) {
    this.text = text;
  }

  /** The next code point, or {@link #END}. */
  int peek() {
    return offset < text.length() ? text.codePointAt(offset) : END;
  }

  /** The UTF-16 unit that is {@code ahead} units behind the next, or {@link #END}. */
  int peek(int ahead) {
    return offset + ahead < text.length() ? text.charAt(offset + ahead) : END;
  }

  /**
   * Takes the next code point, or {@link #END}.
   *
   * @throws TraceQlException if it is half of a surrogate pair
   */
  int take() {
    int c = peek();
    if (c == END) {
      return END;
    }
    if (isHalf(c)) {
      // No attribute holds such a text, and encoding it would quietly turn it into '?'.
      throw TraceQlException.syntax(position(), "unpaired surrogate U+%04X".formatted(c));
    }
    advance(c);
    return c;
  }

  /** Passes over the next code point, whatever it is. */
  void skip() {
    int c = peek();
    if (c != END) {
      advance(c);
    }
  }

  private void advance(int c) {
    offset += Character.charCount(c);
    if (c == '\n') {
      line++;
      column = 1;
    } else {
      column++;
    }
  }

  /** True for half of a surrogate pair that stands alone. */
  static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /** Takes the code points of {@code expected} if they come next. */
  boolean takeIf(String expected) {
    if (!text.startsWith(expected, offset)) {
      return false;
    }
    for (int end = offset + expected.length(); offset < end; ) {
      take();
    }
    return true;
  }

  boolean startsWith(String expected) {
    return text.startsWith(expected, offset);
  }

  int offset() {
    return offset;
  }

  /** The text from {@code start} to the next code point. */
  String since(int start) {
    return text.substring(start, offset);
  }

  Position position() {
    return Position.of(line, column);
  }
}
