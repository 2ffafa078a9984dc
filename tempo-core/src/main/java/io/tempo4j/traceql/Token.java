package io.tempo4j.traceql;

import org.jspecify.annotations.Nullable;

/**
 * A word of the language.
 *
 * @param text what an error message shows; for {@link TokenType#WORD} the word itself
 * @param value the literal or reference that the token spells out; null for all other tokens
 */
record Token(TokenType type, String text, @Nullable FieldExpression value, Position position) {

  boolean is(TokenType expected) {
    return type == expected;
  }

  boolean isWord(String expected) {
    return type == TokenType.WORD && text.equals(expected);
  }

  String description() {
    return switch (type) {
      case END -> "the end of the query";
      case STRING -> "the string " + text;
      default -> "'" + text + "'";
    };
  }
}
