package io.tempo4j.query.tags;

import java.math.BigDecimal;

/** Writes floating-point numbers as people do, so that a query reads the same number back. */
final class RealText {

  private static final double LEAST_PLAIN = 1e-6;
  private static final double LARGEST_PLAIN = 1e15;

  private RealText() {}

  /**
   * The number that {@link #of} wrote.
   *
   * @throws NumberFormatException if it wrote no such text
   */
  static double parse(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  static String of(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    double size = Math.abs(value);
    if (size == 0) {
      return Double.compare(value, 0.0) < 0 ? "-0" : "0";
    }
    if (size >= LEAST_PLAIN && size < LARGEST_PLAIN) {
      // The fewest digits that are read back as this number, without an exponent.
      return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }
    return Double.toString(value).replace(".0E", "e").replace('E', 'e');
  }
}
