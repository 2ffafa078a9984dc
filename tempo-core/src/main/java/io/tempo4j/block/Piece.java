package io.tempo4j.block;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A range of an object that is being read for a query, or was. Its bytes count as held until the
 * query has dropped it and the read has ended. Guarded by the query's lock, but for {@link #ended}.
 */
final class Piece {

  private final PlannedObject object;
  private final ByteRange range;
  private final ReadPlanner planner;
  private final AtomicBoolean isLast = new AtomicBoolean();
  private @Nullable CompletableFuture<byte[]> bytes;
  private boolean wasUsed;

  Piece(PlannedObject object, ByteRange range, ReadPlanner planner) {
    this.object = object;
    this.range = range;
    this.planner = planner;
  }

  ByteRange range() {
    return range;
  }

  void reading(CompletableFuture<byte[]> result) {
    bytes = result;
  }

  CompletableFuture<byte[]> bytes() {
    CompletableFuture<byte[]> begun = bytes;
    if (begun == null) {
      throw new IllegalStateException("nobody reads " + range);
    }
    return begun;
  }

  boolean isDone() {
    return bytes().isDone();
  }

  boolean wasUsed() {
    return wasUsed && isDone();
  }

  void use() {
    wasUsed = true;
  }

  /** Takes it away from its object; cancels the read if it did not begin yet. */
  void drop() {
    object.remove(this);
    bytes().cancel(false);
    giveBackIfLast();
  }

  /** The read has ended, or will not begin. */
  void ended() {
    giveBackIfLast();
  }

  private void giveBackIfLast() {
    if (isLast.getAndSet(true)) {
      planner.giveBack(range.length());
    }
  }
}
