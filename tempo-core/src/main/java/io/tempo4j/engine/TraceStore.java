package io.tempo4j.engine;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.block.BlockCache;
import io.tempo4j.block.BlockMeta;
import io.tempo4j.block.BlockReader;
import io.tempo4j.block.ReadPlanner;
import io.tempo4j.column.ReadCounts;
import io.tempo4j.head.Head;
import io.tempo4j.head.HeadFullException;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.diff.IncomparableTracesException;
import io.tempo4j.query.diff.TraceComparison;
import io.tempo4j.query.filter.TraceFilter;
import io.tempo4j.query.metrics.MetricsListener;
import io.tempo4j.query.metrics.MetricsPartial;
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
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ParallelReads;
import io.tempo4j.storage.StoreUnavailableException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
public final class TraceStore implements SpanIngest, QuerierPart, AutoCloseable {

  private static final Logger LOG = System.getLogger(TraceStore.class.getName());
  private static final Duration FOREVER = Duration.ofDays(36_500);
  private static final Duration DISK_RETRY = Duration.ofSeconds(3);

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
  private final LongAdder catalogAnswers = new LongAdder();
  private final Duration storePatience;
  private final Flusher flusher;
  private final ViewQuerier queries;
  private final QuerierPart recentSpans;
  private final QuerierPart storedBlocks;
  private final Tenants tenants;
  private final @Nullable SealedBlocks sealed;
  private final @Nullable Uploads uploads;
  private final ByteBudget headBytes;
  private final Gate calls = new Gate();
  private final Quarantine quarantine;

  TraceStore(
      TraceStoreBuilder builder,
      ObjectStore blocks,
      WriteAheadLog wal,
      @Nullable SealedBlocks sealed,
      Workers workers) {
    this.blocks = blocks;
    this.wal = wal;
    this.sealed = sealed;
    this.options = builder.options();
    this.nanoClock = builder.nanoClock();
    this.blockIds = builder.blockIds();
    this.storePatience = builder.storePatience();
    this.workers = workers;
    MemoryPlan memory = builder.memory();
    this.cache = new BlockCache(memory.cache(), memory.indexes());
    memory.reclaimWith(cache::reclaim);
    this.headBytes = memory.heads();
    this.tenants =
        new Tenants(
            id -> new TenantSpans(id, nanoClock, blockIds, options.rowGroupSpans(), memory));
    this.headRoom = new HeadRoom(headBytes, tenants.all(), this::cut);
    this.readThreads = new ParallelReads(blocks.readPolicy().concurrency());
    this.filterBytes = memory.cache().limitBytes() / 4;
    this.planner = new ReadPlanner(readThreads, blocks.readPolicy(), memory.queries());
    Duration retryDelay = options.flushRetryDelay();
    this.quarantine = new Quarantine(this::storeOf, cache, workers, retryDelay, counters);
    ViewHalves halves = new ViewHalves(sealed);
    this.queries = querier((tenant, view) -> view, memory);
    this.recentSpans = querier(halves::recent, memory);
    this.storedBlocks = querier(halves::stored, memory);
    this.uploads =
        sealed == null
            ? null
            : new Uploads(sealed, blocks, tenants, cache, workers, retryDelay, counters);
    this.flusher =
        new Flusher(
            blocks,
            sealed,
            uploads,
            wal,
            cache,
            memory.flush(),
            builder.clock(),
            workers,
            retryDelay,
            counters);
  }

  private ViewQuerier querier(ViewQuerier.Half half, MemoryPlan memory) {
    return new ViewQuerier(
        calls,
        tenants,
        half,
        new SoundViews(quarantine),
        planner,
        memory.queries(),
        options.maxTraceBytes());
  }

  /** Starts the description of a store. */
  public static TraceStoreBuilder builder() {
    return new TraceStoreBuilder();
  }

