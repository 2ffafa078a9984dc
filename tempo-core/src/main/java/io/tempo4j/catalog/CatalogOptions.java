package io.tempo4j.catalog;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * How a catalog is kept. All processes that use a catalog must give the same {@code grace}.
 *
 * @param grace how long objects of the catalog stay that are not needed to open it; who follows
 *     looks again within half of it, or starts anew from the newest checkpoint
 * @param checkpointEntries a checkpoint is written with every so many entries
 * @param clock tells when a block was removed
 * @param nanoClock measures how long something took
 */
public record CatalogOptions(
    Duration grace, int checkpointEntries, InstantSource clock, LongSupplier nanoClock) {

  /** An hour of grace, and a checkpoint every 64 entries. */
  public static final CatalogOptions DEFAULT =
      new CatalogOptions(Duration.ofHours(1), 64, InstantSource.system(), System::nanoTime);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is not positive
   */
  public CatalogOptions {
    if (!grace.isPositive()) {
      throw new IllegalArgumentException("the grace must be positive, got " + grace);
    }
    if (checkpointEntries < 1) {
      throw new IllegalArgumentException(
          "a checkpoint needs at least 1 entry, got " + checkpointEntries);
    }
  }

  Moment now() {
    return new Moment(clock.millis(), nanoClock.getAsLong());
  }

  /** Whether half of the grace may have passed since a moment: by either clock. */
  boolean halfMayHavePassed(Moment since) {
    Moment now = now();
    return Math.max(now.millis - since.millis, millisOfNanos(now, since)) >= grace.toMillis() / 2;
  }

  /** Whether the grace has passed since a moment: by both clocks. */
  boolean hasPassed(Moment since) {
    Moment now = now();
    return Math.min(now.millis - since.millis, millisOfNanos(now, since)) >= grace.toMillis();
  }

  private static long millisOfNanos(Moment now, Moment since) {
    return (now.nanos - since.nanos) / 1_000_000;
  }

  /**
   * A point in time by two clocks: a machine that sleeps stops the one, somebody may set back the
   * other.
   */
  record Moment(long millis, long nanos) {}
}
