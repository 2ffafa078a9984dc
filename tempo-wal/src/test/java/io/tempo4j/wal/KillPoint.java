package io.tempo4j.wal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The place at which a child of the crash storm asks to be killed.
 *
 * @param place where
 * @param countdown how often the place is passed before
 * @param ask tells the parent
 */
record KillPoint(Place place, AtomicInteger countdown, Consumer<Place> ask) {

  enum Place {
    /** Nowhere: the parent kills when it likes. */
    ANYWHERE,
    /** While the store is opened, its log replayed. */
    STARTING,
    SEGMENT_CREATED,
    FRAME_HALF_WRITTEN,
    FRAME_WRITTEN,
    SEGMENT_FORCED,
    BEFORE_SEGMENT_DELETED,
    SEGMENT_DELETED,
    BEFORE_PUT,
    /** The kill falls somewhere into an upload. */
    INSIDE_PUT,
    AFTER_PUT
  }

  /** Whether the process is to end here. */
  boolean isReached(Place here) {
    return place == here && countdown.getAndDecrement() == 0;
  }

  /** Asks and stays if the process is to end here. */
  void pass(Place here) {
    if (isReached(here)) {
      stay();
    }
  }

  /** Asks and stays; the other threads go on until the process dies. */
  void stay() {
    ask.accept(place);
    while (true) {
      LockSupport.park();
    }
  }
}
