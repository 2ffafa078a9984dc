package io.tempo4j.query.schedule;

import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** One part of a query that runs or waits to. Guarded by the lock of the scheduler. */
final class Turn {

  final QueryScheduler.Place place;
  final Runnable part;
  final Runnable dropped;

  /** Age of its query: those of older queries are smaller. */
  final long number;

  /** On which its thread waits once it has one. */
  final Condition granted;

  volatile @Nullable Thread thread;
  boolean hasThread;
  boolean isRunning;

  /** When it began to run, or was last charged; written under the lock, read by its thread too. */
  volatile long sinceNanos;

  Turn(
      QueryScheduler.Place place, long number, Runnable part, Runnable dropped, Condition granted) {
    this.place = place;
    this.number = number;
    this.part = part;
    this.dropped = dropped;
    this.granted = granted;
  }
}
