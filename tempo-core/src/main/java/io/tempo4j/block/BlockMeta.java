package io.tempo4j.block;

import io.tempo4j.model.TenantId;
import java.time.Instant;
import java.util.UUID;

/**
 * What is known of a block without opening it: the content of its {@code meta.json}, which is
 * written last and makes the block visible.
 *
 * @param version version of the block format
 * @param tenant the tenant whose spans it holds
 * @param blockId its id, equal to the last folder of its keys
 * @param spans number of spans
 * @param traces number of traces
 * @param rowGroups number of row groups
 * @param minStartNanos smallest span start, Unix nanoseconds, unsigned, inclusive
 * @param maxEndNanos largest span end, Unix nanoseconds, unsigned, inclusive
 * @param dataBytes size of the data object
 * @param indexBytes size of the index
 * @param filterBytes size of the filters
 * @param compactionLevel 0 for a block written from a head, else how often it was merged
 * @param createdAt when the block was written
 */
public record BlockMeta(
    int version,
    TenantId tenant,
    UUID blockId,
    long spans,
    long traces,
    int rowGroups,
    long minStartNanos,
    long maxEndNanos,
    long dataBytes,
    long indexBytes,
    long filterBytes,
    int compactionLevel,
    Instant createdAt) {

  /** Bytes of all objects of the block but its {@code meta.json}. */
  public long totalBytes() {
    return dataBytes + indexBytes + filterBytes;
  }
}
