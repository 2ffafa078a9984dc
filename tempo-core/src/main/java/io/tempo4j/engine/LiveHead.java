package io.tempo4j.engine;

import io.tempo4j.head.Head;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A head in the life of a store: filling, then sealed, then flushed.
 *
 * <p>An append enters the head, decodes and logs, and leaves; sealing lets nobody enter any more
 * and is complete when the last append has left. So every frame of a head is in the log before its
 * block is written, and a block holds every span that was acknowledged for its head.
 */
final class LiveHead {

  private final HeadId id;
  private final Head head;
  private final Instant createdAt;
  private final AtomicLong receivedBytes = new AtomicLong();
  private final Gate appends = new Gate();

  LiveHead(HeadId id, Head head, Instant createdAt) {
    this.id = id;
    this.head = head;
    this.createdAt = createdAt;
  }

  HeadId id() {
    return id;
  }

  Head head() {
    return head;
  }

  Instant createdAt() {
    return createdAt;
  }

  /** OTLP bytes of the appends so far. */
  long receivedBytes() {
    return receivedBytes.get();
  }

  /** Claims the head for one append; false if it is sealed. */
  boolean enter(int bytes) {
    boolean entered = appends.enter();
    if (entered) {
      receivedBytes.addAndGet(bytes);
    }
    return entered;
  }

  /** Ends an append that {@link #enter} admitted. */
  void leave() {
    appends.leave();
  }

  /** Lets no further append enter; completes when the last one has left. */
  CompletableFuture<Void> seal() {
    appends.shut();
    return appends.empty();
  }
}
