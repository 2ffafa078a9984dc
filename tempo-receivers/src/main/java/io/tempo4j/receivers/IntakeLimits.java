package io.tempo4j.receivers;

import java.time.Duration;

/**
 * What all receivers of a process together may have in flight: requests from the arrival of their
 * headers to their answer, and the bytes of their bodies (compressed and decompressed both count).
 * A request past a bound is refused at once, with a hint when to come again.
 *
 * @param maxRequests requests, at least 1
 * @param maxBytes bytes of bodies, at least 1
 * @param retryAfter the hint; positive
 */
public record IntakeLimits(int maxRequests, long maxBytes, Duration retryAfter) {

  /** 1,000 requests, 64 MiB, one second. */
  public static final IntakeLimits DEFAULT =
      new IntakeLimits(1_000, 64L << 20, Duration.ofSeconds(1));

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public IntakeLimits {
    if (maxRequests < 1) {
      throw new IllegalArgumentException("maxRequests must be positive: " + maxRequests);
    }
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be positive: " + maxBytes);
    }
    if (retryAfter.isNegative() || retryAfter.isZero()) {
      throw new IllegalArgumentException("retryAfter must be positive: " + retryAfter);
    }
  }
}
