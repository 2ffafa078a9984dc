package io.tempo4j.column;

/**
 * Floating-point numbers that were decimals with few digits: {@code v = n / 10^e} exactly, with one
 * {@code e} for a chunk. The idea is that of ALP (Afroozeh, Kuffo and Boncz, 2023), without its
 * exceptions.
 */
final class Decimals {

  /** Written instead of an exponent where numbers are kept as their bits. */
  static final int NONE = 255;

  static final int MAX_EXPONENT = 9;

  /** Integers up to here are exact as doubles. */
  private static final double EXACT = 1L << 53;

  private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

  private Decimals() {}

  /** The smallest exponent that suits all values, or {@link #NONE}. */
  static int exponent(double[] values, int count) {
    int exponent = 0;
    for (int i = 0; i < count; i++) {
      // An exponent that suits a value need not be followed by one that does: start anew.
      if (!suits(values[i], exponent)) {
        if (++exponent > MAX_EXPONENT) {
          return NONE;
        }
        i = -1;
      }
    }
    return exponent;
  }

  private static boolean suits(double value, int exponent) {
    double scaled = Math.rint(value * POWERS[exponent]);
    return Math.abs(scaled) <= EXACT
        && Double.doubleToRawLongBits(unscale((long) scaled, exponent))
            == Double.doubleToRawLongBits(value);
  }

  static void scale(double[] values, int count, int exponent, long[] scaled) {
    for (int i = 0; i < count; i++) {
      scaled[i] = (long) Math.rint(values[i] * POWERS[exponent]);
    }
  }

  static double unscale(long scaled, int exponent) {
    return scaled / POWERS[exponent];
  }
}
