package io.tempo4j.traceql;

/** A value written in a query. */
public sealed interface LiteralValue {

  /** The value's type, never {@link StaticType#DYNAMIC}. */
  StaticType type();

  /** A signed 64-bit integer. */
  record IntValue(long value) implements LiteralValue {
    @Override
    public StaticType type() {
      return StaticType.INT;
    }
  }

  /** A finite floating-point number. */
  record FloatValue(double value) implements LiteralValue {
    /** Refuses infinities and NaN, which the language cannot write. */
    public FloatValue {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("a float literal must be finite, got " + value);
      }
    }

    @Override
    public StaticType type() {
      return StaticType.FLOAT;
    }
  }

  /** A text. */
  record StringValue(String value) implements LiteralValue {
    @Override
    public StaticType type() {
      return StaticType.STRING;
    }
  }

  /** A signed duration in nanoseconds. */
  record DurationValue(long nanos) implements LiteralValue {
    @Override
    public StaticType type() {
      return StaticType.DURATION;
    }
  }

  /** A truth value. */
  record BoolValue(boolean value) implements LiteralValue {
    @Override
    public StaticType type() {
      return StaticType.BOOL;
    }
  }

  /** The absence of a value. */
  record NilValue() implements LiteralValue {
    @Override
    public StaticType type() {
      return StaticType.NIL;
    }
  }

  /** A span's status. */
  record StatusValue(SpanStatus value) implements LiteralValue {
    @Override
    public StaticType type() {
      return StaticType.STATUS;
    }
  }

  /** A span's kind. */
  record KindValue(SpanKind value) implements LiteralValue {
    @Override
    public StaticType type() {
      return StaticType.KIND;
    }
  }
}
