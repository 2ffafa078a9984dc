package io.tempo4j.engine;

import io.tempo4j.block.BlockCache;
import io.tempo4j.block.BlockMeta;
import io.tempo4j.block.BlockReader;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ParallelReads;
import io.tempo4j.storage.StoreUnavailableException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings sealed blocks to the object store, oldest first, and learns what the store has if it could
 * not be asked at the start.
 *
 * <p>Works in passes, on a thread of its own: a pass tries each waiting block once, several small
 * ones at the same time if the store lies far away, and stops where the store cannot be reached.
 * What is left is tried again after a wait that doubles. A block replaces its local files in the
 * tenant's view when it is visible in the store; the files go some time later, since queries may
 * still read them.
 *
 * <p>Thread-safe.
 */
final class Uploads implements AutoCloseable {

  private static final Logger LOG = System.getLogger(Uploads.class.getName());
  private static final Duration GRACE = Duration.ofMinutes(1);

  /** Blocks that are sent at the same time are together no larger than this. */
  private static final long BYTES_AT_ONCE = 4 << 20;

  private static final int DROPS_AT_ONCE = 16;

  /** Asks the store for its blocks. */
  @FunctionalInterface
  interface CatalogLoad {
    void load() throws IOException;
  }

  private final SealedBlocks sealed;
  private final ObjectStore store;
  private final Tenants tenants;
  private final BlockCache cache;
  private final Workers workers;
  private final Duration retryDelay;
  private final Counters counters;
  private final int blocksAtOnce;
  private final ParallelReads threads;
  private final ParallelReads drops = new ParallelReads(DROPS_AT_ONCE);
  private final ReentrantLock lock = new ReentrantLock();

  // guarded by the lock
  private final Map<HeadId, BlockMeta> waiting = new LinkedHashMap<>();
  private final Map<HeadId, BlockMeta> uploaded = new LinkedHashMap<>();
  private @Nullable CatalogLoad catalog;
  private @Nullable CompletableFuture<Void> pass;
  private @Nullable IOException lastFailure;
  private int failures;

  Uploads(
      SealedBlocks sealed,
      ObjectStore store,
      Tenants tenants,
      BlockCache cache,
      Workers workers,
      Duration retryDelay,
      Counters counters) {
    this.sealed = sealed;
    this.store = store;
    this.tenants = tenants;
    this.cache = cache;
    this.workers = workers;
    this.retryDelay = retryDelay;
    this.counters = counters;
    this.blocksAtOnce = Math.max(1, store.readPolicy().concurrency() / 2);
    this.threads = new ParallelReads(blocksAtOnce);
  }

  /**
   * Tries to load the catalog before anything is uploaded, from some time on, until it succeeds.
   */
  void loadLater(CatalogLoad load, StoreUnavailableException failure) {
    lock.lock();
    try {
      catalog = load;
    } finally {
      lock.unlock();
    }
    isAway(failure);
    retryLater(1);
  }

  /**
   * Loads the catalog before anything is uploaded, and tries again later while the store is away.
   * Waits for the first attempt as long as the store answers.
   *
   * @param answers how often it did since the attempt began
   * @param patience how long it may let wait for its next answer
   * @throws IOException if the store refuses
   */
  void load(CatalogLoad load, LongSupplier answers, Duration patience) throws IOException {
    lock.lock();
    try {
      catalog = load;
    } finally {
      lock.unlock();
    }
    CompletableFuture<Void> attempt = begin();
    long heard = answers.getAsLong();
    while (!Flusher.isDone(attempt, System.nanoTime() + patience.toNanos())) {
      long before = heard;
      heard = answers.getAsLong();
      if (heard == before) {
        isAway(
            new StoreUnavailableException(
                "the object store has not answered for " + patience.toMillis() + " ms",
                new TimeoutException()));
        return;
      }
    }
    IOException failure = lastFailure();
    if (failure instanceof StoreUnavailableException) {
      warn(failure);
    } else if (failure != null) {
      throw failure;
    }
  }

