package io.tempo4j.engine;

/**
 * Counts of a {@link TraceStore}; up to {@code deletedBlocks} since it was opened, the others of
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
 * @param damagedBlocks how often a block was found damaged, or without one of its objects, by two
 *     reads, and left out from then on
 * @param deletedBlocks blocks that were found deleted by somebody else
 * @param liveSpans spans in heads
 * @param unflushedBytes OTLP bytes of the requests that heads hold
 * @param heads heads, filling or waiting for their block
 * @param blocks visible blocks
 * @param missingBlocks visible blocks that are left out of answers, since they cannot be read
 * @param blockBytes bytes of visible blocks
 * @param walBytes bytes of the write-ahead log
 * @param waitingBlocks blocks in local files that wait for the object store
 * @param sealedBytes bytes of blocks in local files, also of those that go soon
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
    long deletedBlocks,
    long liveSpans,
    long unflushedBytes,
    long heads,
    long blocks,
    long missingBlocks,
    long blockBytes,
    long walBytes,
    long waitingBlocks,
    long sealedBytes,
    long cacheBytes,
    long cacheHits,
    long cacheMisses) {}
