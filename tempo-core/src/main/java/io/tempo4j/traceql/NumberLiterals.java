package io.tempo4j.traceql;

import io.tempo4j.traceql.LiteralValue.DurationValue;
import io.tempo4j.traceql.LiteralValue.FloatValue;
import io.tempo4j.traceql.LiteralValue.IntValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/**
 * Reads and writes integers, floats and durations.
 *
 * <p>What is read has no sign. The magnitude 2^63, which only makes sense behind a minus sign, is
 * given as {@link Long#MIN_VALUE}.
 */
final class NumberLiterals {

  private record Unit(String word, long nanos) {}

  // Longest word first among those that begin alike; largest first for writing.
  private static final List<Unit> UNITS =
      List.of(
          new Unit("y", 365L * 24 * 3600 * 1_000_000_000),
          new Unit("w", 7L * 24 * 3600 * 1_000_000_000),
          new Unit("d", 24L * 3600 * 1_000_000_000),
          new Unit("h", 3600L * 1_000_000_000),
          new Unit("ms", 1_000_000),
          new Unit("m", 60L * 1_000_000_000),
          new Unit("s", 1_000_000_000),
          new Unit("us", 1_000),
          new Unit("µs", 1_000),
          new Unit("μs", 1_000),
          new Unit("ns", 1));

  private static final List<String> WRITTEN_UNITS = List.of("h", "m", "s", "ms", "us", "ns");

  private static final BigInteger LARGEST = BigInteger.ONE.shiftLeft(63);
  private static final int MOST_DIGITS = 400;

  private NumberLiterals() {}

  /** Reads the literal whose first digit or dot comes next. */
  static LiteralValue read(SourceText source) {
    Position start = source.position();
    String number = decimal(source, start);
    if (startsUnit(source)) {
      return duration(number, source, start);
    }
    boolean isFloat = number.indexOf('.') >= 0;
    if (source.peek() == 'e' || source.peek() == 'E') {
      number += exponent(source, start);
      isFloat = true;
    }
    if (Lexer.isLetter(source.peek()) || source.peek() == '.') {
      throw TraceQlException.syntax(
          source.position(),
          "expected the end of the number or a unit of time, one of y, w, d, h, m, s, ms, us, ns");
    }
    return isFloat ? floatOf(number, start) : new IntValue(integer(new BigInteger(number), start));
  }

  private static String decimal(SourceText source, Position start) {
    int from = source.offset();
    while (Lexer.isDigit(source.peek())) {
      source.take();
    }
    if (source.peek() == '.') {
      source.take();
      while (Lexer.isDigit(source.peek())) {
        source.take();
      }
    }
    String number = source.since(from);
    if (number.length() > MOST_DIGITS) {
      throw TraceQlException.syntax(start, "the number has too many digits");
    }
    return number;
  }

  private static String exponent(SourceText source, Position start) {
    int from = source.offset();
    source.take();
    if (source.peek() == '+' || source.peek() == '-') {
      source.take();
    }
    int digits = source.offset();
    while (Lexer.isDigit(source.peek())) {
      source.take();
    }
    if (source.offset() == digits) {
      throw TraceQlException.syntax(start, "expected digits in the exponent of the number");
    }
    return source.since(from);
  }

  private static FloatValue floatOf(String number, Position start) {
    double value = Double.parseDouble(number);
    if (Double.isInfinite(value)) {
      throw TraceQlException.syntax(start, "the number is too large for a float");
    }
    return new FloatValue(value);
  }

  private static long integer(BigInteger value, Position start) {
    if (value.compareTo(LARGEST) > 0) {
      throw TraceQlException.syntax(start, "the number is too large for 64 bits");
    }
    return value.longValue();
  }

  private static boolean startsUnit(SourceText source) {
    return UNITS.stream().anyMatch(unit -> source.startsWith(unit.word()));
  }

  private static DurationValue duration(String first, SourceText source, Position start) {
    BigDecimal nanos = BigDecimal.ZERO;
    String number = first;
    while (true) {
      Unit unit = unit(source, start);
      nanos =
          nanos.add(new BigDecimal(withDigits(number)).multiply(BigDecimal.valueOf(unit.nanos)));
      if (!Lexer.isDigit(source.peek())) {
        break;
      }
      number = decimal(source, start);
    }
    if (Lexer.isLetter(source.peek()) || source.peek() == '.') {
      throw TraceQlException.syntax(source.position(), "expected the end of the duration");
    }
    BigInteger whole = nanos.toBigInteger();
    if (whole.compareTo(LARGEST) > 0) {
      throw TraceQlException.syntax(start, "the duration is too long for 64 bits of nanoseconds");
    }
    return new DurationValue(whole.longValue());
  }

  private static String withDigits(String number) {
    return number.startsWith(".") ? "0" + number : number;
  }

  private static Unit unit(SourceText source, Position start) {
    for (Unit unit : UNITS) {
      if (source.takeIf(unit.word())) {
        return unit;
      }
    }
    throw TraceQlException.syntax(
        start, "expected a unit of time behind every number of the duration");
  }

  /** The same number with the other sign; wraps where 64 bits do. */
  static LiteralValue negated(LiteralValue value) {
    return switch (value) {
      case IntValue integer -> new IntValue(-integer.value());
      case FloatValue number -> new FloatValue(-number.value());
      case DurationValue duration -> new DurationValue(-duration.nanos());
      default -> throw new IllegalArgumentException("not a number: " + value);
    };
  }

  /** True if {@code value} is a magnitude that fits 64 bits only with a minus sign. */
  static boolean needsMinus(LiteralValue value) {
    return (value instanceof IntValue integer && integer.value() == Long.MIN_VALUE)
        || (value instanceof DurationValue duration && duration.nanos() == Long.MIN_VALUE);
  }

  /** A duration in the largest unit that gives a whole number. */
  static String text(DurationValue duration) {
    long nanos = duration.nanos();
    for (String word : WRITTEN_UNITS) {
      for (Unit unit : UNITS) {
        if (unit.word().equals(word) && nanos % unit.nanos() == 0 && nanos != 0) {
          return nanos / unit.nanos() + word;
        }
      }
    }
    return "0s";
  }
}
