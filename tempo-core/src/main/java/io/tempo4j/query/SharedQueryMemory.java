package io.tempo4j.query;

import io.tempo4j.memory.ByteBudget;
import java.time.Duration;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/*
 * Queries take more while they hold some, so all of them could wait for each other. Therefore one at
 * a time may wait while it holds something: the one that has the turn. The first that finds no room
 * takes the turn, if nobody has it. Another gives back what it holds, and begins again when its turn
 * comes, in the order of age; then it waits for nobody but queries that do not wait, so it ends. This
 * is the rule that old transactions wait and young ones die (Rosenkrantz, Stearns, Lewis: System
 * Level Concurrency Control for Distributed Database Systems, 1978), with one that waits.
 *
 * While there is room nobody has the turn, and queries run beside each other as if there was no
 * bound. A query begins at most twice.
 *
 * A query that holds little is served past the one that waits for much, and some of the budget is
 * kept for such: a look-up of a trace does not wait for a scan of everything. If it finds no room all
 * the same, it has its turn before those that wanted much, three times in four.
 */
/**
 * Shares a budget of bytes out to queries. Where it is too small for all of them at a time, they
 * are served one after the other: a query that finds no room throws {@link
 * QueryContentionException}; its caller undoes what it did, waits for {@link Share#nextTurn}, and
 * begins it again.
 *
 * <p>Thread-safe.
 */
public final class SharedQueryMemory {

  /** Leases grow and shrink in steps of this, so that most growth of a query asks nobody. */
  private static final long STEP_BYTES = 64 << 10;

  /** A query that holds less than one part in this many of the budget holds little. */
  private static final int LITTLE = 16;

  /** One turn in this many is for the oldest, whatever it wants. */
  private static final int LITTLE_FIRST = 4;

  /** One part in this many of the budget is kept for queries that hold little. */
  private static final int KEPT = 8;

  private final ByteBudget budget;
  private final ByteBudget large;
  private final String raisedBy;
  private final long patienceNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // guarded by the lock
  private final TreeSet<Share> queue = new TreeSet<>(Comparator.comparingLong(one -> one.number));
  private @Nullable Share turn;
  private int littleInARow;
  private boolean isWaiting;
  private long opened;

  /**
   * Shares {@code budget} out.
   *
   * @param raisedBy what raises the budget, for messages, such as {@code TEMPO_HEAP}
   * @param patience how long a query waits at most: for its turn, and when it has it for others
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
      return new Share(bounds, opened++);
    } finally {
      lock.unlock();
    }
  }

  /** Gives the turn, if nobody has it, to the oldest that still waits for it. */
  private void passTurn() {
    while (true) {
      Share next;
      CompletableFuture<Boolean> promise;
      lock.lock();
      try {
        next = turn == null ? pollNext() : null;
        if (next == null) {
          return;
        }
        turn = next;
        promise = next.promise;
      } finally {
        lock.unlock();
      }
      // Without the lock, since it runs what waits for it.
      if (promise.complete(true)) {
        return;
      }
      next.leaveTurn();
    }
  }

  /** Takes the oldest that wanted little out of the queue, or the oldest of all. */
  private @Nullable Share pollNext() {
    if (++littleInARow < LITTLE_FIRST) {
      for (Share share : queue) {
        if (share.wantsLittle) {
          queue.remove(share);
          return share;
        }
      }
    }
    littleInARow = 0;
    return queue.pollFirst();
  }

  /**
   * What one query holds. Methods are called by one thread at a time, {@link #close} and {@link
   * #giveUp} by any.
   */
  public final class Share implements QueryMemory, AutoCloseable {

    private final QueryContext bounds;
    private final long number;

