package io.tempo4j.query.tags;

import io.tempo4j.query.QueryMemory;

/** Counts entries against their limits, and takes the bytes that they hold. Not thread-safe. */
final class Budget {

  /** What an entry takes beside its bytes: objects, a place in a table, a place in an answer. */
  private static final int ENTRY_BYTES = 128;

  private final TagLimits limits;
  private final QueryMemory memory;
  private int entries;
  private long bytes;
  private int stale;
  private Truncation truncation = Truncation.NONE;

  Budget(TagLimits limits, QueryMemory memory) {
    this.limits = limits;
    this.memory = memory;
  }

  /** Counts an entry that came before. */
  void repeat() {
    stale++;
    if (stale == limits.maxStaleEntries()) {
      truncate(Truncation.STALE);
    }
  }

  /** Counts a new entry; false if there is no room for it, nor for any other from then on. */
  boolean admits(int length) {
    if (limits.maxEntries() > 0 && entries == limits.maxEntries()) {
      truncate(Truncation.LIMIT);
    } else if (limits.maxBytes() > 0 && bytes + length > limits.maxBytes()) {
      truncate(Truncation.BYTES);
    }
    if (isSpent()) {
      return false;
    }
    memory.take(ENTRY_BYTES + 3L * length);
    entries++;
    bytes += length;
    stale = 0;
    return true;
  }

  private void truncate(Truncation reason) {
    if (!isSpent()) {
      truncation = reason;
    }
  }

  /** True once no further entry is wanted. */
  boolean isSpent() {
    return truncation != Truncation.NONE;
  }

  /** Why no further entry is wanted. */
  Truncation truncation() {
    return truncation;
  }
}
