package io.tempo4j.traceql;

/** The sorts of tokens. */
enum TokenType {
  END(""),
  /** A character that begins no token; the text says which, as an error message shows it. */
  UNKNOWN(""),
  WORD(""),
  STRING(""),
  /** An integer, float or duration; a magnitude of 2^63 is held as {@link Long#MIN_VALUE}. */
  NUMBER(""),
  /** A scoped or unscoped attribute, or an intrinsic written with its scope. */
  REFERENCE(""),
  LEFT_BRACE("{"),
  RIGHT_BRACE("}"),
  LEFT_PAREN("("),
  RIGHT_PAREN(")"),
  COMMA(","),
  PIPE("|"),
  AND("&&"),
  OR("||"),
  NOT("!"),
  EQUAL("="),
  NOT_EQUAL("!="),
  MATCHES("=~"),
  /** Both "does not match" between fields and "is no sibling" between spansets. */
  NOT_TILDE("!~"),
  LESS("<"),
  LESS_OR_EQUAL("<="),
  GREATER(">"),
  GREATER_OR_EQUAL(">="),
  DESCENDANT(">>"),
  ANCESTOR("<<"),
  TILDE("~"),
  NOT_GREATER("!>"),
  NOT_LESS("!<"),
  NOT_DESCENDANT("!>>"),
  NOT_ANCESTOR("!<<"),
  UNION_GREATER("&>"),
  UNION_LESS("&<"),
  UNION_DESCENDANT("&>>"),
  UNION_ANCESTOR("&<<"),
  UNION_TILDE("&~"),
  PLUS("+"),
  MINUS("-"),
  STAR("*"),
  SLASH("/"),
  PERCENT("%"),
  CARET("^");

  private final String symbol;

  TokenType(String symbol) {
    this.symbol = symbol;
  }

  /** How the token is always written; empty for those that are written in many ways. */
  String symbol() {
    return symbol;
  }
}
