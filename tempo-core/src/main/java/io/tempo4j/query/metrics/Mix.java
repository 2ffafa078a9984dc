package io.tempo4j.query.metrics;

/** A hash of 64 bits in which every bit depends on every bit of the input. */
final class Mix {

  private Mix() {}

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014); a bijection. */
  static long of(long value) {
    long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 31;
  }
}
