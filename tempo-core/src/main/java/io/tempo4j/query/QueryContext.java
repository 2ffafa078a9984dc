package io.tempo4j.query;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What may end a query before its time: a deadline, a cancellation, a budget of bytes to read, and
 * the memory and the time that it shares with others.
 *
 * <p>Queries ask once per row group, and once per so many traces where they go trace by trace.
 * Immutable; thread-safe if the suppliers are.
 */
public final class QueryContext {

  private static final QueryContext UNBOUNDED =
      new QueryContext(
          () -> 0, 1, () -> false, Long.MAX_VALUE, QueryMemory.UNBOUNDED, QueryTime.UNSHARED);

  private final LongSupplier nanoClock;
  private final long deadline;
  private final BooleanSupplier cancelled;
  private final long maxBytes;
  private final QueryMemory memory;
  private final QueryTime time;

  private QueryContext(
      LongSupplier nanoClock,
      long deadline,
      BooleanSupplier cancelled,
      long maxBytes,
      QueryMemory memory,
      QueryTime time) {
    this.nanoClock = nanoClock;
    this.deadline = deadline;
    this.cancelled = cancelled;
    this.maxBytes = maxBytes;
    this.memory = memory;
    this.time = time;
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
        QueryMemory.UNBOUNDED,
        QueryTime.UNSHARED);
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
    return new QueryContext(nanoClock, deadline, cancelled, maxBytes, memory, time);
  }

  /**
   * The same with a place to take the bytes from that the query holds.
   *
   * @param memory stays the caller's, who gives back what is left when the query has ended
   */
  public QueryContext withMemory(QueryMemory memory) {
    return new QueryContext(nanoClock, deadline, cancelled, maxBytes, memory, time);
  }

  /** The same, run in turns with other queries. */
  public QueryContext withTime(QueryTime time) {
    return new QueryContext(nanoClock, deadline, cancelled, maxBytes, memory, time);
  }

  /** What lets the query run in turns with others. */
  public QueryTime time() {
    return time;
  }

  /** Where the query takes the bytes that it holds. */
  public QueryMemory memory() {
    return memory;
  }

  /**
   * Returns when the query may go on: at once, or when others have had their turn.
   *
   * @throws QueryStoppedException if it may not
   */
  public void check() {
    time.share();
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
