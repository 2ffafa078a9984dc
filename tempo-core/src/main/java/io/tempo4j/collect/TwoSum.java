package io.tempo4j.collect;

/**
 * What adding two floating-point numbers loses.
 *
 * <p>Source: Knuth, "The Art of Computer Programming", volume 2, section 4.2.2, theorem B.
 */
public final class TwoSum {

  private TwoSum() {}

  /**
   * The difference between {@code a + b} as real numbers and as {@code sum}, exactly.
   *
   * @param sum {@code a + b}, finite
   */
  public static double lost(double a, double b, double sum) {
    double part = sum - a;
    return (a - (sum - part)) + (b - part);
  }
}
