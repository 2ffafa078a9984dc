package io.tempo4j.engine;

import io.tempo4j.block.BlockMeta;
import io.tempo4j.head.Head;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.storage.ObjectStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

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
  private final long createdNanos;
  private final ByteLease room;
  private final AtomicLong receivedBytes = new AtomicLong();
  private final AtomicBoolean letGo = new AtomicBoolean();
  private final ByteBudget queries;
  private final Gate appends = new Gate();
  private final Gate readers = new Gate();
  private volatile @Nullable Written written;

  /**
   * A head that fills.
   *
   * @param room what its columns take their bytes from; which {@link #letGo} gives back
   * @param queries what takes them over while queries still read a head that was let go
   */
  LiveHead(HeadId id, Head head, long createdNanos, ByteLease room, ByteBudget queries) {
    this.id = id;
    this.head = head;
    this.createdNanos = createdNanos;
    this.room = room;
    this.queries = queries;
  }

  HeadId id() {
    return id;
  }

  Head head() {
    return head;
  }

  /** When it was made, by the store's nano clock; only differences mean something. */
  long createdNanos() {
    return createdNanos;
  }

  /**
   * A block that holds all its spans.
   *
   * @param store where it is
   */
  record Written(ObjectStore store, BlockMeta meta) {}

  /** Its block once that is complete; null before, and when it was lost. */
  @Nullable Written written() {
    return written;
  }

  /** Notes what became of its block; called by the thread that flushes. */
  void written(@Nullable Written block) {
    written = block;
  }

  /** OTLP bytes of the appends so far. */
  long receivedBytes() {
    return receivedBytes.get();
  }

  /** Heap bytes that it has taken for its columns. */
  long heldBytes() {
    return room.bytes();
  }

  /**
   * Gives its room back: its spans are served from elsewhere. What queries still read of it counts
   * as theirs until the last of them has ended, so that new heads do not come on top of it.
   *
   * @return false if that was done before
   */
  boolean letGo() {
    if (!letGo.compareAndSet(false, true)) {
      return false;
    }
    readers.shut();
    if (!readers.empty().isDone()) {
      ByteLease outlived = queries.lease();
      outlived.growAlways(room.bytes());
      var unused = readers.empty().thenRun(outlived::close);
    }
    head.letGo();
    return true;
  }

  /** Claims the head for a query; false if it was let go. */
  boolean claim() {
    return readers.enter();
  }

  /** Ends what {@link #claim} began. */
  void release() {
    readers.leave();
  }

  /** Claims the head for one append; false if it is sealed. */
  boolean enter() {
    return appends.enter();
  }

  /** Counts the bytes of an append that succeeded. */
  void received(int bytes) {
    receivedBytes.addAndGet(bytes);
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
