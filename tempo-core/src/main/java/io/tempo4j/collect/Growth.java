package io.tempo4j.collect;

/** How large arrays grow. */
public final class Growth {

  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 16;

  private Growth() {}

  /**
   * The next capacity of an array that holds {@code capacity} and must hold {@code needed}: half as
   * much again, since doubled arrays are half empty on average.
   *
   * @throws IllegalStateException if {@code needed} exceeds what an array can hold; the bounds of
   *     those who fill it prevent this
   */
  public static int next(int capacity, long needed) {
    if (needed > LARGEST_ARRAY) {
      throw new IllegalStateException("an array of " + needed + " entries");
    }
    long grown = Math.max(needed, capacity + (capacity >> 1) + 16L);
    return (int) Math.min(grown, LARGEST_ARRAY);
  }
}
