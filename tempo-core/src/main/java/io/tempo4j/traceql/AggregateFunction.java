package io.tempo4j.traceql;

import org.jspecify.annotations.Nullable;

/** What can be computed over the spans of a spanset. */
public enum AggregateFunction {
  /** Number of spans; takes no argument. */
  COUNT("count"),
  /** Mean of the values. */
  AVG("avg"),
  /** Smallest value. */
  MIN("min"),
  /** Largest value. */
  MAX("max"),
  /** Sum of the values. */
  SUM("sum");

  private final String word;

  AggregateFunction(String word) {
    this.word = word;
  }

  /** How the function is written. */
  public String word() {
    return word;
  }

  static @Nullable AggregateFunction ofWord(String word) {
    for (AggregateFunction function : values()) {
      if (function.word.equals(word)) {
        return function;
      }
    }
    return null;
  }
}
