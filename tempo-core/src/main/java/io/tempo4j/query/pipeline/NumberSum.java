package io.tempo4j.query.pipeline;

import io.tempo4j.collect.TwoSum;
import io.tempo4j.query.scan.Value;

/**
 * Adds up numbers so that the sum does not depend on their order, which is that of spans: integers
 * exactly, in 128 bits, floating-point numbers with what each addition loses. Not thread-safe.
 */
final class NumberSum {

  private static final double TWO_TO_64 = 0x1p64;

  private long low;
  private long high;
  private double real;
  private double lost;
  private int wholeCount;
  private int realCount;

  void add(long number) {
    low += number;
    high += (number >> 63) + (Long.compareUnsigned(low, number) < 0 ? 1 : 0);
    wholeCount++;
  }

  void add(double number) {
    addReal(number);
    realCount++;
  }

  private void addReal(double number) {
    double sum = real + number;
    if (Double.isFinite(sum)) {
      lost += TwoSum.lost(real, number, sum);
    }
    real = sum;
  }

  int count() {
    return wholeCount + realCount;
  }

  /** An integer, of 64 bits with overflow, if all numbers were. */
  Value sum() {
    return realCount == 0 ? new Value.Int(low) : new Value.Real(asReal());
  }

  /** The mean of at least one number. */
  Value mean() {
    return new Value.Real(asReal() / count());
  }

  private double asReal() {
    NumberSum all = new NumberSum();
    all.real = real;
    all.lost = lost;
    // The high half counts as if the low one were signed, which is the smaller distance.
    all.addReal((high + (low < 0 ? 1 : 0)) * TWO_TO_64);
    double rounded = low;
    all.addReal(rounded);
    all.addReal(rounded == 0x1p63 ? low - Long.MAX_VALUE - 1.0 : low - (long) rounded);
    return Double.isFinite(all.real) ? all.real + all.lost : all.real;
  }
}
