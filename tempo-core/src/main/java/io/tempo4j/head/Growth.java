package io.tempo4j.head;

/** How arrays of a head grow. */
final class Growth {

  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 16;

  private Growth() {}

  /**
   * The next capacity of an array that holds {@code capacity} and must hold {@code needed}: half as
   * much again, since a head's arrays are large and doubled arrays are half empty on average.
   *
   * @throws IllegalStateException if {@code needed} exceeds what an array can hold; the bounds of a
   *     head prevent this
   */
  static int next(int capacity, long needed) {
    if (needed > LARGEST_ARRAY) {
      throw new IllegalStateException("head array of " + needed + " entries");
    }
    long grown = Math.max(needed, capacity + (capacity >> 1) + 16L);
    return (int) Math.min(grown, LARGEST_ARRAY);
  }
}