  @Override
  public AppendResult append(TenantId tenant, byte[] buffer, int offset, int length)
      throws IOException {
    java.util.Objects.checkFromIndexSize(offset, length, buffer.length);
    calls.require();
    try {
      requireDisk();
      return append(tenant, new Request(buffer, offset, length));
    } catch (OverloadedException e) {
      counters.refusedRequests.increment();
      throw e;
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

  @SuppressWarnings("ArrayRecordComponent") // the caller's bytes, for the time of a call
  private record Request(byte[] buffer, int offset, int length) {}

  private void requireDisk() throws OverloadedException {
    if (localBytes() > options.maxLocalBytes() && uploads != null) {
      uploads.dropStored();
    }
    long bytes = localBytes();
    if (bytes > options.maxLocalBytes()) {
      throw new OverloadedException(
          bytes
              + " bytes of log and blocks lie on the local disk, at most "
              + options.maxLocalBytes()
              + " may (storage.trace.wal.max_disk_bytes)"
              + unavailable().map(reason -> ": " + reason).orElse(""),
          DISK_RETRY);
    }
  }

  private long localBytes() {
    return wal.bytesOnDisk() + sealedBytes();
  }

  private long sealedBytes() {
    return sealed == null ? 0 : sealed.bytes();
  }

  /** A head that is full may be cut for a request, which then goes into the next one. */
  private AppendResult append(TenantId tenant, Request request) throws IOException {
    boolean hasRelieved = false;
    while (true) {
      TenantSpans spans = tenants.of(tenant);
      headRoom.admit(spans);
      LiveHead head = spans.enterHead();
      if (head == null) {
        continue; // the tenant was just forgotten, having no spans
      }
      try {
        return append(spans, head, request);
      } catch (HeadFullException e) {
        if (hasRelieved || !headRoom.relieve(spans, head)) {
          throw headRoom.refusal(e);
        }
        hasRelieved = true;
      }
    }
  }

  private AppendResult append(TenantSpans spans, LiveHead head, Request request)
      throws IOException, HeadFullException {
    Head.Appended appended;
    try {
      appended =
          head.head()
              .append(
                  request.buffer,
                  request.offset,
                  request.length,
                  () -> wal.append(head.id(), request.buffer, request.offset, request.length));
      head.received(request.length);
      counters.unflushedBytes.addAndGet(request.length);
    } catch (MalformedOtlpException e) {
      counters.malformedRequests.increment();
      throw e;
    } finally {
      head.leave();
    }
    headRoom.appended(spans);
    counters.receivedSpans.add(appended.acceptedSpans());
    counters.receivedBytes.add(request.length);
    AppendResult result =
        new AppendResult(appended.acceptedSpans(), appended.rejectedSpans(), appended.message());
    counters.rejectedSpans.add(result.rejectedSpans());
    if (head.receivedBytes() >= options.maxHeadBytes()
        || head.head().spanCount() >= options.maxHeadSpans()) {
      cut(spans, head);
    }
    return result;
  }

  /**
   * Counts for a metrics query without making series of it, so that what several stores counted for
   * the same request can be added up: by {@link MetricsPartial#add} and {@link
   * io.tempo4j.query.metrics.MetricsEngine#finish}. Throws as {@link #metrics(TenantId,
   * MetricsRequest)} does.
   *
   * <p>Where a query relates spans of a trace to each other, they must all be in one store.
   */
  public MetricsPartial metricsPartial(
      TenantId tenant, MetricsRequest request, QueryContext context) throws IOException {
    return queries.metricsPartial(tenant, request, context);
  }

  /**
   * The half of this store that an ingester is: heads, and blocks that are not in the object store
   * alone yet. With {@link #storedBlocks}, asked behind it, everything: a span that moves is in one
   * of the two, or in both.
   */
  public QuerierPart recentSpans() {
    return recentSpans;
  }

  /** The half of this store that is read from the object store. */
  public QuerierPart storedBlocks() {
    return storedBlocks;
  }

  @Override
  public AssembledTrace findTrace(TenantId tenant, TraceId id, QueryContext context)
      throws IOException {
    return queries.findTrace(tenant, id, context);
  }

  @Override
  public AssembledTrace findTrace(
      TenantId tenant, TraceId id, TraceFilter filter, QueryContext context) throws IOException {
    return queries.findTrace(tenant, id, filter, context);
  }

  @Override
  public TraceComparison compareTraces(
      TenantId tenant, TraceId base, TraceId compare, QueryContext context)
      throws IOException, IncomparableTracesException {
    return queries.compareTraces(tenant, base, compare, context);
  }

  @Override
  public SearchResult search(TenantId tenant, SearchRequest request, QueryContext context)
      throws IOException {
    return queries.search(tenant, request, context);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The cursor does not keep the store from being closed; after that it fails as calls to the
   * store do.
   */
  @Override
  public SearchCursor searchCursor(TenantId tenant, SearchRequest request, QueryContext context) {
    return queries.searchCursor(tenant, request, context);
  }

  /**
   * {@inheritDoc}
   *
   * <p>What was begun does not keep the store from being closed; after that it fails as calls to
   * the store do.
   */
  @Override
  public PartQuery begin(TenantId tenant, QueryContext context) {
    return queries.begin(tenant, context);
  }

  @Override
  public MetricsResult metrics(
      TenantId tenant, MetricsRequest request, QueryContext context, MetricsListener listener)
      throws IOException {
    return queries.metrics(tenant, request, context, listener);
  }

  @Override
  public TagNames tagNames(
      TenantId tenant, TagNamesRequest request, QueryContext context, Consumer<TagNames> pieces)
      throws IOException {
    return queries.tagNames(tenant, request, context, pieces);
  }

  @Override
  public TagValues tagValues(
      TenantId tenant, TagValuesRequest request, QueryContext context, Consumer<TagValues> pieces)
      throws IOException {
    return queries.tagValues(tenant, request, context, pieces);
  }

  /**
   * Cuts all heads and returns when their blocks are visible in the object store and the log has
   * let go of their spans.
   *
   * @throws IOException if a block could not be written; its spans stay searchable and logged, and
   *     writing it is tried again in the background
   */
  public void flush() throws IOException {
    flush(FOREVER);
  }

  /**
   * As {@link #flush()}, but waits no longer than {@code timeout}; what is not done then goes on in
   * the background.
   *
   * @throws IOException also if the time was too short
   */
  public void flush(Duration timeout) throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    calls.require();
    try {
      flush(tenants.all(), tenant -> true, end);
    } finally {
      calls.leave();
    }
  }

  /** As {@link #flush()}, for one tenant alone. */
  public void flush(TenantId tenant) throws IOException {
    calls.require();
    try {
      TenantSpans spans = tenants.find(tenant);
      flush(
          spans == null ? List.of() : List.of(spans),
          tenant::equals,
          System.nanoTime() + FOREVER.toNanos());
    } finally {
      calls.leave();
    }
  }

  /** The tenants that have spans here, in order of their names. */
  public Set<TenantId> tenants() {
    return tenants.names();
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
    for (TenantSpans spans : tenants.all()) {
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
        uploads == null ? 0 : uploads.waiting(),
        sealedBytes(),
        cached.bytes(),
        cached.hits(),
        cached.misses());
  }

  /**
   * Why the object store could not be read or written when that was last tried; empty if it could.
   * Meanwhile what the log and local files hold is served, and perhaps no block of the store.
   */
  public Optional<String> unavailable() {
    return uploads == null ? Optional.empty() : uploads.unavailable();
  }

  /**
   * Refuses further calls, waits for those under way, flushes, and closes log and object store.
   *
   * @throws IOException if a block could not be written and there is no log that keeps its spans,
   *     or if something could not be closed
   */
  @Override
  public void close() throws IOException {
    close(FOREVER);
  }

  /**
   * As {@link #close()}, but waits for nothing longer than {@code timeout} all in all. What could
   * not be written then stays in the log and in local files for the next start.
   */
  public void close(Duration timeout) throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    if (!calls.enter()) {
      return;
    }
    calls.shut();
    calls.leave();
    // closed in the opposite order: threads first, the object store last
    try (blocks;
        wal;
        uploads;
        Workers.Ending threads = () -> workers.close(end);
        readThreads) {
      try {
        if (!Flusher.isDone(calls.empty(), end)) {
          throw new IOException("calls under way did not end in time");
        }
        flush(tenants.all(), tenant -> true, end);
      } catch (IOException | RuntimeException e) {
        if (wal instanceof NoLog) {
          throw e;
        }
        LOG.log(Level.WARNING, "Not everything was flushed; the log keeps the rest", e);
      }
    }
  }

  private void cut(TenantSpans spans, LiveHead head) {
    if (spans.detach(head)) {
      flusher.flushSoon(spans, head);
    }
  }

  /** Makes blocks of heads, and brings them to the object store. */
  private void flush(Collection<TenantSpans> all, Predicate<TenantId> names, long end)
      throws IOException {
    Flusher.await(flushAll(all, names), end);
    if (uploads != null) {
      if (!Flusher.isDone(uploads.begin(), end)) {
        throw new IOException("not all blocks reached the object store in time");
      }
      uploads.requireDone(names);
    }
  }

  private List<CompletableFuture<Void>> flushAll(
      Collection<TenantSpans> all, Predicate<TenantId> names) {
    List<CompletableFuture<Void>> flushes = new ArrayList<>();
    for (TenantSpans spans : all) {
      LiveHead filling = spans.filling();
      if (filling != null) {
        spans.detach(filling);
      }
      for (LiveHead head : spans.view().heads()) {
        if (head != spans.filling()) {
          flushes.add(flusher.flush(spans, head));
        }
      }
    }
    // A head whose block is visible has left the view; its frames may still be in the log.
    flushes.addAll(flusher.underway(names));
    return flushes;
  }

  // ---- start

  /**
   * Loads the catalog, takes over what the log and local files hold, starts the timer.
   *
   * @param unavailable why the object store need not be asked now, or null
   */
  void start(@Nullable StoreUnavailableException unavailable) throws IOException {
    if (sealed == null || uploads == null) {
      recover(loadCatalog(), null);
    } else {
      sealed
          .load(cache, readThreads, this::quarantine)
          .values()
          .forEach(found -> found.forEach(tenants::publish));
      AtomicReference<Set<HeadId>> known = new AtomicReference<>(Set.of());
      Uploads.CatalogLoad loading = () -> known.set(loadCatalog());
      tenants.catalogIsMissing();
      if (unavailable == null) {
        uploads.load(loading, catalogAnswers::sum, storePatience);
      } else {
        uploads.loadLater(loading, unavailable);
      }
      try (ReplayedParts parts = ReplayedParts.open(wal.folder().orElseThrow())) {
        recover(known.get(), parts);
      }
      for (BlockMeta meta : sealed.all()) {
        uploads.add(meta);
      }
    }
    long period = Math.max(1, Math.min(1000, options.maxHeadAge().toMillis() / 4));
    workers.every(Duration.ofMillis(period), this::cutOld);
  }

  /** Takes the blocks of the object store into the views; the ids of all, sound or not. */
  private Set<HeadId> loadCatalog() throws IOException {
    Catalog catalog = new Catalog(blocks, cache, readThreads, catalogAnswers::increment);
    List<BlockReader> found = new ArrayList<>();
    catalog.blocks(filterBytes).values().forEach(found::addAll);
    for (BlockReader block : found) {
      tenants.publish(block);
      if (uploads != null) {
        uploads.isStored(block.meta());
      }
    }
    for (Catalog.Damaged damaged : catalog.damagedBlocks()) {
      if (!isSealed(new HeadId(damaged.tenant(), damaged.block().id()))) {
        quarantine(damaged);
      }
    }
    tenants.catalogIsKnown();
    return catalog.visible();
  }

  private void quarantine(Catalog.Damaged damaged) {
    quarantine.admit(tenants.of(damaged.tenant()), damaged.block(), damaged.cause());
  }

  private void recover(Set<HeadId> known, @Nullable ReplayedParts parts) throws IOException {
    Recovery recovery =
        new Recovery(
            wal,
            known::contains,
            tenants,
            parts,
            this::isSealed,
            flusher::seal,
            blockIds,
            headBytes,
            counters);
    for (Recovery.ToFlush left : recovery.run()) {
      flusher.flushSoon(left.spans(), left.head());
    }
  }

  private boolean isSealed(HeadId id) {
    return sealed != null && sealed.contains(id);
  }

  /** Where a block lies now. */
  private ObjectStore storeOf(HeadId id) {
    return sealed != null && sealed.holds(id) ? sealed.files() : blocks;
  }

  private void cutOld() {
    long now = nanoClock.getAsLong();
    // What small heads hold of the log keeps whole segments of it.
    boolean isLogLarge = wal.bytesOnDisk() > options.maxLocalBytes() / 4;
    for (TenantSpans spans : tenants.all()) {
      LiveHead head = spans.filling();
      if (head != null
          && (isLogLarge
              || Duration.ofNanos(now - head.createdNanos()).compareTo(options.maxHeadAge())
                  >= 0)) {
        cut(spans, head);
      }
    }
    tenants.tidy();
  }
}
