package io.tempo4j.server;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.engine.AppendResult;
import io.tempo4j.engine.TraceStore;
import io.tempo4j.engine.TraceStoreOptions;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.diff.IncomparableTracesException;
import io.tempo4j.query.diff.TraceComparison;
import io.tempo4j.query.filter.TraceFilter;
import io.tempo4j.query.metrics.MetricsListener;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.tags.TagNames;
import io.tempo4j.query.tags.TagNamesRequest;
import io.tempo4j.query.tags.TagValues;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.wal.FsyncPolicy;
import io.tempo4j.wal.SegmentedWal;
import io.tempo4j.wal.WalOptions;
import java.io.IOException;
import java.util.function.Consumer;

/** The engine's store, opened as the configuration says. */
final class EngineStore implements ServedStore {

  private final TraceStore store;
  private final long maxTraceBytes;

  private EngineStore(TraceStore store, long maxTraceBytes) {
    this.store = store;
    this.maxTraceBytes = maxTraceBytes;
  }

  /** See {@link StoreOpener#open}. */
  static ServedStore open(TempoConfig config, PrometheusRegistry registry) throws IOException {
    TraceStoreOptions options = StoreMemory.ofThisProcess().options(config.heads());
    SegmentedWal wal =
        SegmentedWal.open(
            config.wal().folder(),
            WalOptions.builder().fsyncPolicy(fsyncPolicy(config.wal())).build());
    TraceStore store;
    try {
      ObjectStore blocks = blocks(config.storage());
      // From here on a failure closes both.
      store = TraceStore.builder().blocks(blocks).wal(wal).options(options).open();
    } catch (IOException | RuntimeException | Error e) {
      try {
        wal.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
    StoreMetrics.register(store, registry);
    return new EngineStore(store, options.maxTraceBytes());
  }

  private static ObjectStore blocks(TempoConfig.Storage storage) throws IOException {
    return switch (storage.backend()) {
      case LOCAL -> LocalObjectStore.open(storage.localFolder());
      case S3 -> S3Blocks.open(storage.s3());
    };
  }

  private static FsyncPolicy fsyncPolicy(TempoConfig.Wal wal) {
    return switch (wal.fsync()) {
      case ALWAYS -> FsyncPolicy.always();
      case INTERVAL -> FsyncPolicy.interval(wal.fsyncInterval());
      case NEVER -> FsyncPolicy.never();
    };
  }

  @Override
  public AppendResult append(TenantId tenant, byte[] buffer, int offset, int length)
      throws IOException {
    return store.append(tenant, buffer, offset, length);
  }

  @Override
  public AssembledTrace findTrace(TenantId tenant, TraceId traceId, QueryContext context)
      throws IOException {
    return store.findTrace(tenant, traceId, context);
  }

  @Override
  public AssembledTrace findTrace(
      TenantId tenant, TraceId traceId, TraceFilter filter, QueryContext context)
      throws IOException {
    return store.findTrace(tenant, traceId, filter, context);
  }

  @Override
  public TraceComparison compareTraces(
      TenantId tenant, TraceId base, TraceId compare, QueryContext context)
      throws IOException, IncomparableTracesException {
    return store.compareTraces(tenant, base, compare, context);
  }

  @Override
  public long maxTraceBytes() {
    return maxTraceBytes;
  }

  @Override
  public SearchResult search(TenantId tenant, SearchRequest request, QueryContext context)
      throws IOException {
    return store.search(tenant, request, context);
  }

  @Override
  public MetricsResult metrics(
      TenantId tenant, MetricsRequest request, QueryContext context, MetricsListener listener)
      throws IOException {
    return store.metrics(tenant, request, context, listener);
  }

  @Override
  public SearchCursor searchCursor(TenantId tenant, SearchRequest request, QueryContext context) {
    return store.searchCursor(tenant, request, context);
  }

  @Override
  public TagNames tagNames(
      TenantId tenant, TagNamesRequest request, QueryContext context, Consumer<TagNames> pieces)
      throws IOException {
    return store.tagNames(tenant, request, context, pieces);
  }

  @Override
  public TagValues tagValues(
      TenantId tenant, TagValuesRequest request, QueryContext context, Consumer<TagValues> pieces)
      throws IOException {
    return store.tagValues(tenant, request, context, pieces);
  }

  @Override
  public void flush() throws IOException {
    store.flush();
  }

  @Override
  public void flush(TenantId tenant) throws IOException {
    store.flush(tenant);
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
