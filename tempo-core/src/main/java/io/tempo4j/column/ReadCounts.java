package io.tempo4j.column;

/**
 * What one query has asked of object stores for a source, or for several.
 *
 * @param requests requests for bytes
 * @param bytes bytes that they asked for
 * @param chunks chunks and filter shards that were announced and not cached: what the requests were
 *     joined from
 * @param cached chunks and filter shards that were announced and cached
 * @param waitedNanos nanoseconds that the query waited for bytes
 */
public record ReadCounts(long requests, long bytes, long chunks, long cached, long waitedNanos) {

  /** Nothing asked. */
  public static final ReadCounts NONE = new ReadCounts(0, 0, 0, 0, 0);

  /** Both together. */
  public ReadCounts plus(ReadCounts other) {
    return new ReadCounts(
        requests + other.requests,
        bytes + other.bytes,
        chunks + other.chunks,
        cached + other.cached,
        waitedNanos + other.waitedNanos);
  }
}