  private static void warn(IOException failure) {
    LOG.log(Level.WARNING, "Serving what is local, the object store is away", failure);
  }

  private void isAway(StoreUnavailableException failure) {
    warn(failure);
    lock.lock();
    try {
      lastFailure = failure;
      failures = 1;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable IOException lastFailure() {
    lock.lock();
    try {
      return lastFailure;
    } finally {
      lock.unlock();
    }
  }

  /** Takes over a block that is in the tenant's view and among the sealed ones. */
  void add(BlockMeta meta) {
    HeadId id = SealedBlocks.idOf(meta);
    lock.lock();
    try {
      if (uploaded.containsKey(id)) {
        return;
      }
      waiting.put(id, meta);
      if (failures > 0) {
        return; // a pass will come
      }
    } finally {
      lock.unlock();
    }
    var unused = begin();
  }

  /** How many blocks wait. */
  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** Why the store could not be reached lately; empty if it could. */
  Optional<String> unavailable() {
    return Optional.ofNullable(lastFailure()).map(failure -> String.valueOf(failure.getMessage()));
  }

  /** Begins a pass, unless one is under way; completes, never exceptionally, when it has ended. */
  CompletableFuture<Void> begin() {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    lock.lock();
    try {
      if (pass != null) {
        return pass;
      }
      pass = begun;
    } finally {
      lock.unlock();
    }
    try {
      workers.uploads().execute(() -> run(begun));
    } catch (RejectedExecutionException e) {
      end(begun); // the store is closing: the files keep the blocks
    }
    return begun;
  }

  /**
   * Fails if blocks of some tenants wait here.
   *
   * @throws IOException says why the last attempt to upload one failed
   */
  void requireDone(Predicate<TenantId> tenants) throws IOException {
    lock.lock();
    try {
      if (waiting.keySet().stream().anyMatch(id -> tenants.test(id.tenant()))) {
        throw new IOException(
            "a block could not be written to the object store, it is kept in local files: "
                + (lastFailure == null ? "not tried yet" : lastFailure.getMessage()),
            lastFailure);
      }
    } finally {
      lock.unlock();
    }
  }

  private void run(CompletableFuture<Void> begun) {
    IOException failure = null;
    try {
      loadCatalog();
      failure = uploadAll();
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      failure = new IOException(e);
      LOG.log(Level.ERROR, "An upload failed", e);
    }
    int failed = note(failure);
    end(begun);
    if (failed > 0) {
      retryLater(failed);
    } else if (waiting() > 0) {
      var unused = begin(); // they came when this pass had ended, and counted on one to come
    }
  }

  /** A block on its way. */
  private record Upload(CompletableFuture<Void> end, long bytes) {

    /** Waits for its end; how it failed, or null. */
    @Nullable IOException failure() {
      try {
        var unused = ParallelReads.await(end);
        return null;
      } catch (IOException e) {
        return e;
      } catch (RuntimeException | Error e) {
        LOG.log(Level.ERROR, "An upload failed", e);
        return new IOException(e);
      }
    }
  }

  /** Tries all blocks that wait, until the store is away; the last failure, or null. */
  private @Nullable IOException uploadAll() {
    Deque<Upload> underway = new ArrayDeque<>();
    Set<HeadId> tried = new HashSet<>();
    IOException failure = null; // perhaps of one block alone
    long bytes = 0;
    boolean isAway = false;
    int atOnce = unavailable().isPresent() ? 1 : blocksAtOnce; // one finds out if it is back
    while (true) {
      BlockMeta next = isAway ? null : next(tried, underway.isEmpty());
      boolean isRoom =
          underway.isEmpty()
              || underway.size() < atOnce
                  && next != null
                  && bytes + next.totalBytes() <= BYTES_AT_ONCE;
      if (next != null && isRoom) {
        tried.add(SealedBlocks.idOf(next));
        bytes += next.totalBytes();
        underway.add(new Upload(threads.begin(() -> upload(next)), next.totalBytes()));
        continue;
      }
      Upload oldest = underway.poll();
      if (oldest == null) {
        return failure;
      }
      bytes -= oldest.bytes;
      IOException failed = oldest.failure();
      atOnce = failed == null ? blocksAtOnce : atOnce;
      failure = failed == null ? failure : failed;
      isAway |= failed instanceof StoreUnavailableException;
    }
  }

  private void loadCatalog() throws IOException {
    CatalogLoad load;
    lock.lock();
    try {
      load = catalog;
    } finally {
      lock.unlock();
    }
    if (load == null) {
      return;
    }
    load.load();
    lock.lock();
    try {
      catalog = null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The oldest block that waits and was not tried. If there is none and the pass has nothing else
   * to wait for, it ends with that.
   */
  private @Nullable BlockMeta next(Set<HeadId> tried, boolean isIdle) {
    lock.lock();
    try {
      for (Map.Entry<HeadId, BlockMeta> one : waiting.entrySet()) {
        if (!tried.contains(one.getKey())) {
          return one.getValue();
        }
      }
      if (isIdle) {
        pass = null;
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Void upload(BlockMeta meta) throws IOException {
    try {
      sealed.copyTo(store, meta);
      tenants.publish(BlockReader.openWithFilters(store, meta, cache));
    } catch (IOException e) {
      counters.failedFlushes.increment();
      LOG.log(
          Level.WARNING,
          "Cannot upload block {0} of tenant {1}, it stays in local files: {2}",
          meta.blockId(),
          meta.tenant(),
          e);
      throw e;
    }
    counters.flushedBlocks.increment();
    counters.flushedBytes.add(meta.totalBytes());
    isStored(meta);
    return null;
  }

  /** Notes that the object store has a block, so that its local files may go. */
  void isStored(BlockMeta meta) {
    HeadId id = SealedBlocks.idOf(meta);
    if (!sealed.contains(id)) {
      return;
    }
    lock.lock();
    try {
      waiting.remove(id);
      uploaded.put(id, meta);
    } finally {
      lock.unlock();
    }
    workers.after(
        GRACE,
        () -> {
          var unused = drops.begin(() -> drop(id)); // the timer has no time for files
        });
  }

  private @Nullable Void drop(HeadId id) {
    BlockMeta meta;
    lock.lock();
    try {
      meta = uploaded.remove(id);
    } finally {
      lock.unlock();
    }
    if (meta != null) {
      try {
        sealed.drop(meta);
      } catch (IOException e) {
        LOG.log(Level.WARNING, "Cannot remove the files of block {0}: {1}", id, e);
      }
    }
    return null;
  }

  /** Keeps what a pass ended with; how often in a row passes have failed. */
  private int note(@Nullable IOException failure) {
    lock.lock();
    try {
      lastFailure = failure;
      failures = failure == null ? 0 : failures + 1;
      return failures;
    } finally {
      lock.unlock();
    }
  }

  private void end(CompletableFuture<Void> begun) {
    lock.lock();
    try {
      if (pass == begun) {
        pass = null;
      }
    } finally {
      lock.unlock();
    }
    begun.complete(null);
  }

  private void retryLater(int failed) {
    workers.retry(
        retryDelay,
        failed,
        () -> {
          var unused = begin();
        });
  }

  /** Removes the files of all blocks that the object store has; what waits stays. */
  void dropStored() {
    List<HeadId> ids;
    lock.lock();
    try {
      ids = new ArrayList<>(uploaded.keySet());
    } finally {
      lock.unlock();
    }
    CompletableFuture<?>[] dropping =
        ids.stream().map(id -> drops.begin(() -> drop(id))).toArray(CompletableFuture<?>[]::new);
    var unused =
        Flusher.isDone(CompletableFuture.allOf(dropping), System.nanoTime() + Long.MAX_VALUE / 2);
  }

  @Override
  public void close() throws IOException {
    threads.close();
    dropStored();
    drops.close();
    sealed.close();
  }
}
