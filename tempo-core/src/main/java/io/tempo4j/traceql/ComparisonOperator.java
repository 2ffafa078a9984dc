package io.tempo4j.traceql;

/** Compares two values; the result is a truth value. */
public enum ComparisonOperator {
  /** Equality; for an array, of any element. */
  EQUAL("="),
  /** Inequality; for an array, to all elements. */
  NOT_EQUAL("!="),
  /** Less than. */
  LESS("<"),
  /** Less than or equal. */
  LESS_OR_EQUAL("<="),
  /** Greater than. */
  GREATER(">"),
  /** Greater than or equal. */
  GREATER_OR_EQUAL(">="),
  /** The whole text matches the regular expression; for an array, any element. */
  MATCHES("=~"),
  /** The text does not match the regular expression; for an array, no element. */
  NOT_MATCHES("!~");

  private final String symbol;

  ComparisonOperator(String symbol) {
    this.symbol = symbol;
  }

  /** How the operator is written. */
  public String symbol() {
    return symbol;
  }

  /** True for {@code =~} and {@code !~}. */
  public boolean isRegex() {
    return this == MATCHES || this == NOT_MATCHES;
  }

  /** True for {@code =} and {@code !=}. */
  public boolean isEquality() {
    return this == EQUAL || this == NOT_EQUAL;
  }

  /** The operator that gives the same answer with the two sides exchanged; not for regexes. */
  public ComparisonOperator mirrored() {
    return switch (this) {
      case EQUAL, NOT_EQUAL -> this;
      case LESS -> GREATER;
      case LESS_OR_EQUAL -> GREATER_OR_EQUAL;
      case GREATER -> LESS;
      case GREATER_OR_EQUAL -> LESS_OR_EQUAL;
      case MATCHES, NOT_MATCHES ->
          throw new IllegalArgumentException(symbol + " has no mirrored form");
    };
  }
}
