package io.tempo4j.query;

import io.tempo4j.memory.ByteBudget;
import java.time.Duration;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/*
 * Queries take more while they hold some, so all of them could wait for each other. The oldest that
 * waits is served first, and when no query runs that could give something back, the youngest of
 * those that wait is refused, until one can go on: so the oldest query always ends.
 *
 * A query that holds little is served past those that wait for much, and some of the budget is kept
 * for such: a look-up of a trace does not wait for a scan of everything.
 */
/**
 * Shares a budget of bytes out to queries: they wait for each other for a while, and beyond that
 * are refused.
 *
 * <p>Thread-safe.
 */
public final class SharedQueryMemory {

  /** Leases grow and shrink in steps of this, so that most growth of a query asks nobody. */
  private static final long STEP_BYTES = 64 << 10;

  /** A query that holds less than one part in this many of the budget holds little. */
  private static final int LITTLE = 32;

  /** One part in this many of the budget is kept for queries that hold little. */
  private static final int KEPT = 8;

  private final ByteBudget budget;
  private final ByteBudget large;
  private final String raisedBy;
  private final long patienceNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // guarded by the lock
  private final TreeSet<Share> waiting = new TreeSet<>(Comparator.comparingLong(one -> one.number));
  private long opened;
  private int running;

  /**
   * Shares {@code budget} out.
   *
   * @param raisedBy what raises the budget, for messages, such as {@code TEMPO_HEAP}
   * @param patience how long a query waits for others at most
   */
  public SharedQueryMemory(ByteBudget budget, String raisedBy, Duration patience) {
    this.budget = budget;
    this.large =
        budget.part("large " + budget.name(), budget.limitBytes() - budget.limitBytes() / KEPT);
    this.raisedBy = raisedBy;
    this.patienceNanos = patience.toNanos();
  }

  /** The budget that is shared. */
  public ByteBudget budget() {
    return budget;
  }

  /**
   * Begins the share of one query.
   *
   * @param bounds may end the query while it waits
   * @return nothing yet; to be closed when everything that the query made is gone
   */
  public Share open(QueryContext bounds) {
    lock.lock();
    try {
      running++;
      return new Share(bounds, opened++);
    } finally {
      lock.unlock();
    }
  }

  /** What one query holds. Methods may be called by one thread, and {@link #close} by any. */
  public final class Share implements QueryMemory, AutoCloseable {

    private final QueryContext bounds;
    private final long number;

    // guarded by the lock
    private ByteBudget from = budget;
    private long usedBytes;
    private long leasedBytes;
    private boolean isResting;
    private boolean isRefused;
    private boolean isClosed;

    private Share(QueryContext bounds, long number) {
      this.bounds = bounds;
      this.number = number;
    }

    @Override
    public void take(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("bytes must not be negative, got " + bytes);
      }
      lock.lock();
      try {
        long missing = usedBytes + bytes - leasedBytes;
        if (missing > 0) {
          lease(missing);
        }
        usedBytes += bytes;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void give(long bytes) {
      lock.lock();
      try {
        usedBytes -= Math.min(bytes, usedBytes);
        long surplus = leasedBytes - usedBytes;
        if (surplus >= 4 * STEP_BYTES) {
          leasedBytes -= surplus - STEP_BYTES;
          from.give(surplus - STEP_BYTES);
          changed.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public long limitBytes() {
      return large.limitBytes();
    }

    /** Bytes held now. */
    public long usedBytes() {
      lock.lock();
      try {
        return usedBytes;
      } finally {
        lock.unlock();
      }
    }

    /** Says that the query waits for its client: nobody should wait for what it holds. */
    public void rest() {
      lock.lock();
      try {
        if (!isResting && !isClosed) {
          isResting = true;
          leaveRunning();
        }
      } finally {
        lock.unlock();
      }
    }

    /** Says that the query goes on. */
    public void resume() {
      lock.lock();
      try {
        if (isResting && !isClosed) {
          isResting = false;
          running++;
        }
      } finally {
        lock.unlock();
      }
    }

    /** Gives everything back. Closing again does nothing. */
    @Override
    public void close() {
      lock.lock();
      try {
        if (!isClosed) {
          isClosed = true;
          from.give(leasedBytes);
          leasedBytes = 0;
          usedBytes = 0;
          if (!isResting) {
            leaveRunning();
          }
          changed.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }

    private void leaveRunning() {
      running--;
      changed.signalAll();
    }

    private void lease(long missing) {
      if (isClosed) {
        throw new IllegalStateException("the query has ended");
      }
      if (missing > limitBytes() - leasedBytes) {
        throw new QueryBudgetException(limitBytes(), raisedBy);
      }
      long more = Math.min(limitBytes() - leasedBytes, missing + STEP_BYTES);
      if (!isBehindOthers(more) && tryLease(more)) {
        return;
      }
      waiting.add(this);
      running--;
      try {
        awaitLease(more);
      } finally {
        running++;
        waiting.remove(this);
        changed.signalAll();
      }
    }

    private boolean isLittle(long more) {
      return leasedBytes + more <= budget.limitBytes() / LITTLE;
    }

    private boolean isBehindOthers(long more) {
      return !isLittle(more) && !waiting.isEmpty() && waiting.first().number < number;
    }

    private boolean tryLease(long more) {
      ByteBudget wanted = isLittle(more) ? budget : large;
      if (from.equals(wanted)) {
        if (!from.tryTake(more)) {
          return false;
        }
      } else {
        // From the whole to the part of it that is for those who hold much.
        from.give(leasedBytes);
        if (!wanted.tryTake(leasedBytes + more)) {
          from.takeAlways(leasedBytes);
          return false;
        }
        from = wanted;
      }
      leasedBytes += more;
      return true;
    }

    private void awaitLease(long more) {
      long end = System.nanoTime() + patienceNanos;
      while (true) {
        if (waiting.first() == this && tryLease(more)) {
          return;
        }
        refuseYoungest();
        long left = end - System.nanoTime();
        if (isRefused || left <= 0) {
          throw new QueryContentionException(budget.limitBytes(), raisedBy);
        }
        bounds.check();
        try {
          // Woken at times all the same: what others hold of the whole changes without a word.
          var unused = changed.awaitNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(20)));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new QueryStoppedException(QueryStoppedException.Reason.CANCELLED);
        }
      }
    }

    /** If nobody runs and the oldest cannot, lets the youngest that waits go. */
    private void refuseYoungest() {
      if (running > 0 || waiting.size() < 2 || waiting.first() != this) {
        return;
      }
      Share youngest = waiting.last();
      if (!youngest.isRefused) {
        youngest.isRefused = true;
        changed.signalAll();
      }
    }
  }
}
