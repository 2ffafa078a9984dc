package io.tempo4j.engine;

/**
 * Counts of a {@link TraceStore}; up to {@code damagedBlocks} since it was opened, the others of
 * the moment, but the hits and misses of the cache, which are since it was opened too.
 *
 * @param receivedSpans spans accepted
 * @param receivedBytes OTLP bytes of requests accepted
 * @param rejectedSpans spans dropped one by one for a reason of their own
 * @param malformedRequests requests refused because they were no OTLP
 * @param refusedRequests requests refused because too much was unflushed
 * @param flushedBlocks blocks written
 * @param flushedBytes bytes of these blocks
 * @param failedFlushes attempts to write a block that failed
 * @param replayedSpans spans taken over from the log when the store was opened
 * @param damagedBlocks blocks left out of queries because they are damaged
 * @param liveSpans spans in heads
 * @param unflushedBytes OTLP bytes of the requests that heads hold
 * @param heads heads, filling or waiting for their block
 * @param blocks visible blocks
 * @param blockBytes bytes of visible blocks
 * @param walBytes bytes of the write-ahead log
 * @param cacheBytes heap bytes of the block cache
 * @param cacheHits look-ups in the block cache that found something
 * @param cacheMisses look-ups in the block cache that did not
 */
public record TraceStoreStats(
    long receivedSpans,
    long receivedBytes,
    long rejectedSpans,
    long malformedRequests,
    long refusedRequests,
    long flushedBlocks,
    long flushedBytes,
    long failedFlushes,
    long replayedSpans,
    long damagedBlocks,
    long liveSpans,
    long unflushedBytes,
    long heads,
    long blocks,
    long blockBytes,
    long walBytes,
    long cacheBytes,
    long cacheHits,
    long cacheMisses) {}
