package io.tempo4j.traceql;

/**
 * Joins conditions on one span, or spansets of one trace.
 *
 * <p>Both bind equally strongly and group from the left: {@code a || b && c} is {@code (a || b) &&
 * c}.
 */
public enum LogicalOperator {
  /** All. */
  AND("&&"),
  /** Any. */
  OR("||");

  private final String symbol;

  LogicalOperator(String symbol) {
    this.symbol = symbol;
  }

  /** How the operator is written. */
  public String symbol() {
    return symbol;
  }
}
