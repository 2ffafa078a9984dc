package io.tempo4j.engine;

import io.tempo4j.block.BlockMeta;
import io.tempo4j.block.BlockReader;
import io.tempo4j.model.TraceId;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A block that is stored but cannot be read.
 *
 * @param id its id
 * @param minStartNanos smallest span start in it, as far as that is known; unsigned
 * @param maxEndNanos largest span end in it, as far as that is known; unsigned
 * @param opened the block, whose index and filters may still say what it cannot hold; null if it
 *     could not be opened
 */
record MissingBlock(UUID id, long minStartNanos, long maxEndNanos, @Nullable BlockReader opened) {

  /** All blocks of an object store that could not be asked yet which it has. */
  static final MissingBlock UNKNOWN = of(new UUID(0, 0), null);

  /**
   * A block.
   *
   * @param meta null if not even that can be read: then it may hold spans of all times
   */
  static MissingBlock of(UUID id, @Nullable BlockMeta meta) {
    return meta == null
        ? new MissingBlock(id, 0, -1L, null)
        : new MissingBlock(id, meta.minStartNanos(), meta.maxEndNanos(), null);
  }

  /** A block that could be opened. */
  static MissingBlock of(BlockReader block) {
    return new MissingBlock(
        block.meta().blockId(), block.minStartNanos(), block.maxEndNanos(), block);
  }

  String name() {
    return this == UNKNOWN ? "all in the object store, which is away" : id.toString();
  }

  /** Whether it may hold spans within a range, unsigned, both ends inclusive. */
  boolean mayHold(long startNanos, long endNanos) {
    return Long.compareUnsigned(maxEndNanos, startNanos) >= 0
        && Long.compareUnsigned(minStartNanos, endNanos) <= 0;
  }

  /** Whether it may hold spans of a trace; true where what would say so cannot be read either. */
  boolean mayHold(TraceId trace) {
    try {
      return opened == null || opened.findTrace(trace) >= 0;
    } catch (IOException e) {
      return true;
    }
  }
}
