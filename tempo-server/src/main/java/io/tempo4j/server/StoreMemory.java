package io.tempo4j.server;

import io.tempo4j.engine.TraceStoreOptions;
import io.tempo4j.server.config.TempoConfig;

/**
 * How the store shares a heap: a fifth for decoded columns of blocks; heads of a fifth of it in
 * OTLP bytes, of which up to four may be unflushed (their columns take less than half of that); the
 * rest for requests, answers and the block being written.
 *
 * @param heapBytes the largest heap
 */
record StoreMemory(long heapBytes) {

  private static final long MIB = 1L << 20;
  private static final long LEAST_HEAD_BYTES = 16 * MIB;
  private static final long MOST_HEAD_BYTES = 1L << 30;

  static StoreMemory ofThisProcess() {
    return new StoreMemory(Runtime.getRuntime().maxMemory());
  }

  /** The options for heads as configured, but never larger than the heap can bear. */
  TraceStoreOptions options(TempoConfig.Heads heads) {
    TraceStoreOptions defaults = TraceStoreOptions.defaults();
    // Columns need a fraction of their OTLP bytes; a second head fills while the first is written.
    long bearable = Math.clamp(heapBytes / 5, LEAST_HEAD_BYTES, MOST_HEAD_BYTES);
    int spans = (int) (defaults.maxHeadSpans() * bearable / defaults.maxHeadBytes());
    return defaults
        .withHead(Math.min(heads.maxBytes(), bearable), Math.max(1, spans), heads.maxAge())
        .withMemory(heapBytes / 5, 4 * bearable);
  }
}