    // guarded by the lock
    private ByteBudget from = budget;
    private long usedBytes;
    private long leasedBytes;
    private boolean isResting; // of the thread that takes alone
    private boolean wasBeaten;
    private boolean wantsLittle;
    private boolean isClosed;
    private CompletableFuture<Boolean> promise = CompletableFuture.completedFuture(false);

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
        if (isResting) {
          isResting = false;
          bounds.time().resume(); // may wait, so without the lock
        }
      }
    }

    @Override
    public void give(long bytes) {
      lock.lock();
      try {
        usedBytes -= Math.min(bytes, usedBytes);
        if (leasedBytes - usedBytes >= 4 * STEP_BYTES) {
          shrinkTo(usedBytes + STEP_BYTES);
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

    /**
     * Whether {@link #take} found no room because another query has the turn, so that the query can
     * begin again with {@link #nextTurn}.
     */
    public boolean mayBeginAgain() {
      lock.lock();
      try {
        return wasBeaten && !isClosed;
      } finally {
        lock.unlock();
      }
    }

    /**
     * Gives back everything, and lines up for the turn by the age of the query and by how much it
     * wanted. No thread waits.
     *
     * @return completed, by whatever thread, with true when the query may begin again; with false
     *     when the patience is over, or after {@link #giveUp} or {@link #close}
     */
    public CompletableFuture<Boolean> nextTurn() {
      CompletableFuture<Boolean> mine = new CompletableFuture<>();
      lock.lock();
      try {
        wasBeaten = false;
        giveAll();
        if (isClosed) {
          mine.complete(false);
        } else {
          promise = mine;
          queue.add(this);
        }
      } finally {
        lock.unlock();
      }
      passTurn();
      return mine.completeOnTimeout(false, patienceNanos, TimeUnit.NANOSECONDS);
    }

    /** Ends the waiting for {@link #nextTurn}, if the turn has not come yet. */
    public void giveUp() {
      CompletableFuture<Boolean> waited;
      lock.lock();
      try {
        queue.remove(this);
        waited = promise;
      } finally {
        lock.unlock();
      }
      waited.complete(false);
    }

    /** What to tell a client whose query did not get its turn in time. */
    public QueryContentionException refusal() {
      return new QueryContentionException(budget.limitBytes(), raisedBy);
    }

    /**
     * Says that the query waits for its client: nobody should wait for what it holds, and it keeps
     * no more than it uses.
     */
    public void rest() {
      lock.lock();
      try {
        shrinkTo(usedBytes);
      } finally {
        lock.unlock();
      }
      leaveTurn();
      passTurn();
    }

    /** Gives everything back. Closing again does nothing. */
    @Override
    public void close() {
      lock.lock();
      try {
        isClosed = true;
        giveAll();
      } finally {
        lock.unlock();
      }
      giveUp();
      rest();
    }

    private void giveAll() {
      shrinkTo(0);
      from = budget;
      usedBytes = 0;
    }

    private void shrinkTo(long bytes) {
      from.give(leasedBytes - bytes);
      leasedBytes = bytes;
      changed.signalAll();
    }

    private void leaveTurn() {
      lock.lock();
      try {
        if (turn == this) {
          turn = null;
        }
      } finally {
        lock.unlock();
      }
    }

    private void lease(long missing) {
      if (isClosed) {
        throw new IllegalStateException("the query has ended");
      }
      if (missing > limitBytes() - leasedBytes) {
        throw new QueryBudgetException(limitBytes(), raisedBy);
      }
      long more = Math.min(limitBytes() - leasedBytes, missing + STEP_BYTES);
      if (!makesRoom(more) && tryLease(more)) {
        return;
      }
      if (turn == null && queue.isEmpty()) {
        turn = this;
      }
      if (turn != this) {
        wasBeaten = true;
        wantsLittle = (leasedBytes + missing) <= budget.limitBytes() / KEPT;
        throw refusal();
      }
      isWaiting = true;
      isResting = true;
      bounds.time().rest(); // those that hold the memory need turns to end
      try {
        awaitLease(more);
      } finally {
        isWaiting = false;
      }
    }

    private boolean isLittle(long more) {
      return leasedBytes + more <= budget.limitBytes() / LITTLE;
    }

    /** Whether an older query waits for what this one holds and wants. */
    private boolean makesRoom(long more) {
      return isWaiting && turn != null && turn.number < number && !isLittle(more);
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
      while (!tryLease(more)) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          throw refusal();
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
  }
}
