package io.tempo4j.storage;

/**
 * How a store wants to be read: what a request costs in bytes, and how many it answers at once.
 *
 * @param joinGapBytes ranges of an object with at most so many bytes between them are read as one:
 *     about the bytes that the store sends in the time in which it answers a request. 0 where a
 *     request costs next to nothing: each range is then read when it is needed, and none ahead
 * @param maxRangeBytes a range that is joined from others is no longer than this
 * @param concurrency most requests under way at once that read ahead
 * @param aheadBytes most bytes that one query holds of what it has read ahead; all queries together
 *     hold at most four times as much
 */
public record ReadPolicy(int joinGapBytes, int maxRangeBytes, int concurrency, int aheadBytes) {

  /** For stores on this machine: nothing is joined, nothing is read ahead. */
  public static final ReadPolicy DIRECT = new ReadPolicy(0, 1, 1, 1);

  /**
   * For stores that answer in milliseconds: gaps up to 512 KiB, ranges up to 4 MiB, 32 requests at
   * once, 8 MiB ahead.
   */
  public static final ReadPolicy REMOTE = new ReadPolicy(512 << 10, 4 << 20, 32, 8 << 20);

  /** Checks the ranges. */
  public ReadPolicy {
    if (joinGapBytes < 0) {
      throw new IllegalArgumentException("joinGapBytes must not be negative, got " + joinGapBytes);
    }
    if (maxRangeBytes < 1 || concurrency < 1 || aheadBytes < 1) {
      throw new IllegalArgumentException(
          "maxRangeBytes, concurrency and aheadBytes must be positive, got "
              + maxRangeBytes
              + ", "
              + concurrency
              + " and "
              + aheadBytes);
    }
  }

  /** Whether reads are planned at all. */
  public boolean isPlanned() {
    return joinGapBytes > 0;
  }
}
