package io.tempo4j.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts who is inside, and can be shut: then nobody enters any more, and it says when the last one
 * has left. Lock-free.
 */
final class Gate {

  private static final int SHUT = 1 << 30;

  private final AtomicInteger inside = new AtomicInteger();
  private final CompletableFuture<Void> empty = new CompletableFuture<>();

  /** Enters, unless the gate is shut. Whoever entered must {@link #leave}. */
  boolean enter() {
    while (true) {
      int now = inside.get();
      if ((now & SHUT) != 0) {
        return false;
      }
      if (inside.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  /**
   * Enters.
   *
   * @throws IllegalStateException if the gate is shut
   */
  void require() {
    if (!enter()) {
      throw new IllegalStateException("the store is closed");
    }
  }

  void leave() {
    if (inside.decrementAndGet() == SHUT) {
      empty.complete(null);
    }
  }

  /** Lets nobody enter any more; idempotent. */
  void shut() {
    if (inside.getAndUpdate(now -> now | SHUT) == 0) {
      empty.complete(null);
    }
  }

  /** Completes when the gate is shut and nobody is inside. */
  CompletableFuture<Void> empty() {
    return empty;
  }
}
