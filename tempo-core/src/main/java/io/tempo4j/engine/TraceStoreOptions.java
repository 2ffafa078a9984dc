package io.tempo4j.engine;

import java.time.Duration;

/**
 * When a {@link TraceStore} makes blocks, and how large. How much memory it may hold is said by its
 * {@link io.tempo4j.memory.MemoryPlan}.
 *
 * @param maxHeadBytes a head is cut when it has taken in this many bytes of OTLP; earlier if the
 *     memory for heads gets scarce
 * @param maxHeadSpans a head is cut when it holds this many spans
 * @param maxHeadAge a head is cut this long after its first span
 * @param rowGroupSpans spans per row group of a block; a trace is never split
 * @param maxLocalBytes most bytes on the local disk, of the log and of blocks that wait for the
 *     object store; beyond that appends are refused
 * @param maxTraceBytes largest trace that {@link TraceStore#findTrace} returns whole
 * @param flushRetryDelay wait before a failed flush is tried again; doubled up to 64 times of it
 */
public record TraceStoreOptions(
    long maxHeadBytes,
    int maxHeadSpans,
    Duration maxHeadAge,
    int rowGroupSpans,
    long maxLocalBytes,
    long maxTraceBytes,
    Duration flushRetryDelay) {

  private static final long MIB = 1 << 20;

  /** Checks the ranges. */
  public TraceStoreOptions {
    requireRange("maxHeadBytes", maxHeadBytes, 1, 1L << 30);
    requireRange("maxHeadSpans", maxHeadSpans, 1, 1 << 23);
    requireRange("rowGroupSpans", rowGroupSpans, 1, 1 << 20);
    requireRange("maxLocalBytes", maxLocalBytes, 1, Long.MAX_VALUE);
    requireRange("maxTraceBytes", maxTraceBytes, 1, 1L << 30);
    requirePositive("maxHeadAge", maxHeadAge);
    requirePositive("flushRetryDelay", flushRetryDelay);
  }

  private static void requireRange(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " must be between " + min + " and " + max + ", got " + value);
    }
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be positive, got " + value);
    }
  }

  /** Blocks of up to 200,000 spans, after five minutes at the latest. */
  public static TraceStoreOptions defaults() {
    return new TraceStoreOptions(
        64 * MIB,
        200_000,
        Duration.ofMinutes(5),
        16_384,
        8192 * MIB,
        64 * MIB,
        Duration.ofSeconds(1));
  }

  /** The same with other bounds of a head. */
  public TraceStoreOptions withHead(long maxBytes, int maxSpans, Duration maxAge) {
    return new TraceStoreOptions(
        maxBytes, maxSpans, maxAge, rowGroupSpans, maxLocalBytes, maxTraceBytes, flushRetryDelay);
  }

  /** The same with row groups of another size. */
  public TraceStoreOptions withRowGroupSpans(int spans) {
    return new TraceStoreOptions(
        maxHeadBytes,
        maxHeadSpans,
        maxHeadAge,
        spans,
        maxLocalBytes,
        maxTraceBytes,
        flushRetryDelay);
  }

  /** The same with another bound of the local disk. */
  public TraceStoreOptions withMaxLocalBytes(long bytes) {
    return new TraceStoreOptions(
        maxHeadBytes,
        maxHeadSpans,
        maxHeadAge,
        rowGroupSpans,
        bytes,
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
        maxLocalBytes,
        bytes,
        flushRetryDelay);
  }

  /** The same with another wait after a failed flush. */
  public TraceStoreOptions withFlushRetryDelay(Duration delay) {
    return new TraceStoreOptions(
        maxHeadBytes, maxHeadSpans, maxHeadAge, rowGroupSpans, maxLocalBytes, maxTraceBytes, delay);
  }
}
