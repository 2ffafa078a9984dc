package io.tempo4j.engine;

import java.time.Duration;

/**
 * How a {@link TraceStore} spends memory and when it makes blocks.
 *
 * @param maxHeadBytes a head is cut when it has taken in this many bytes of OTLP
 * @param maxHeadSpans a head is cut when it holds this many spans
 * @param maxHeadAge a head is cut this long after its first span
 * @param rowGroupSpans spans per row group of a block; a trace is never split
 * @param cacheBytes heap for decoded columns and filters of blocks
 * @param maxUnflushedBytes OTLP bytes that heads may hold together before appends are refused with
 *     {@link OverloadedException}; protects memory while the object store is slow or away
 * @param maxTraceBytes largest trace that {@link TraceStore#findTrace} returns whole
 * @param flushRetryDelay wait before a failed flush is tried again; doubled up to 64 times of it
 */
public record TraceStoreOptions(
    long maxHeadBytes,
    int maxHeadSpans,
    Duration maxHeadAge,
    int rowGroupSpans,
    long cacheBytes,
    long maxUnflushedBytes,
    long maxTraceBytes,
    Duration flushRetryDelay) {

  private static final long MIB = 1 << 20;

  /** Checks the ranges. */
  public TraceStoreOptions {
    requireRange("maxHeadBytes", maxHeadBytes, 1, 1L << 30);
    requireRange("maxHeadSpans", maxHeadSpans, 1, 1 << 23);
    requireRange("rowGroupSpans", rowGroupSpans, 1, 1 << 20);
    requireRange("cacheBytes", cacheBytes, 0, Long.MAX_VALUE);
    requireRange("maxUnflushedBytes", maxUnflushedBytes, maxHeadBytes, Long.MAX_VALUE);
    requireRange("maxTraceBytes", maxTraceBytes, 1, 1L << 30);
    if (maxHeadAge.isNegative() || maxHeadAge.isZero()) {
      throw new IllegalArgumentException("maxHeadAge must be positive, got " + maxHeadAge);
    }
    if (flushRetryDelay.isNegative() || flushRetryDelay.isZero()) {
      throw new IllegalArgumentException(
          "flushRetryDelay must be positive, got " + flushRetryDelay);
    }
  }

  private static void requireRange(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " must be between " + min + " and " + max + ", got " + value);
    }
  }

  /** Options that fit a heap of some 300 MB. */
  public static TraceStoreOptions defaults() {
    return new TraceStoreOptions(
        64 * MIB,
        200_000,
        Duration.ofMinutes(5),
        16_384,
        64 * MIB,
        256 * MIB,
        64 * MIB,
        Duration.ofSeconds(1));
  }

  /** The same with other bounds of a head. */
  public TraceStoreOptions withHead(long maxBytes, int maxSpans, Duration maxAge) {
    return new TraceStoreOptions(
        maxBytes,
        maxSpans,
        maxAge,
        rowGroupSpans,
        cacheBytes,
        Math.max(maxUnflushedBytes, maxBytes),
        maxTraceBytes,
        flushRetryDelay);
  }

  /** The same with row groups of another size. */
  public TraceStoreOptions withRowGroupSpans(int spans) {
    return new TraceStoreOptions(
        maxHeadBytes,
        maxHeadSpans,
        maxHeadAge,
        spans,
        cacheBytes,
        maxUnflushedBytes,
        maxTraceBytes,
        flushRetryDelay);
  }

  /** The same with other bounds of memory. */
  public TraceStoreOptions withMemory(long cache, long maxUnflushed) {
    return new TraceStoreOptions(
        maxHeadBytes,
        maxHeadSpans,
        maxHeadAge,
        rowGroupSpans,
        cache,
        maxUnflushed,
        maxTraceBytes,
        flushRetryDelay);
  }

  /** The same with another largest trace. */
  public TraceStoreOptions withMaxTraceBytes(long bytes) {
    return new TraceStoreOptions(
        maxHeadBytes,
        maxHeadSpans,
        maxHeadAge,
        rowGroupSpans,
        cacheBytes,
        maxUnflushedBytes,
        bytes,
        flushRetryDelay);
  }

  /** The same with another wait after a failed flush. */
  public TraceStoreOptions withFlushRetryDelay(Duration delay) {
    return new TraceStoreOptions(
        maxHeadBytes,
        maxHeadSpans,
        maxHeadAge,
        rowGroupSpans,
        cacheBytes,
        maxUnflushedBytes,
        maxTraceBytes,
        delay);
  }
}
