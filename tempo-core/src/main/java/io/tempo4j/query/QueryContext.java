package io.tempo4j.query;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What may end a query before its time: a deadline and a cancellation.
 *
 * <p>Queries ask once per row group. Thread-safe if the suppliers are.
 */
public final class QueryContext {

  private static final QueryContext UNBOUNDED = new QueryContext(() -> 0, 1, () -> false);

  private final LongSupplier nanoClock;
  private final long deadline;
  private final BooleanSupplier cancelled;

  private QueryContext(LongSupplier nanoClock, long deadline, BooleanSupplier cancelled) {
    this.nanoClock = nanoClock;
    this.deadline = deadline;
    this.cancelled = cancelled;
  }

  /** No deadline, never cancelled. */
  public static QueryContext unbounded() {
    return UNBOUNDED;
  }

  /**
   * A deadline from now and a cancellation.
   *
   * @param nanoClock a monotonic clock in nanoseconds, such as {@code System::nanoTime}
   * @param timeout how long the query may run from now
   * @param cancelled true once nobody waits for the answer
   */
  public static QueryContext of(
      LongSupplier nanoClock, Duration timeout, BooleanSupplier cancelled) {
    return new QueryContext(nanoClock, nanoClock.getAsLong() + timeout.toNanos(), cancelled);
  }

  /**
   * Returns if the query may go on.
   *
   * @throws QueryStoppedException if it may not
   */
  public void check() {
    if (cancelled.getAsBoolean()) {
      throw new QueryStoppedException(QueryStoppedException.Reason.CANCELLED);
    }
    if (nanoClock.getAsLong() - deadline >= 0) {
      throw new QueryStoppedException(QueryStoppedException.Reason.DEADLINE);
    }
  }
}
