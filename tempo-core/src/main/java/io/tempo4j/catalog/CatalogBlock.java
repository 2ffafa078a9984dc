package io.tempo4j.catalog;

import io.tempo4j.block.BlockMeta;
import io.tempo4j.model.TraceId;
import java.util.Comparator;
import java.util.UUID;

/**
 * A block as the catalog lists it: what is needed to decide whether a query must open it.
 *
 * @param meta what its {@code meta.json} says
 * @param minTraceId the smallest trace id that it may hold, inclusive
 * @param maxTraceId the largest trace id that it may hold, inclusive
 */
public record CatalogBlock(BlockMeta meta, TraceId minTraceId, TraceId maxTraceId) {

  /** Block ids ascending as unsigned 128-bit numbers. */
  static final Comparator<UUID> ID_ORDER =
      (a, b) -> {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0
            ? high
            : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
      };

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if a range ends before it begins
   */
  public CatalogBlock {
    if (minTraceId.compareTo(maxTraceId) > 0) {
      throw new IllegalArgumentException(
          "trace ids from " + minTraceId + " to " + maxTraceId + " are no range");
    }
    if (Long.compareUnsigned(meta.minStartNanos(), meta.maxEndNanos()) > 0) {
      throw new IllegalArgumentException(
          "block " + meta.blockId() + " ends before its first span starts");
    }
  }

  /** A block of which no more is known than its {@code meta.json} says: it may hold any trace. */
  public static CatalogBlock of(BlockMeta meta) {
    return new CatalogBlock(meta, new TraceId(0, 0), new TraceId(-1, -1));
  }

  /** The id of the block. */
  public UUID id() {
    return meta.blockId();
  }

  /**
   * Whether it may have spans in a time range.
   *
   * @param startNanos where the range begins, Unix nanoseconds, unsigned, inclusive
   * @param endNanos where it ends, exclusive
   */
  public boolean overlaps(long startNanos, long endNanos) {
    return Long.compareUnsigned(meta.minStartNanos(), endNanos) < 0
        && Long.compareUnsigned(meta.maxEndNanos(), startNanos) >= 0;
  }

  /** Whether it may hold spans of a trace. */
  public boolean mayHold(TraceId trace) {
    return minTraceId.compareTo(trace) <= 0 && trace.compareTo(maxTraceId) <= 0;
  }
}
