package io.tempo4j.memory;

/**
 * What one holder has of a {@link ByteBudget}: grows before the holder allocates, shrinks when it
 * has let go, and ends with it.
 *
 * <p>Thread-safe. Closing gives everything back; closing again does nothing.
 */
public final class ByteLease implements AutoCloseable {

  private final ByteBudget budget;
  private long bytes;
  private boolean closed;

  ByteLease(ByteBudget budget) {
    this.budget = budget;
  }

  /** Bytes held now. */
  public synchronized long bytes() {
    return bytes;
  }

  /** The budget that it is of. */
  public ByteBudget budget() {
    return budget;
  }

  /**
   * Takes {@code more} bytes.
   *
   * @return whether there was room; if not, the lease is as it was
   * @throws IllegalStateException if it is closed
   */
  public boolean tryGrow(long more) {
    if (!budget.tryTake(more)) {
      return false;
    }
    grown(more);
    return true;
  }

  /**
   * As {@link #tryGrow(long)}, but waits for others to give back.
   *
   * @param timeoutNanos how long to wait at most, in nanoseconds
   * @throws InterruptedException if the thread is interrupted while it waits; the lease is as it
   *     was
   */
  public boolean tryGrow(long more, long timeoutNanos) throws InterruptedException {
    if (!budget.tryTake(more, timeoutNanos)) {
      return false;
    }
    grown(more);
    return true;
  }

  /**
   * Takes {@code more} bytes, for holders that cannot go on without them.
   *
   * @throws NoRoomException if there is no room; the lease is as it was
   * @throws IllegalStateException if it is closed
   */
  public void grow(long more) {
    if (!tryGrow(more)) {
      throw new NoRoomException(budget.name(), more);
    }
  }

  /** Takes {@code more} bytes even beyond the limit: for what is held already. */
  public void growAlways(long more) {
    budget.takeAlways(more);
    grown(more);
  }

  /** Gives {@code less} bytes back, or all if it holds fewer. */
  public synchronized void shrink(long less) {
    long given = Math.min(less, bytes);
    bytes -= given;
    budget.give(given);
  }

  private synchronized void grown(long more) {
    if (closed) {
      budget.give(more);
      throw new IllegalStateException("the lease on " + budget.name() + " is closed");
    }
    bytes += more;
  }

  @Override
  public synchronized void close() {
    closed = true;
    shrink(bytes);
  }
}
