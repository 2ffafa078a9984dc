package io.tempo4j.traceql;

/** What can be computed over the values of a field in an interval. */
public enum OverTimeFunction {
  /** Smallest value. */
  MIN("min_over_time"),
  /** Largest value. */
  MAX("max_over_time"),
  /** Mean of the values. */
  AVG("avg_over_time"),
  /** Sum of the values. */
  SUM("sum_over_time");

  private final String word;

  OverTimeFunction(String word) {
    this.word = word;
  }

  /** How the function is written. */
  public String word() {
    return word;
  }

  /** The function that is written {@code word}. */
  static OverTimeFunction ofWord(String word) {
    for (OverTimeFunction function : values()) {
      if (function.word.equals(word)) {
        return function;
      }
    }
    throw new IllegalArgumentException("no function over time: " + word);
  }
}
