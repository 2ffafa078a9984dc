package io.tempo4j.engine;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.block.BlockCache;
import io.tempo4j.block.BlockReader;
import io.tempo4j.block.QueryReads;
import io.tempo4j.block.ReadPlanner;
import io.tempo4j.column.ReadCounts;
import io.tempo4j.column.SpanSource;
import io.tempo4j.head.Head;
import io.tempo4j.head.HeadFullException;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.diff.IncomparableTracesException;
import io.tempo4j.query.diff.TraceComparison;
import io.tempo4j.query.filter.FilteredTraces;
import io.tempo4j.query.filter.TraceFilter;
import io.tempo4j.query.metrics.MetricsEngine;
import io.tempo4j.query.metrics.MetricsListener;
import io.tempo4j.query.metrics.MetricsPartial;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.SearchEngine;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.tags.TagNames;
import io.tempo4j.query.tags.TagNamesQuery;
import io.tempo4j.query.tags.TagNamesRequest;
import io.tempo4j.query.tags.TagValues;
import io.tempo4j.query.tags.TagValuesQuery;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.query.trace.TraceAssembler;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ParallelReads;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A store of traces: takes OTLP, keeps it durably, answers queries. The facade for those who embed
 * Tempo4J, and what the server serves.
 *
 * <p>Spans live in a head in memory and in the write-ahead log until the head is cut (by age, bytes
 * or spans) and becomes a block in the object store. They are found from the moment {@link #append}
 * returns, in every state exactly once.
 *
 * <p>Owns the object store and the log that it was built with, and closes them. One process writes
 * to a log's folder at a time; {@link TraceStoreBuilder#open} fails if another one does.
 *
 * <p>Thread-safe. Closing flushes; calls that come later fail with {@link IllegalStateException}.
 */
public final class TraceStore implements SpanIngest, AutoCloseable {

  private static final Logger LOG = System.getLogger(TraceStore.class.getName());

  private final ObjectStore blocks;
  private final WriteAheadLog wal;
  private final TraceStoreOptions options;
  private final LongSupplier nanoClock;
  private final Supplier<UUID> blockIds;
  private final BlockCache cache;
  private final ParallelReads readThreads;
  private final ReadPlanner planner;
  private final long filterBytes;
  private final Workers workers;
  private final HeadRoom headRoom;
  private final Counters counters = new Counters();
  private final Flusher flusher;
  private final TraceAssembler assembler;
  private final FilteredTraces filteredTraces;
  private final SearchEngine searchEngine = new SearchEngine();
  private final MetricsEngine metricsEngine = new MetricsEngine();
  private final Map<TenantId, TenantSpans> tenants = new ConcurrentHashMap<>();
  private final Gate calls = new Gate();
  private final Quarantine quarantine;
  private final SoundViews soundViews;

  TraceStore(TraceStoreBuilder builder, ObjectStore blocks, WriteAheadLog wal, Workers workers) {
    this.blocks = blocks;
    this.wal = wal;
    this.options = builder.options();
    this.nanoClock = builder.nanoClock();
    this.blockIds = builder.blockIds();
    this.workers = workers;
    MemoryPlan memory = builder.memory();
    this.cache = new BlockCache(memory.cache());
    memory.reclaimWith(cache::reclaim);
    this.headRoom = new HeadRoom(memory.heads(), tenants.values(), this::cut);
    this.readThreads = new ParallelReads(blocks.readPolicy().concurrency());
    this.filterBytes = memory.cache().limitBytes() / 4;
    this.planner = new ReadPlanner(readThreads, blocks.readPolicy(), memory.queries());
    this.quarantine = new Quarantine(blocks, cache, workers, options.flushRetryDelay(), counters);
    this.soundViews = new SoundViews(quarantine);
    this.assembler = new TraceAssembler(options.maxTraceBytes());
    this.filteredTraces = new FilteredTraces(assembler, Head::ofTrace);
    this.flusher =
        new Flusher(
            blocks, wal, cache, builder.clock(), workers, options.flushRetryDelay(), counters);
  }

  /** Starts the description of a store. */
  public static TraceStoreBuilder builder() {
    return new TraceStoreBuilder();
  }

  @Override
  public AppendResult append(TenantId tenant, byte[] buffer, int offset, int length)
      throws IOException {
    java.util.Objects.checkFromIndexSize(offset, length, buffer.length);
    enter();
    try {
      while (true) {
        TenantSpans spans = spansOf(tenant);
        try (ByteLease growth = admit(spans, length)) {
          LiveHead head = spans.enterHead(length);
          if (head != null) {
            return append(spans, head, buffer, offset, length);
          }
        }
        tenants.remove(tenant, spans);
      }
    } finally {
      calls.leave();
    }
  }

  /**
   * Takes the spans of a message; as {@link #append(TenantId, byte[], int, int)}.
   *
   * @param tenant whose spans they are
   * @param request the message
   */
  public AppendResult append(TenantId tenant, ExportTraceServiceRequest request)
      throws IOException {
    byte[] bytes = request.toByteArray();
    return append(tenant, bytes, 0, bytes.length);
  }

  private ByteLease admit(TenantSpans spans, int length) throws OverloadedException {
    try {
      return headRoom.admit(spans, length);
    } catch (OverloadedException e) {
      counters.refusedRequests.increment();
      throw e;
    }
  }

  private AppendResult append(
      TenantSpans spans, LiveHead head, byte[] buffer, int offset, int length) throws IOException {
    Head.Appended appended;
    try {
      counters.unflushedBytes.addAndGet(length);
      appended = head.head().append(buffer, offset, length);
      if (appended.acceptedSpans() > 0) {
        wal.append(head.id(), buffer, offset, length);
      }
    } catch (MalformedOtlpException e) {
      counters.malformedRequests.increment();
      throw e;
    } catch (HeadFullException e) {
      throw new OverloadedException(
          "no room for " + e.wantedBytes() + " more bytes in the budget for " + e.budget(),
          Duration.ofSeconds(1));
    } finally {
      try {
        headRoom.appended(spans, head);
      } finally {
        head.leave();
      }
    }
    counters.receivedSpans.add(appended.acceptedSpans());
    counters.receivedBytes.add(length);
    counters.rejectedSpans.add(appended.rejectedSpans());
    if (head.receivedBytes() >= options.maxHeadBytes()
        || head.head().spanCount() >= options.maxHeadSpans()) {
      cut(spans, head);
    }
    return new AppendResult(appended.acceptedSpans(), appended.rejectedSpans(), appended.message());
  }

  /**
   * Puts a trace together from everything that is stored of it.
   *
   * @return the trace; {@link AssembledTrace#isMissing} if no span of it is stored
   * @throws IOException if stored data cannot be read
   */
  public AssembledTrace findTrace(TenantId tenant, TraceId id) throws IOException {
    return findTrace(tenant, id, QueryContext.unbounded());
  }

  /** As {@link #findTrace(TenantId, TraceId)}, within the bounds of {@code context}. */
  public AssembledTrace findTrace(TenantId tenant, TraceId id, QueryContext context)
      throws IOException {
    return reading(
        tenant,
        view -> view.sourcesOf(id),
        sources -> assembler.assemble(sources, id, context),
        (trace, view) -> trace.withCoverage(view.coverage()));
  }

  /**
   * Puts those spans of a trace together that {@code filter} wants.
   *
   * @return the spans; {@link AssembledTrace#isFiltered} if the trace has others
   * @throws io.tempo4j.traceql.TraceQlException if the query of the filter is not valid
   * @throws io.tempo4j.query.UnsupportedQueryException if it does not select spans
   * @throws IOException if stored data cannot be read
   */
  public AssembledTrace findTrace(
      TenantId tenant, TraceId id, TraceFilter filter, QueryContext context) throws IOException {
    return reading(
        tenant,
        view -> view.sourcesOf(id),
        sources -> filteredTraces.assemble(sources, id, filter, context),
        (trace, view) -> trace.withCoverage(view.coverage()));
  }

  /**
   * Compares two traces of one tenant.
   *
   * @param base the trace to start from
   * @param compare the trace that is asked what is different in it
   * @throws IncomparableTracesException if one of them is not stored or too large to be seen whole,
   *     or if both together are larger than a trace may be
   * @throws IOException if stored data cannot be read
   */
  public TraceComparison compareTraces(
      TenantId tenant, TraceId base, TraceId compare, QueryContext context)
      throws IOException, IncomparableTracesException {
    AssembledTrace before = wholeTrace(tenant, base, context);
    AssembledTrace after = wholeTrace(tenant, compare, context);
    long bytes = (long) before.tracesData().length + after.tracesData().length;
    if (bytes > options.maxTraceBytes()) {
      throw IncomparableTracesException.tooLarge(bytes, options.maxTraceBytes());
    }
    return TraceComparison.of(
        before.tracesData(), after.tracesData(), before.coverage().and(after.coverage()), context);
  }

  private AssembledTrace wholeTrace(TenantId tenant, TraceId id, QueryContext context)
      throws IOException, IncomparableTracesException {
    AssembledTrace trace = findTrace(tenant, id, context);
    if (trace.isMissing()) {
      throw IncomparableTracesException.missing(id, trace.coverage());
    }
    if (trace.isPartial()) {
      throw IncomparableTracesException.partial(id, options.maxTraceBytes());
    }
    return trace;
  }

  /**
   * Finds traces by a TraceQL query.
   *
   * @throws io.tempo4j.traceql.TraceQlException if the query is not valid
   * @throws io.tempo4j.query.UnsupportedQueryException if this release cannot evaluate it
   * @throws IOException if stored data cannot be read
   */
  public SearchResult search(TenantId tenant, SearchRequest request) throws IOException {
    return search(tenant, request, QueryContext.unbounded());
  }

  /** As {@link #search(TenantId, SearchRequest)}, within the bounds of {@code context}. */
  public SearchResult search(TenantId tenant, SearchRequest request, QueryContext context)
      throws IOException {
    return reading(
        tenant,
        sources -> searchEngine.search(sources, request, context),
        (result, view) ->
            result.withCoverage(view.coverage(request.startNanos(), request.endNanos())));
  }

  /**
   * Finds traces by a TraceQL query, one by one.
   *
   * <p>The cursor does not keep the store from being closed; after that it fails as calls to the
   * store do.
   *
   * @throws io.tempo4j.traceql.TraceQlException if the query is not valid
   * @throws io.tempo4j.query.UnsupportedQueryException if this release cannot evaluate it
   */
  public SearchCursor searchCursor(TenantId tenant, SearchRequest request, QueryContext context) {
    searchEngine.check(request.query());
    return new StoreCursor(
        step -> query(tenant, step::run),
        (view, wanted) ->
            ReadingCursor.open(
                planner, sources -> searchEngine.open(sources, wanted, context), view.sources()),
        request);
  }

  /**
   * Answers a metrics query.
   *
   * @throws io.tempo4j.traceql.TraceQlException if the query is not valid
   * @throws io.tempo4j.query.UnsupportedQueryException if it is no metrics query, or this release
   *     cannot evaluate it
   * @throws IOException if stored data cannot be read
   */
  public MetricsResult metrics(TenantId tenant, MetricsRequest request) throws IOException {
    return metrics(tenant, request, QueryContext.unbounded());
  }

  /** As {@link #metrics(TenantId, MetricsRequest)}, within the bounds of {@code context}. */
  public MetricsResult metrics(TenantId tenant, MetricsRequest request, QueryContext context)
      throws IOException {
    return metrics(tenant, request, context, progress -> {});
  }

  /**
   * As {@link #metrics(TenantId, MetricsRequest, QueryContext)}, telling of the progress after
   * every block and head.
   */
  public MetricsResult metrics(
      TenantId tenant, MetricsRequest request, QueryContext context, MetricsListener listener)
      throws IOException {
    return reading(
        tenant,
        sources -> metricsEngine.query(sources, request, context, listener),
        (result, view) ->
            result.withCoverage(view.coverage(request.startNanos(), request.endNanos())));
  }

  /**
   * Counts for a metrics query without making series of it, so that what several stores counted for
   * the same request can be added up: by {@link MetricsPartial#add} and {@link
   * MetricsEngine#finish}. Throws as {@link #metrics(TenantId, MetricsRequest)} does.
   *
   * <p>Where a query relates spans of a trace to each other, they must all be in one store.
   */
  public MetricsPartial metricsPartial(
      TenantId tenant, MetricsRequest request, QueryContext context) throws IOException {
    return reading(
        tenant,
        sources -> metricsEngine.evaluate(sources, request, context),
        (partial, view) -> {
          partial.lacks(view.coverage(request.startNanos(), request.endNanos()));
          return partial;
        });
  }

  /**
   * Which tags spans have.
   *
   * @throws IOException if stored data cannot be read
   */
  public TagNames tagNames(TenantId tenant, TagNamesRequest request, QueryContext context)
      throws IOException {
    return tagNames(tenant, request, context, piece -> {});
  }

  /**
   * As {@link #tagNames(TenantId, TagNamesRequest, QueryContext)}, piece by piece.
   *
   * @param pieces is given what further sources have, in this thread, each name once
   */
  public TagNames tagNames(
      TenantId tenant, TagNamesRequest request, QueryContext context, Consumer<TagNames> pieces)
      throws IOException {
    TagNamesQuery query = new TagNamesQuery(request, context);
    return reading(
        tenant,
        sources -> query.run(sources, pieces),
        (result, view) ->
            result.withCoverage(view.coverage(request.startNanos(), request.endNanos())));
  }

  /**
   * Which values a tag has.
   *
   * @throws IOException if stored data cannot be read
   */
  public TagValues tagValues(TenantId tenant, TagValuesRequest request, QueryContext context)
      throws IOException {
    return tagValues(tenant, request, context, piece -> {});
  }

  /**
   * As {@link #tagValues(TenantId, TagValuesRequest, QueryContext)}, piece by piece.
   *
   * @param pieces is given what further sources have, in this thread, each value once
   */
  public TagValues tagValues(
      TenantId tenant, TagValuesRequest request, QueryContext context, Consumer<TagValues> pieces)
      throws IOException {
    TagValuesQuery query = new TagValuesQuery(request, context);
    return reading(
        tenant,
        sources -> query.run(sources, pieces),
        (result, view) ->
            result.withCoverage(view.coverage(request.startNanos(), request.endNanos())));
  }

  /** A query over sources. */
  @FunctionalInterface
  private interface Reading<T> {
    T run(List<SpanSource> sources) throws IOException;
  }

  private <T> T reading(
      TenantId tenant, Reading<T> reading, BiFunction<T, TenantSpans.View, T> covered)
      throws IOException {
    return reading(tenant, TenantSpans.View::sources, reading, covered);
  }

  private <T> T reading(
      TenantId tenant,
      Function<TenantSpans.View, List<SpanSource>> sources,
      Reading<T> reading,
      BiFunction<T, TenantSpans.View, T> covered)
      throws IOException {
    return query(
        tenant,
        view -> {
          try (QueryReads reads = planner.begin()) {
            return covered.apply(reading.run(reads.of(sources.apply(view))), view);
          }
        });
  }

  private <T> T query(TenantId tenant, SoundViews.Query<T> query) throws IOException {
    enter();
    try {
      TenantSpans spans = tenants.get(tenant);
      return spans == null ? query.run(TenantSpans.View.EMPTY) : soundViews.run(spans, query);
    } finally {
      calls.leave();
    }
  }

  /**
   * Cuts all heads and returns when their blocks are visible in the object store and the log has
   * let go of their spans.
   *
   * @throws IOException if a block could not be written; its spans stay searchable and logged, and
   *     writing it is tried again in the background
   */
  public void flush() throws IOException {
    enter();
    try {
      Flusher.await(flushAll(tenants.values()));
    } finally {
      calls.leave();
    }
  }

  /** As {@link #flush()}, for one tenant alone. */
  public void flush(TenantId tenant) throws IOException {
    enter();
    try {
      TenantSpans spans = tenants.get(tenant);
      Flusher.await(flushAll(spans == null ? List.of() : List.of(spans)));
    } finally {
      calls.leave();
    }
  }

  /** The tenants that have spans here, in order of their names. */
  public Set<TenantId> tenants() {
    return new TreeSet<>(tenants.keySet());
  }

  /**
   * What queries that have ended asked of the object store; nothing if that is on this machine.
   * Nobody waits for this.
   */
  public ReadCounts readCounts() {
    return planner.counts();
  }

  /** Counts of everything that happened, and of what is held now. */
  public TraceStoreStats stats() {
    long liveSpans = 0;
    long heads = 0;
    long blockCount = 0;
    long missingBlocks = 0;
    long blockBytes = 0;
    for (TenantSpans spans : tenants.values()) {
      TenantSpans.View view = spans.view();
      heads += view.heads().size();
      blockCount += view.blocks().size();
      missingBlocks += view.missing().size();
      for (LiveHead head : view.heads()) {
        liveSpans += head.head().spanCount();
      }
      for (BlockReader block : view.blocks()) {
        blockBytes += block.meta().totalBytes();
      }
    }
    BlockCache.Stats cached = cache.stats();
    return new TraceStoreStats(
        counters.receivedSpans.sum(),
        counters.receivedBytes.sum(),
        counters.rejectedSpans.sum(),
        counters.malformedRequests.sum(),
        counters.refusedRequests.sum(),
        counters.flushedBlocks.sum(),
        counters.flushedBytes.sum(),
        counters.failedFlushes.sum(),
        counters.replayedSpans.sum(),
        counters.damagedBlocks.sum(),
        counters.deletedBlocks.sum(),
        liveSpans,
        counters.unflushedBytes.get(),
        heads,
        blockCount,
        missingBlocks,
        blockBytes,
        wal.bytesOnDisk(),
        cached.bytes(),
        cached.hits(),
        cached.misses());
  }

  /**
   * Refuses further calls, waits for those under way, flushes, and closes log and object store.
   *
   * @throws IOException if a block could not be written and there is no log that keeps its spans,
   *     or if something could not be closed
   */
  @Override
  public void close() throws IOException {
    if (!calls.enter()) {
      return;
    }
    calls.shut();
    calls.leave();
    calls.empty().join();
    // closed in the opposite order: threads first, the object store last
    try (blocks;
        wal;
        workers;
        readThreads) {
      try {
        Flusher.await(flushAll(tenants.values()));
      } catch (IOException | RuntimeException e) {
        if (wal instanceof NoLog) {
          throw e;
        }
        LOG.log(Level.WARNING, "Not everything was flushed; the log keeps the rest: {0}", e);
      }
    }
  }

  private void enter() {
    if (!calls.enter()) {
      throw new IllegalStateException("the store is closed");
    }
  }

  private TenantSpans spansOf(TenantId tenant) {
    return tenants.computeIfAbsent(
        tenant,
        id -> new TenantSpans(id, nanoClock, blockIds, options.rowGroupSpans(), headRoom::lease));
  }

  private void cut(TenantSpans spans, LiveHead head) {
    if (spans.detach(head)) {
      flusher.flushSoon(spans, head);
    }
  }

  private List<CompletableFuture<Void>> flushAll(Collection<TenantSpans> all) {
    List<CompletableFuture<Void>> flushes = new ArrayList<>();
    for (TenantSpans spans : all) {
      LiveHead filling = spans.filling();
      if (filling != null) {
        spans.detach(filling);
      }
      // A head whose block is visible has left the view; its frames may still be in the log.
      flushes.addAll(flusher.underway(spans.tenant()));
      for (LiveHead head : spans.view().heads()) {
        if (head != spans.filling()) {
          flushes.add(flusher.flush(spans, head));
        }
      }
    }
    return flushes;
  }

  // ---- start

  /** Loads the catalog, takes over what the log holds, starts the timer. */
  void start() throws IOException {
    Catalog catalog = new Catalog(blocks, cache, readThreads);
    List<BlockReader> found = new ArrayList<>();
    catalog
        .blocks()
        .forEach((tenant, ofTenant) -> {
          found.addAll(ofTenant);
          ofTenant.forEach(block -> spansOf(tenant).publish(null, block));
        });
    if (blocks.readPolicy().isPlanned()) {
      catalog.loadFilters(found, filterBytes);
    }
    for (Catalog.Damaged damaged : catalog.damagedBlocks()) {
      quarantine.admit(spansOf(damaged.tenant()), damaged.block(), damaged.cause());
    }
    new Recovery(wal, catalog, this::spansOf, counters).run().forEach(flusher::flushSoon);
    long period = Math.max(1, Math.min(1000, options.maxHeadAge().toMillis() / 4));
    workers.every(Duration.ofMillis(period), this::cutOld);
  }

  private void cutOld() {
    long now = nanoClock.getAsLong();
    for (TenantSpans spans : tenants.values()) {
      LiveHead head = spans.filling();
      if (head != null
          && Duration.ofNanos(now - head.createdNanos()).compareTo(options.maxHeadAge()) >= 0) {
        cut(spans, head);
      }
      if (spans.retire()) {
        tenants.remove(spans.tenant(), spans);
      }
    }
  }
}
