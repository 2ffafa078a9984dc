package io.tempo4j.query;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What may end a query before its time: a deadline, a cancellation, a budget of bytes to read, and
 * the memory that it may hold.
 *
 * <p>Queries ask once per row group, and once per so many traces where they go trace by trace.
 * Immutable; thread-safe if the suppliers are.
 */
public final class QueryContext {

  private static final QueryContext UNBOUNDED =
      new QueryContext(() -> 0, 1, () -> false, Long.MAX_VALUE, QueryMemory.UNBOUNDED);

  private final LongSupplier nanoClock;
  private final long deadline;
  private final BooleanSupplier cancelled;
  private final long maxBytes;
  private final QueryMemory memory;

  private QueryContext(
      LongSupplier nanoClock,
      long deadline,
      BooleanSupplier cancelled,
      long maxBytes,
      QueryMemory memory) {
    this.nanoClock = nanoClock;
    this.deadline = deadline;
    this.cancelled = cancelled;
    this.maxBytes = maxBytes;
    this.memory = memory;
  }

  /** No deadline, never cancelled, no budget. */
  public static QueryContext unbounded() {
    return UNBOUNDED;
  }

  /**
   * A deadline from now and a cancellation; no budget of bytes.
   *
   * @param nanoClock a monotonic clock in nanoseconds, such as {@code System::nanoTime}
   * @param timeout how long the query may run from now
   * @param cancelled true once nobody waits for the answer
   */
  public static QueryContext of(
      LongSupplier nanoClock, Duration timeout, BooleanSupplier cancelled) {
    return new QueryContext(
        nanoClock,
        nanoClock.getAsLong() + timeout.toNanos(),
        cancelled,
        Long.MAX_VALUE,
        QueryMemory.UNBOUNDED);
  }

  /**
   * The same with a budget.
   *
   * @param maxBytes most bytes of decoded columns that the query may read, cached or not; at least
   *     1
   */
  public QueryContext withMaxBytes(long maxBytes) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be positive, got " + maxBytes);
    }
    return new QueryContext(nanoClock, deadline, cancelled, maxBytes, memory);
  }

  /**
   * The same with a place to take the bytes from that the query holds.
   *
   * @param memory stays the caller's, who gives back what is left when the query has ended
   */
  public QueryContext withMemory(QueryMemory memory) {
    return new QueryContext(nanoClock, deadline, cancelled, maxBytes, memory);
  }

  /** Where the query takes the bytes that it holds. */
  public QueryMemory memory() {
    return memory;
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

  /**
   * Returns if a query that has read {@code bytes} so far is within its budget.
   *
   * @throws QueryBudgetException if it is not
   */
  public void checkBytes(long bytes) {
    if (bytes > maxBytes) {
      throw new QueryBudgetException(maxBytes);
    }
  }
}
