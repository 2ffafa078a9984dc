package io.tempo4j.query.schedule;

import io.tempo4j.model.TenantId;
import io.tempo4j.query.QueryTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/*
 * Among tenants: start-time fair queueing (Goyal, Vin, Cheng, 1996), by the time that a tenant's
 * queries have run. The tenant that has used least is next; one that comes starts where the others
 * are, so that nobody saves time up.
 *
 * Within a tenant: two levels of feedback. A query that has not used a slice yet goes before those
 * that have, and these run in the order of age, each until it ends if nobody is preferred to it. So
 * a look-up waits for a slice of others at most, and large queries do not all hold their memory at
 * the same time for longer than they must. One turn in four is for the old ones all the same.
 *
 * A query that runs gives way at a check of its context, and waits on its thread. Only so many may
 * do that; beyond them a query that has begun runs on. Between two checks it gives way to nobody, so
 * a part of the turns is for queries that have not used a slice: a look-up finds one free.
 */
/**
 * Decides which query runs next: fairly among tenants, short queries before long ones, so many at a
 * time.
 *
 * <p>A query takes a {@link Place}, runs in one or several parts by {@link Place#execute}, and
 * leaves. The place is the {@link QueryTime} of its context.
 *
 * <p>Thread-safe. Takes no lock of others while it holds its own.
 */
public final class QueryScheduler {

  /** One turn in so many is for queries that have not used a slice. */
  private static final int FOR_YOUNG = 4;

  private static final Comparator<TenantTurns> LEAST_USED_FIRST =
      Comparator.<TenantTurns>comparingLong(tenant -> tenant.usedNanos)
          .thenComparingLong(tenant -> tenant.number);

  private final SchedulerBounds bounds;
  private final int maxOld;
  private final Executor threads;
  private final LongSupplier nanoClock;
  private final long sliceNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();

  // guarded by the lock
  private final Map<TenantId, TenantTurns> tenants = new HashMap<>();
  private final TreeSet<TenantTurns> ready = new TreeSet<>(LEAST_USED_FIRST);
  private final TreeSet<TenantTurns> readyYoung = new TreeSet<>(LEAST_USED_FIRST);
  private int running;
  private int paused;
  private int waiting;
  private int places;
  private long numbers;
  private long leastUsedNanos;
  private boolean isClosed;

  /**
   * A scheduler without queries.
   *
   * @param threads runs a part of a query each time it is called, on a thread of its own; asked for
   *     at most {@code running + paused} at a time
   * @param nanoClock a monotonic clock in nanoseconds
   */
  public QueryScheduler(SchedulerBounds bounds, Executor threads, LongSupplier nanoClock) {
    this.bounds = bounds;
    this.maxOld = bounds.running() - (bounds.running() + FOR_YOUNG - 2) / FOR_YOUNG;
    this.threads = threads;
    this.nanoClock = nanoClock;
    this.sliceNanos = bounds.slice().toNanos();
  }

  /**
   * Takes a place for a query, for as long as it runs or waits.
   *
   * @return empty if too many have one already, of this tenant or of all
   */
  public Optional<Place> enter(TenantId tenant) {
    lock.lock();
    try {
      TenantTurns turns = tenants.get(tenant);
      int ofTenant = turns == null ? 0 : turns.places;
      if (ofTenant >= (long) bounds.running() + bounds.waitingPerTenant()
          || places >= (long) bounds.running() + bounds.waiting()) {
        return Optional.empty();
      }
      if (turns == null) {
        turns = new TenantTurns(numbers++);
        tenants.put(tenant, turns);
      }
      turns.places++;
      places++;
      return Optional.of(new Place(tenant, turns, numbers++));
    } finally {
      lock.unlock();
    }
  }

  /** Queries that run. */
  public int running() {
    lock.lock();
    try {
      return running;
    } finally {
      lock.unlock();
    }
  }

