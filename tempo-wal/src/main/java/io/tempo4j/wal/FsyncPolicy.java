package io.tempo4j.wal;

import java.time.Duration;

/**
 * When an appended frame reaches the disk itself, as opposed to the operating system's cache.
 *
 * <p>A killed process loses nothing under any policy, since every append returns only after the
 * operating system has taken the bytes. The policies differ in what a power failure or a crash of
 * the operating system may take with it.
 */
public sealed interface FsyncPolicy {

  /** The interval of {@link #interval()}: 100 ms. */
  Duration DEFAULT_INTERVAL = Duration.ofMillis(100);

  /** Every append waits for the disk; appends that wait at the same time share one fsync. */
  static FsyncPolicy always() {
    return Always.INSTANCE;
  }

  /** As {@link #interval(Duration)}, of {@link #DEFAULT_INTERVAL}. */
  static FsyncPolicy interval() {
    return new Interval(DEFAULT_INTERVAL);
  }

  /**
   * Appends return at once; a background thread forces what was written.
   *
   * <p>What was acknowledged longer than {@code interval} ago is on disk, as long as no fsync takes
   * more than half of that: the other half is how long a frame waits for its fsync to begin. On a
   * slower disk one fsync follows the other, and what was acknowledged longer ago than the last two
   * of them took is on disk.
   *
   * @param interval age at which an acknowledged frame is on disk; positive
   * @throws IllegalArgumentException if the interval is not positive
   */
  static FsyncPolicy interval(Duration interval) {
    return new Interval(interval);
  }

  /** The operating system decides; only closing the log forces it to disk. */
  static FsyncPolicy never() {
    return Never.INSTANCE;
  }

  /** See {@link FsyncPolicy#always()}. */
  enum Always implements FsyncPolicy {
    /** The only instance. */
    INSTANCE;

    @Override
    public String toString() {
      return "always";
    }
  }

  /**
   * See {@link FsyncPolicy#interval(Duration)}.
   *
   * @param interval age at which an acknowledged frame is on disk
   */
  record Interval(Duration interval) implements FsyncPolicy {

    /** Checks that the interval is positive. */
    public Interval {
      if (interval.isNegative() || interval.isZero()) {
        throw new IllegalArgumentException("fsync interval must be positive, got " + interval);
      }
    }

    @Override
    public String toString() {
      return "interval(" + interval + ")";
    }
  }

  /** See {@link FsyncPolicy#never()}. */
  enum Never implements FsyncPolicy {
    /** The only instance. */
    INSTANCE;

    @Override
    public String toString() {
      return "never";
    }
  }
}
