package io.tempo4j.traceql;

import java.util.Locale;

/** What is known of a value's type before the query runs. */
public enum StaticType {
  /** Signed 64-bit integer. */
  INT,
  /** Binary64 floating-point number. */
  FLOAT,
  /** Signed 64-bit nanoseconds. */
  DURATION,
  /** Text. */
  STRING,
  /** Truth value. */
  BOOL,
  /** Status of a span, see {@link SpanStatus}. */
  STATUS,
  /** Kind of a span, see {@link SpanKind}. */
  KIND,
  /** The absence of a value. */
  NIL,
  /** Whatever an attribute holds in the span at hand: it may differ from span to span. */
  DYNAMIC;

  /** True for integers, floats and durations, which can be compared and combined freely. */
  public boolean isNumeric() {
    return this == INT || this == FLOAT || this == DURATION;
  }

  /** True if a value of this type may turn out to be a number. */
  boolean mayBeNumeric() {
    return isNumeric() || this == DYNAMIC;
  }

  /** True if a value of this type may turn out to be a truth value. */
  boolean mayBeBool() {
    return this == BOOL || this == DYNAMIC;
  }

  /** True if values of the two types can stand on the two sides of an operator. */
  boolean matches(StaticType other) {
    return this == other
        || this == DYNAMIC
        || other == DYNAMIC
        || (isNumeric() && other.isNumeric());
  }

  @Override
  public String toString() {
    return this == DYNAMIC ? "attribute" : name().toLowerCase(Locale.ROOT);
  }
}
