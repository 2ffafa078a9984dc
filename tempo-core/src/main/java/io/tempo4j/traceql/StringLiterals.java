package io.tempo4j.traceql;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads and writes text in quotes.
 *
 * <p>Between double quotes the escapes of the Go language hold; between backquotes everything
 * stands for itself except carriage returns, which are dropped.
 */
final class StringLiterals {

  private static final String SIMPLE_ESCAPES = "abfnrtv\\\"";
  private static final String SIMPLE_VALUES = "\u0007\b\f\n\r\t\u000b\\\"";

  private StringLiterals() {}

  /** Reads the literal whose opening quote comes next. */
  static String read(SourceText source) {
    Position start = source.position();
    StringBuilder value = new StringBuilder();
    int quote = source.take();
    while (source.peek() != quote) {
      int c = source.peek();
      if (c == SourceText.END || (c == '\n' && quote == '"')) {
        throw TraceQlException.syntax(
            start, "expected '" + (char) quote + "' at the end of the string");
      }
      if (quote == '`') {
        source.take();
        if (c != '\r') {
          value.appendCodePoint(c);
        }
      } else if (c == '\\') {
        escape(source, value);
      } else {
        value.appendCodePoint(source.take());
      }
    }
    source.take();
    return value.toString();
  }

  private static void escape(SourceText source, StringBuilder value) {
    if (isByteEscape(source)) {
      bytes(source, value);
      return;
    }
    Position position = source.position();
    source.take();
    int c = source.take();
    int simple = c == SourceText.END ? -1 : SIMPLE_ESCAPES.indexOf(c);
    if (simple >= 0) {
      value.append(SIMPLE_VALUES.charAt(simple));
    } else if (c == 'u' || c == 'U') {
      int codePoint = digits(source, c == 'u' ? 4 : 8, 16, position);
      if (!Character.isValidCodePoint(codePoint) || SourceText.isHalf(codePoint)) {
        throw TraceQlException.syntax(position, "the escape is not a Unicode character");
      }
      value.appendCodePoint(codePoint);
    } else {
      throw TraceQlException.syntax(
          position,
          c == SourceText.END
              ? "expected an escape after '\\'"
              : "unknown escape '\\"
                  + Character.toString(c)
                  + "': expected one of \\a \\b \\f \\n \\r \\t \\v \\\\ \\\", \\x, \\u or \\U with 2, 4 or 8"
                  + " digits, or three octal digits");
    }
  }

  private static boolean isByteEscape(SourceText source) {
    int c = source.peek(1);
    return source.peek() == '\\' && (c == 'x' || (c >= '0' && c <= '7'));
  }

  /** Reads a run of {@code \x} and octal escapes: they name bytes, not characters. */
  private static void bytes(SourceText source, StringBuilder value) {
    Position start = source.position();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (isByteEscape(source)) {
      Position position = source.position();
      source.take();
      int b;
      if (source.peek() == 'x') {
        source.take();
        b = digits(source, 2, 16, position);
      } else {
        b = digits(source, 3, 8, position);
      }
      if (b > 0xff) {
        throw TraceQlException.syntax(position, "an octal escape must be at most \\377");
      }
      bytes.write(b);
    }
    try {
      value.append(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())));
    } catch (CharacterCodingException e) {
      throw TraceQlException.syntax(start, "the escaped bytes are not UTF-8");
    }
  }

  private static int digits(SourceText source, int count, int radix, Position position) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      int c = source.peek();
      int digit = c < 0x80 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        throw TraceQlException.syntax(
            position, "expected " + count + " digits of base " + radix + " in the escape");
      }
      value = value * radix + digit;
      source.take();
    }
    return value;
  }

  /** Appends {@code value} in double quotes. */
  static void write(String value, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      int simple = SIMPLE_VALUES.indexOf(c);
      if (simple >= 0) {
        out.append('\\').append(SIMPLE_ESCAPES.charAt(simple));
      } else if (c < ' ' || c == 0x7f) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
