package io.tempo4j.query.schedule;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The queries of one tenant that wait for a turn: young ones in the order in which they came, and
 * those that have used a slice, the oldest first. Guarded by the lock of the scheduler.
 */
final class TenantTurns {

  /** One in so many turns is for an old query, however many young ones wait. */
  private static final int OLD_EVERY = 4;

  /** For an order among tenants that have used the same. */
  final long number;

  /** Nanoseconds of running, from where the others stood when the tenant came. */
  long usedNanos;

  /** Queries that have a place. */
  int places;

  /** Turns that run or wait. */
  int turns;

  private final ArrayDeque<Turn> young = new ArrayDeque<>();
  private final TreeSet<Turn> old = new TreeSet<>(Comparator.comparingLong(turn -> turn.number));
  private int youngInARow;

  TenantTurns(long number) {
    this.number = number;
  }

  boolean isEmpty() {
    return young.isEmpty() && old.isEmpty();
  }

  void add(Turn turn, boolean isYoung) {
    if (isYoung) {
      young.add(turn);
    } else {
      old.add(turn);
    }
  }

  boolean remove(Turn turn) {
    return old.remove(turn) || young.remove(turn);
  }

  /** Whether one of them is preferred to {@code running}, which has used a slice. */
  boolean isPreferredTo(Turn running) {
    return !young.isEmpty() || (!old.isEmpty() && old.first().number < running.number);
  }

  /** Takes the next one; null if none waits. */
  @Nullable Turn poll() {
    boolean isOldsTurn = youngInARow + 1 >= OLD_EVERY;
    if (!old.isEmpty() && (isOldsTurn || young.isEmpty())) {
      youngInARow = 0;
      return old.pollFirst();
    }
    youngInARow++;
    return young.poll();
  }

  /** Takes the next one that has not used a slice; null if none waits. */
  @Nullable Turn pollYoung() {
    return young.poll();
  }

  boolean hasYoung() {
    return !young.isEmpty();
  }
}
