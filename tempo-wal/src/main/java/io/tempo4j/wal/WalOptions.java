package io.tempo4j.wal;

import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * How a {@link SegmentedWal} writes. Immutable.
 *
 * @param fsyncPolicy when appended frames reach the disk
 * @param segmentBytes size at which a segment is closed and the next one begun, 4 KiB to 1 GiB; a
 *     frame that is larger gets a segment of its own
 * @param bufferBytes size of each of the two direct buffers through which frames are written, 4 KiB
 *     to 64 MiB; a frame that is larger is written in several steps
 * @param threads makes the one background thread that {@link FsyncPolicy#interval()} needs
 * @param randomness source of the markers by which a reader finds frames again behind damage; must
 *     not be predictable for whoever sends spans
 * @param nanoClock measures how long frames wait for {@link FsyncPolicy#interval()}: nanoseconds
 *     that never jump, of which differences alone have a meaning
 */
public record WalOptions(
    FsyncPolicy fsyncPolicy,
    long segmentBytes,
    int bufferBytes,
    ThreadFactory threads,
    RandomGenerator randomness,
    LongSupplier nanoClock) {

  private static final long MIN_BYTES = 4L << 10;
  private static final long MAX_SEGMENT_BYTES = 1L << 30;
  private static final long MAX_BUFFER_BYTES = 64L << 20;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a size is out of its range
   */
  public WalOptions {
    Objects.requireNonNull(fsyncPolicy, "fsyncPolicy");
    Objects.requireNonNull(threads, "threads");
    Objects.requireNonNull(randomness, "randomness");
    Objects.requireNonNull(nanoClock, "nanoClock");
    if (segmentBytes < MIN_BYTES || segmentBytes > MAX_SEGMENT_BYTES) {
      throw new IllegalArgumentException(
          "segmentBytes must be in 4 KiB..1 GiB, got " + segmentBytes);
    }
    if (bufferBytes < MIN_BYTES || bufferBytes > MAX_BUFFER_BYTES) {
      throw new IllegalArgumentException(
          "bufferBytes must be in 4 KiB..64 MiB, got " + bufferBytes);
    }
  }

  /** {@link FsyncPolicy#interval()}, segments of 64 MiB, buffers of 1 MiB. */
  public static WalOptions defaults() {
    return builder().build();
  }

  /** A builder that starts with {@link #defaults()}. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options. Not thread-safe. */
  public static final class Builder {

    private FsyncPolicy fsyncPolicy = FsyncPolicy.interval();
    private long segmentBytes = 64L << 20;
    private int bufferBytes = 1 << 20;
    private ThreadFactory threads =
        Thread.ofPlatform().name("tempo4j-wal-sync").daemon(true).factory();
    private RandomGenerator randomness = new SecureRandom();
    private LongSupplier nanoClock = System::nanoTime;

    private Builder() {}

    /** See {@link WalOptions#fsyncPolicy()}. */
    public Builder fsyncPolicy(FsyncPolicy policy) {
      this.fsyncPolicy = policy;
      return this;
    }

    /** See {@link WalOptions#segmentBytes()}. */
    public Builder segmentBytes(long bytes) {
      this.segmentBytes = bytes;
      return this;
    }

    /** See {@link WalOptions#bufferBytes()}. */
    public Builder bufferBytes(int bytes) {
      this.bufferBytes = bytes;
      return this;
    }

    /** See {@link WalOptions#threads()}. */
    public Builder threads(ThreadFactory factory) {
      this.threads = factory;
      return this;
    }

    /** See {@link WalOptions#randomness()}. */
    public Builder randomness(RandomGenerator source) {
      this.randomness = source;
      return this;
    }

    /** See {@link WalOptions#nanoClock()}. */
    public Builder nanoClock(LongSupplier nanos) {
      this.nanoClock = nanos;
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException if a size is out of its range
     */
    public WalOptions build() {
      return new WalOptions(fsyncPolicy, segmentBytes, bufferBytes, threads, randomness, nanoClock);
    }
  }
}
