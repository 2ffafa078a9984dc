package io.tempo4j.collect;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * What a sender would have to know to choose ids, keys and values that fall into the same slots of
 * a hash table. Two seeds give different slots, and nothing else: whoever hashes by a seed gives
 * the same results, in the same order, with any other.
 *
 * <p>Immutable, thread-safe.
 *
 * @param offset is added to what is hashed, without carry
 * @param multiplier what that is multiplied by; odd
 */
/*
 * Folded multiplication: both halves of the 128-bit product, combined by exclusive or. It is the
 * step of wyhash (Wang Yi, 2019), whose secrets are constants; here they differ from process to
 * process, so that neither values nor differences of values that collide can be computed outside.
 */
public record HashSeed(long offset, long multiplier) {

  private static final HashSeed OF_PROCESS = drawn(new SecureRandom());

  /** Makes the multiplier odd. */
  public HashSeed {
    multiplier |= 1;
  }

  /** The seed of this process, drawn from the system's source of randomness. */
  public static HashSeed ofProcess() {
    return OF_PROCESS;
  }

  /** The seed that follows from a number, for tests that must repeat. */
  public static HashSeed of(long number) {
    return drawn(new SplittableRandom(number));
  }

  private static HashSeed drawn(RandomGenerator random) {
    return new HashSeed(random.nextLong(), random.nextLong());
  }

  /** The hash of a number. */
  public int hash(long value) {
    return fold(mix(value));
  }

  /** The hash of two numbers. */
  public int hash(long first, long second) {
    return fold(product(first ^ offset, second ^ multiplier));
  }

  /** The number as 64 bits that depend on all of its own and on the seed. */
  long mix(long value) {
    return product(value ^ offset, multiplier);
  }

  /** 32 bits that depend on all of {@code mixed}. */
  static int fold(long mixed) {
    return (int) (mixed ^ mixed >>> 32);
  }

  private static long product(long one, long other) {
    return one * other ^ Math.multiplyHigh(one, other);
  }
}
