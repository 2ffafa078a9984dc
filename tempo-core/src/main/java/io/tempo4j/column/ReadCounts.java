package io.tempo4j.column;

/**
 * What one query has read of object stores for a source, or for several.
 *
 * @param reads reads of ranges
 * @param fromDisk of these, how many a cache on this machine's disk answered
 * @param bytes bytes that were read
 * @param joined chunks and filter shards that were announced and in no cache: what the reads were
 *     joined from
 * @param cachedColumns columns that were announced and found decoded
 * @param cachedFilters filter shards that were announced and found decoded
 * @param waitedNanos nanoseconds that the query waited for bytes
 */
public record ReadCounts(
    long reads,
    long fromDisk,
    long bytes,
    long joined,
    long cachedColumns,
    long cachedFilters,
    long waitedNanos) {

  /** Nothing read. */
  public static final ReadCounts NONE = new ReadCounts(0, 0, 0, 0, 0, 0, 0);

  /** Both together. */
  public ReadCounts plus(ReadCounts other) {
    return new ReadCounts(
        reads + other.reads,
        fromDisk + other.fromDisk,
        bytes + other.bytes,
        joined + other.joined,
        cachedColumns + other.cachedColumns,
        cachedFilters + other.cachedFilters,
        waitedNanos + other.waitedNanos);
  }
}
