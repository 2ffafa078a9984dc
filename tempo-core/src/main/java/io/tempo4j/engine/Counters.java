package io.tempo4j.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What a store counts; see {@link TraceStoreStats}. */
final class Counters {
  final LongAdder receivedSpans = new LongAdder();
  final LongAdder receivedBytes = new LongAdder();
  final LongAdder rejectedSpans = new LongAdder();
  final LongAdder malformedRequests = new LongAdder();
  final LongAdder refusedRequests = new LongAdder();
  final LongAdder flushedBlocks = new LongAdder();
  final LongAdder flushedBytes = new LongAdder();
  final LongAdder failedFlushes = new LongAdder();
  final LongAdder replayedSpans = new LongAdder();
  final LongAdder damagedBlocks = new LongAdder();
  final LongAdder deletedBlocks = new LongAdder();
  final AtomicLong unflushedBytes = new AtomicLong();
}
