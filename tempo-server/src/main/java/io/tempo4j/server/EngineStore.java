package io.tempo4j.server;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.engine.TraceStore;
import io.tempo4j.engine.TraceStoreBuilder;
import io.tempo4j.engine.TraceStoreOptions;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.wal.FsyncPolicy;
import io.tempo4j.wal.SegmentedWal;
import io.tempo4j.wal.WalOptions;
import java.io.IOException;

/** Opens the engine's store as the configuration says. */
final class EngineStore {

  private static final long MOST_HEAD_BYTES = 1L << 30;
  private static final int MOST_HEAD_SPANS = 1 << 22;

  private EngineStore() {}

  /**
   * Returns when the log is replayed and all blocks are known.
   *
   * @param memory what it may hold
   * @param registry takes the store's metrics
   * @throws IOException if the store cannot be opened; the message says what to change
   */
  static TraceStore open(
      TempoConfig config, TraceStoreOptions options, MemoryPlan memory, PrometheusRegistry registry)
      throws IOException {
    SegmentedWal wal =
        SegmentedWal.open(
            config.wal().folder(),
            WalOptions.builder().fsyncPolicy(fsyncPolicy(config.wal())).build());
    TraceStore store;
    try {
      TraceStoreBuilder builder = TraceStore.builder().wal(wal).options(options).memory(memory);
      // From here on a failure closes both.
      store = withBlocks(builder, config.storage(), registry).open();
    } catch (IOException | RuntimeException | Error e) {
      try {
        wal.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
    StoreMetrics.register(store, registry);
    return store;
  }

  /** Heads as configured; how many spans they hold is left to memory. */
  static TraceStoreOptions options(TempoConfig config) {
    long bytes = Math.min(config.heads().maxBytes(), MOST_HEAD_BYTES);
    return TraceStoreOptions.defaults()
        .withHead(bytes, MOST_HEAD_SPANS, config.heads().maxAge())
        .withMaxLocalBytes(config.wal().maxDiskBytes());
  }

  private static TraceStoreBuilder withBlocks(
      TraceStoreBuilder builder, TempoConfig.Storage storage, PrometheusRegistry registry)
      throws IOException {
    return switch (storage.backend()) {
      case LOCAL -> builder.blocks(LocalObjectStore.open(storage.localFolder()));
      case S3 -> S3Blocks.open(builder, storage.s3(), registry);
    };
  }

  private static FsyncPolicy fsyncPolicy(TempoConfig.Wal wal) {
    return switch (wal.fsync()) {
      case ALWAYS -> FsyncPolicy.always();
      case INTERVAL -> FsyncPolicy.interval(wal.fsyncInterval());
      case NEVER -> FsyncPolicy.never();
    };
  }
}
