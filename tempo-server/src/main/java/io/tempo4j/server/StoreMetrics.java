package io.tempo4j.server;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.engine.TraceStore;
import io.tempo4j.engine.TraceStoreStats;
import io.tempo4j.storage.DiskCache;
import io.tempo4j.storage.HedgedObjectStore;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** Shows the counts of a store, where Tempo has one like it under Tempo's name. */
final class StoreMetrics {

  private final TraceStore store;
  private final PrometheusRegistry registry;

  private StoreMetrics(TraceStore store, PrometheusRegistry registry) {
    this.store = store;
    this.registry = registry;
  }

  static void register(TraceStore store, PrometheusRegistry registry) {
    StoreMetrics metrics = new StoreMetrics(store, registry);
    metrics.counter(
        "tempo_ingester_bytes_received_total",
        "Bytes of OTLP that the store took.",
        TraceStoreStats::receivedBytes);
    metrics.counter(
        "tempo_ingester_spans_received_total",
        "Spans that the store took.",
        TraceStoreStats::receivedSpans);
    metrics.counter(
        "tempo_ingester_spans_rejected_total",
        "Spans that the store dropped one by one.",
        TraceStoreStats::rejectedSpans);
    metrics.counter(
        "tempo_ingester_requests_malformed_total",
        "Requests that were no OTLP.",
        TraceStoreStats::malformedRequests);
    metrics.counter(
        "tempo_ingester_requests_refused_total",
        "Requests that were refused because too much was unflushed.",
        TraceStoreStats::refusedRequests);
    metrics.counter(
        "tempo_ingester_blocks_flushed_total", "Blocks written.", TraceStoreStats::flushedBlocks);
    metrics.counter(
        "tempo_ingester_flushed_bytes_total",
        "Bytes of the blocks written.",
        TraceStoreStats::flushedBytes);
    metrics.counter(
        "tempo_ingester_failed_flushes_total",
        "Attempts to write a block that failed.",
        TraceStoreStats::failedFlushes);
    metrics.counter(
        "tempo_ingester_replayed_spans_total",
        "Spans taken over from the log at the start.",
        TraceStoreStats::replayedSpans);
    metrics.counter(
        "tempodb_damaged_blocks_total",
        "How often a block was found damaged and left out of answers.",
        TraceStoreStats::damagedBlocks);
    metrics.counter(
        "tempodb_deleted_blocks_total",
        "Blocks that were found deleted by somebody else.",
        TraceStoreStats::deletedBlocks);
    metrics.counter(
        "tempodb_block_cache_hits_total",
        "Look-ups in the block cache that found something.",
        TraceStoreStats::cacheHits);
    metrics.counter(
        "tempodb_block_cache_misses_total",
        "Look-ups in the block cache that did not.",
        TraceStoreStats::cacheMisses);
    planned(store, registry);
    metrics.gauge("tempo_ingester_live_spans", "Spans in heads.", TraceStoreStats::liveSpans);
    metrics.gauge(
        "tempo_ingester_unflushed_bytes",
        "Bytes of OTLP that heads hold.",
        TraceStoreStats::unflushedBytes);
    metrics.gauge(
        "tempo_ingester_heads",
        "Heads, filling or waiting for their block.",
        TraceStoreStats::heads);
    metrics.gauge(
        "tempo_ingester_wal_bytes",
        "Bytes of the write-ahead log on disk.",
        TraceStoreStats::walBytes);
    metrics.gauge(
        "tempodb_missing_blocks",
        "Visible blocks that are left out of answers, since they cannot be read.",
        TraceStoreStats::missingBlocks);
    metrics.gauge(
        "tempo_ingester_waiting_blocks",
        "Blocks in local files that wait for the object store.",
        TraceStoreStats::waitingBlocks);
    metrics.gauge(
        "tempo_ingester_sealed_bytes",
        "Bytes of blocks in local files.",
        TraceStoreStats::sealedBytes);
    metrics.gauge("tempodb_blocklist_length", "Visible blocks.", TraceStoreStats::blocks);
    metrics.gauge(
        "tempodb_blocklist_bytes", "Bytes of visible blocks.", TraceStoreStats::blockBytes);
    metrics.gauge(
        "tempodb_block_cache_bytes", "Heap of the block cache.", TraceStoreStats::cacheBytes);
  }

  /** What queries read of a store far away. */
  private static void planned(TraceStore store, PrometheusRegistry registry) {
    counter(
        registry,
        "tempodb_planned_reads_total",
        "Ranges of blocks that queries read of a store far away.",
        () -> store.readCounts().reads());
    counter(
        registry,
        "tempodb_planned_reads_from_disk_total",
        "Of these, those that the disk cache answered.",
        () -> store.readCounts().fromDisk());
    counter(
        registry,
        "tempodb_planned_read_bytes_total",
        "Bytes of these ranges.",
        () -> store.readCounts().bytes());
    counter(
        registry,
        "tempodb_planned_joined_total",
        "Chunks and filter shards that these ranges were joined from.",
        () -> store.readCounts().joined());
    counter(
        registry,
        "tempodb_planned_cached_columns_total",
        "Columns that queries announced and found in the block cache.",
        () -> store.readCounts().cachedColumns());
    counter(
        registry,
        "tempodb_planned_cached_filters_total",
        "Filter shards that queries announced and found in the block cache.",
        () -> store.readCounts().cachedFilters());
    CounterWithCallback.builder()
        .name("tempodb_planned_read_wait_seconds_total")
        .help("Time that queries waited for bytes of blocks.")
        .callback(callback -> callback.call(store.readCounts().waitedNanos() / 1e9))
        .register(registry);
  }

  static void register(DiskCache cache, PrometheusRegistry registry) {
    counter(
        registry,
        "tempodb_disk_cache_hits_total",
        "Reads of the object store that the disk cache answered.",
        () -> cache.stats().hits());
    counter(
        registry,
        "tempodb_disk_cache_misses_total",
        "Reads that went on to the object store.",
        () -> cache.stats().misses());
    counter(
        registry,
        "tempodb_disk_cache_failures_total",
        "Files of the disk cache that were damaged, or could not be read or written.",
        () -> cache.stats().failures());
    GaugeWithCallback.builder()
        .name("tempodb_disk_cache_bytes")
        .help("Bytes of the disk cache's files.")
        .callback(callback -> callback.call(cache.stats().bytes()))
        .register(registry);
  }

  static void register(HedgedObjectStore hedged, PrometheusRegistry registry) {
    counter(
        registry,
        "tempodb_backend_hedged_roundtrips_total",
        "Reads of the object store that were sent once more since no answer came.",
        hedged::hedgedRequests);
  }

  private static void counter(
      PrometheusRegistry registry, String name, String help, LongSupplier count) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(count.getAsLong()))
        .register(registry);
  }

  private void counter(String name, String help, ToLongFunction<TraceStoreStats> count) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(count.applyAsLong(store.stats())))
        .register(registry);
  }

  private void gauge(String name, String help, ToLongFunction<TraceStoreStats> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.applyAsLong(store.stats())))
        .register(registry);
  }
}
