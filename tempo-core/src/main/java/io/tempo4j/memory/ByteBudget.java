package io.tempo4j.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bound on bytes that several holders share. Who wants to hold bytes takes them first, and gives
 * them back when they are free for the garbage collector.
 *
 * <p>Budgets form a tree: what a {@linkplain #part part} takes counts in every budget above it, so
 * parts may be larger together than the whole. A budget may have a {@linkplain #reclaimWith
 * reclaimer}, which lets go of what can be made again, such as cached columns, when others need the
 * room.
 *
 * <p>Thread-safe. The reclaimer is called without a lock, in the thread that takes.
 */
public final class ByteBudget {

  /** Lets go of bytes that can be made again. */
  @FunctionalInterface
  public interface Reclaimer {

    /**
     * Gives back about {@code bytes} of what it holds, or less if it holds less. Must not take from
     * the budget that calls it.
     */
    void reclaim(long bytes);
  }

  private static final Reclaimer NOTHING = bytes -> {};

  private final Tree tree;
  private final List<ByteBudget> path;
  private final String name;
  private final long limitBytes;
  private long heldBytes; // guarded by the tree's lock
  private volatile Reclaimer reclaimer = NOTHING;

  /**
   * The lock of all budgets below one root, and who waits for them. Taking is rare beside what the
   * bytes are used for: a lease for each request, head or query, not for each span.
   */
  private static final class Tree {
    final ReentrantLock lock = new ReentrantLock();
    final Condition given = lock.newCondition();
  }

  private ByteBudget(Tree tree, List<ByteBudget> above, String name, long limitBytes) {
    if (limitBytes < 0) {
      throw new IllegalArgumentException(
          "the budget for " + name + " must not be negative, got " + limitBytes);
    }
    this.tree = tree;
    this.name = name;
    this.limitBytes = limitBytes;
    List<ByteBudget> all = new ArrayList<>(above);
    all.add(this);
    this.path = all; // from the root to this one; never changed
  }

  /**
   * A budget of its own.
   *
   * @param name what it is for, in messages and metrics
   * @param limitBytes most bytes that may be held at once, at least 0
   */
  public static ByteBudget of(String name, long limitBytes) {
    return new ByteBudget(new Tree(), List.of(), name, limitBytes);
  }

  /** A budget without a bound. */
  public static ByteBudget unbounded(String name) {
    return of(name, Long.MAX_VALUE);
  }

  /**
   * A part of this budget, with a bound of its own.
   *
   * @param limitBytes most bytes of this part; parts may add up to more than the whole
   */
  public ByteBudget part(String name, long limitBytes) {
    return new ByteBudget(tree, path, name, Math.min(limitBytes, this.limitBytes));
  }

  /** Asks {@code reclaimer} for bytes when this budget has too few for what is taken. */
  public void reclaimWith(Reclaimer reclaimer) {
    this.reclaimer = reclaimer;
  }

  /** What it is for. */
  public String name() {
    return name;
  }

  /** Most bytes that may be held at once. */
  public long limitBytes() {
    return limitBytes;
  }

  /** Bytes held now, those of parts included. */
  public long heldBytes() {
    tree.lock.lock();
    try {
      return heldBytes;
    } finally {
      tree.lock.unlock();
    }
  }

  /**
   * Takes {@code bytes} if there is room here and in every budget above.
   *
   * @return whether they were taken; if so, {@link #give} gives them back
   */
  public boolean tryTake(long bytes) {
    requireNotNegative(bytes);
    return takeNow(bytes) || (reclaim(bytes) && takeNow(bytes));
  }

  /**
   * As {@link #tryTake}, but waits for others to give back.
   *
   * @param timeoutNanos how long to wait at most, in nanoseconds
   * @return whether they were taken; false at once if they are more than could ever be taken
   * @throws InterruptedException if the thread is interrupted while it waits; nothing is taken then
   */
  public boolean tryTake(long bytes, long timeoutNanos) throws InterruptedException {
    if (bytes > limitBytes) {
      return false;
    }
    if (tryTake(bytes)) {
      return true;
    }
    long end = System.nanoTime() + timeoutNanos;
    tree.lock.lockInterruptibly();
    try {
      while (!takeLocked(bytes)) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        // Woken at times all the same, since what a reclaimer holds grows without a word.
        var unused = tree.given.awaitNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(50)));
        tree.lock.unlock();
        try {
          var ignored = reclaim(bytes);
        } finally {
          tree.lock.lock();
        }
      }
      return true;
    } finally {
      tree.lock.unlock();
    }
  }

  /**
   * Takes {@code bytes} even beyond the limit: for what is held already and must be counted. Others
   * are refused until it is given back.
   */
  public void takeAlways(long bytes) {
    requireNotNegative(bytes);
    tree.lock.lock();
    try {
      path.forEach(budget -> budget.heldBytes += bytes);
    } finally {
      tree.lock.unlock();
    }
  }

  /** Gives back what was taken. */
  public void give(long bytes) {
    requireNotNegative(bytes);
    tree.lock.lock();
    try {
      if (bytes > heldBytes) {
        throw new IllegalStateException(
            name + " holds " + heldBytes + " bytes, " + bytes + " were given back");
      }
      path.forEach(budget -> budget.heldBytes -= bytes);
      tree.given.signalAll();
    } finally {
      tree.lock.unlock();
    }
  }

  /** An empty lease on this budget. */
  public ByteLease lease() {
    return new ByteLease(this);
  }

  private boolean takeNow(long bytes) {
    tree.lock.lock();
    try {
      return takeLocked(bytes);
    } finally {
      tree.lock.unlock();
    }
  }

  private boolean takeLocked(long bytes) {
    for (ByteBudget budget : path) {
      if (bytes > budget.limitBytes - budget.heldBytes) {
        return false;
      }
    }
    path.forEach(budget -> budget.heldBytes += bytes);
    return true;
  }

  /** Asks the reclaimers of all budgets that have too little room; whether one was asked. */
  private boolean reclaim(long bytes) {
    boolean asked = false;
    for (ByteBudget budget : path) {
      long missing = bytes - (budget.limitBytes - budget.heldBytes());
      if (missing > 0 && budget.reclaimer != NOTHING) {
        budget.reclaimer.reclaim(missing);
        asked = true;
      }
    }
    return asked;
  }

  private static void requireNotNegative(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must not be negative, got " + bytes);
    }
  }

  @Override
  public String toString() {
    return name + ": " + heldBytes() + " of " + limitBytes + " bytes";
  }
}
