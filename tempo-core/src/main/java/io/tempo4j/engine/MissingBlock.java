package io.tempo4j.engine;

import io.tempo4j.block.BlockMeta;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A block that is stored but cannot be read.
 *
 * @param id its id
 * @param minStartNanos smallest span start in it, as far as that is known; unsigned
 * @param maxEndNanos largest span end in it, as far as that is known; unsigned
 */
record MissingBlock(UUID id, long minStartNanos, long maxEndNanos) {

  /** All blocks of an object store that could not be asked yet which it has. */
  static final MissingBlock UNKNOWN = of(new UUID(0, 0), null);

  /**
   * A block.
   *
   * @param meta null if not even that can be read: then it may hold spans of all times
   */
  static MissingBlock of(UUID id, @Nullable BlockMeta meta) {
    return meta == null
        ? new MissingBlock(id, 0, -1L)
        : new MissingBlock(id, meta.minStartNanos(), meta.maxEndNanos());
  }

  String name() {
    return this == UNKNOWN ? "all in the object store, which is away" : id.toString();
  }

  /** Whether it may hold spans within a range, unsigned, both ends inclusive. */
  boolean mayHold(long startNanos, long endNanos) {
    return Long.compareUnsigned(maxEndNanos, startNanos) >= 0
        && Long.compareUnsigned(minStartNanos, endNanos) <= 0;
  }
}
