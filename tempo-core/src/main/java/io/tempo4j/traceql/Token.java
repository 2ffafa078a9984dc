package io.tempo4j.traceql;

import org.jspecify.annotations.Nullable;

/**
 * A word of the language.
 *
 * @param text what an error message shows; for {@link TokenType#WORD} the word itself
 * @param value the literal or reference that the token spells out; null for all other tokens
 */
record Token(TokenType type, String text, @Nullable FieldExpression value, Position position) {

  private static final int LONGEST_TEXT = 100;

  boolean is(TokenType expected) {
    return type == expected;
  }

  boolean isWord(String expected) {
    return type == TokenType.WORD && text.equals(expected);
  }

  String description() {
    return switch (type) {
      case END -> "the end of the query";
      case UNKNOWN -> text;
      case STRING -> "the string " + shortened(text);
      default -> "'" + shortened(text) + "'";
    };
  }

  /** The text as it may stand in an error message, which must not grow with the query. */
  static String shortened(String text) {
    if (text.length() <= LONGEST_TEXT) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, LONGEST_TEXT / 2)) + "…";
  }
}
