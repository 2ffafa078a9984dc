package io.tempo4j.traceql;

/** Combines two numbers; integers stay integers. */
public enum ArithmeticOperator {
  /** Sum. */
  ADD("+"),
  /** Difference. */
  SUBTRACT("-"),
  /** Product. */
  MULTIPLY("*"),
  /** Quotient. */
  DIVIDE("/"),
  /** Remainder with the sign of the dividend. */
  MODULO("%"),
  /** Power; groups from the right. */
  POWER("^");

  private final String symbol;

  ArithmeticOperator(String symbol) {
    this.symbol = symbol;
  }

  /** How the operator is written. */
  public String symbol() {
    return symbol;
  }
}