  /** Queries that wait for their turn, whether they have begun or not. */
  public int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until no query has a place.
   *
   * @return whether that came true in time
   */
  public boolean awaitEmpty(Duration timeout) throws InterruptedException {
    long nanos = timeout.toNanos();
    lock.lockInterruptibly();
    try {
      while (places > 0) {
        if (nanos <= 0) {
          return false;
        }
        nanos = left.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Lets no query begin or go on that does not run or wait already. */
  public void close() {
    lock.lock();
    try {
      isClosed = true;
    } finally {
      lock.unlock();
    }
  }

  /** The place of one query. {@link #stop} may be called by any thread. */
  public final class Place implements QueryTime {

    private final TenantId tenant;
    private final TenantTurns turns;
    private final long number;

    // guarded by the lock
    private long usedNanos;
    private boolean isStopped;
    private boolean hasLeft;
    private volatile @Nullable Turn current;

    private Place(TenantId tenant, TenantTurns turns, long number) {
      this.tenant = tenant;
      this.turns = turns;
      this.number = number;
    }

    /**
     * Runs a part of the query when its turn comes. The part before it has ended, or does so
     * without another {@link #share}.
     *
     * @param part is run on a thread of the scheduler
     * @param dropped is run instead if the query is {@linkplain #stop stopped} before its turn, by
     *     the thread that stops it; must be brief
     * @throws RejectedExecutionException if the scheduler is closed
     */
    public void execute(Runnable part, Runnable dropped) {
      Turn turn = new Turn(this, number, part, dropped, lock.newCondition());
      lock.lock();
      try {
        if (isClosed) {
          throw new RejectedExecutionException("no more queries are run");
        }
        if (!isStopped) {
          begin(turn);
          turn = null;
        }
      } finally {
        lock.unlock();
      }
      if (turn != null) {
        dropped.run();
      }
    }

    /** Ends the query if it waits for its turn; does nothing else. */
    public void stop() {
      Turn turn;
      lock.lock();
      try {
        isStopped = true;
        turn = current;
        if (turn == null || turn.isRunning || !unqueue(turn)) {
          return;
        }
        if (turn.hasThread) {
          turn.granted.signal();
          return;
        }
        turns.turns--;
      } finally {
        lock.unlock();
      }
      turn.dropped.run();
    }

    /** Gives the place back; doing so again does nothing. */
    public void leave() {
      lock.lock();
      try {
        if (hasLeft) {
          return;
        }
        hasLeft = true;
        places--;
        if (--turns.places == 0) {
          tenants.remove(tenant, turns);
        }
        if (places == 0) {
          left.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void share() {
      Turn turn = ofThisThread();
      if (turn == null || nanoClock.getAsLong() - turn.sinceNanos < sliceNanos) {
        return;
      }
      lock.lock();
      try {
        if (!turn.isRunning) {
          return;
        }
        charge(turn);
        if (!isStopped && paused < bounds.paused() && isOthersTurn(turn)) {
          end(turn);
          queue(turn);
          grant();
          awaitTurn(turn);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void rest() {
      Turn turn = ofThisThread();
      lock.lock();
      try {
        if (turn != null && turn.isRunning) {
          end(turn);
          grant();
        }
      } finally {
        lock.unlock();
      }
    }

    /** The turn that this thread runs: others that work for the query do not pause for it. */
    private @Nullable Turn ofThisThread() {
      Turn turn = current;
      return turn != null && turn.thread == Thread.currentThread() ? turn : null;
    }

    @Override
    public void resume() {
      Turn turn = ofThisThread();
      lock.lock();
      try {
        if (turn == null || turn.isRunning || isStopped) {
          return;
        }
        queue(turn);
        grant();
        awaitTurn(turn);
      } finally {
        lock.unlock();
      }
    }
  }

  // All of what follows is called with the lock, but for run().

  private void begin(Turn turn) {
    TenantTurns tenant = turn.place.turns;
    Turn before = turn.place.current;
    if (before != null && before.isRunning) {
      charge(before); // the part that asks for another one
    }
    if (tenant.turns++ == 0) {
      // It was away: it does not come with time that it did not use.
      tenant.usedNanos = Math.max(tenant.usedNanos, leastUsedNanos);
    }
    turn.place.current = turn;
    queue(turn);
    grant();
  }

  private void queue(Turn turn) {
    TenantTurns tenant = turn.place.turns;
    tenant.add(turn, turn.place.usedNanos < sliceNanos);
    line(tenant);
    waiting++;
  }

  private boolean unqueue(Turn turn) {
    TenantTurns tenant = turn.place.turns;
    if (!tenant.remove(turn)) {
      return false;
    }
    line(tenant);
    waiting--;
    return true;
  }

  /** Lets queries run as long as there is room. */
  private void grant() {
    while (running < bounds.running()) {
      boolean isForAll = running < maxOld;
      TreeSet<TenantTurns> line = isForAll ? ready : readyYoung;
      if (line.isEmpty()) {
        return;
      }
      TenantTurns tenant = line.first();
      leastUsedNanos = Math.max(leastUsedNanos, tenant.usedNanos);
      Turn turn = isForAll ? tenant.poll() : tenant.pollYoung();
      line(tenant);
      if (turn == null) {
        return;
      }
      waiting--;
      running++;
      turn.isRunning = true;
      turn.sinceNanos = nanoClock.getAsLong();
      if (turn.hasThread) {
        turn.granted.signal();
      } else {
        turn.hasThread = true;
        threads.execute(() -> run(turn));
      }
    }
  }

  private void run(Turn turn) {
    turn.thread = Thread.currentThread();
    try {
      turn.part.run();
    } finally {
      lock.lock();
      try {
        turn.place.turns.turns--;
        if (turn.isRunning) {
          end(turn);
          grant();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void end(Turn turn) {
    charge(turn);
    turn.isRunning = false;
    running--;
  }

  private void charge(Turn turn) {
    long now = nanoClock.getAsLong();
    long used = Math.max(0, now - turn.sinceNanos);
    turn.sinceNanos = now;
    turn.place.usedNanos += used;
    TenantTurns tenant = turn.place.turns;
    ready.remove(tenant);
    readyYoung.remove(tenant);
    tenant.usedNanos += used;
    line(tenant);
  }

  /** Puts a tenant into the lines that it belongs to, and out of others. */
  private void line(TenantTurns tenant) {
    if (tenant.isEmpty()) {
      ready.remove(tenant);
    } else {
      ready.add(tenant);
    }
    if (tenant.hasYoung()) {
      readyYoung.add(tenant);
    } else {
      readyYoung.remove(tenant);
    }
  }

  private boolean isOthersTurn(Turn turn) {
    TenantTurns tenant = turn.place.turns;
    boolean isInTurnForYoung = running > maxOld && turn.place.usedNanos >= sliceNanos;
    return isInTurnForYoung
        || tenant.isPreferredTo(turn)
        || (!ready.isEmpty() && ready.first().usedNanos < tenant.usedNanos);
  }

  private void awaitTurn(Turn turn) {
    paused++;
    while (!turn.isRunning && !turn.place.isStopped) {
      turn.granted.awaitUninterruptibly();
    }
    paused--;
  }
}
