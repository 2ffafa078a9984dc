package io.tempo4j.query.metrics;

import io.tempo4j.query.QueryMemory;

/** A memory that knows what was taken from it, so that all of it can be given back at once. */
final class CountedMemory implements QueryMemory {

  private final QueryMemory memory;
  private long takenBytes;

  CountedMemory(QueryMemory memory) {
    this.memory = memory;
  }

  @Override
  public void take(long bytes) {
    memory.take(bytes);
    takenBytes += bytes;
  }

  @Override
  public void give(long bytes) {
    long given = Math.min(bytes, takenBytes);
    takenBytes -= given;
    memory.give(given);
  }

  @Override
  public long limitBytes() {
    return memory.limitBytes();
  }

  /** Gives everything back. */
  void release() {
    give(takenBytes);
  }
}
