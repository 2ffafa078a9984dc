package io.tempo4j.engine;

import static java.util.Objects.requireNonNull;

import io.tempo4j.block.BlockCache;
import io.tempo4j.block.BlockMeta;
import io.tempo4j.block.BlockReader;
import io.tempo4j.block.BlockWriter;
import io.tempo4j.column.SpanSource;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.storage.NoSuchObjectException;
import io.tempo4j.storage.ObjectStore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Turns sealed heads into blocks.
 *
 * <p>Order of a flush: the last append leaves the head; the block is written, its meta last; the
 * block replaces the head in the tenant's view; the head's frames are released from the log. A
 * crash between any two of these steps is repaired by the replay, since head and block share an id.
 *
 * <p>Where there are local files for {@linkplain SealedBlocks sealed blocks}, a block for a store
 * far away is written there and uploaded later, so that memory does not wait for the network. A
 * store that is itself a folder gets it at once, and the files only what it cannot take.
 *
 * <p>A block is small or large by what its head holds. Large ones are written one after the other,
 * small ones several at a time, beside them; either takes what that needs from the room for
 * writing.
 *
 * <p>A failed attempt is repeated for as long as the store is open; until it succeeds the spans are
 * served from the head and kept in the log.
 */
final class Flusher {

  private static final Logger LOG = System.getLogger(Flusher.class.getName());

  /** Heads that hold no more than this are written several at a time. */
  private static final long SMALL_HEAD_BYTES = 256 << 10;

  private static final int MOST_SMALL_AT_ONCE = 16;

  private final ObjectStore store;
  private final WriteAheadLog wal;
  private final BlockCache cache;
  private final ByteBudget room;
  private final InstantSource clock;
  private final Workers workers;
  private final Duration retryDelay;
  private final Counters counters;
  private final @Nullable SealedBlocks sealed;
  private final @Nullable Uploads uploads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<LiveHead, CompletableFuture<Void>> attempts = new HashMap<>();
  private final Map<LiveHead, Integer> failures = new HashMap<>();

  /**
   * A flusher.
   *
   * @param sealed where blocks wait for the store, or null
   * @param uploads what brings them there; null if {@code sealed} is
   * @param room what writing takes its bytes from
   */
  Flusher(
      ObjectStore store,
      @Nullable SealedBlocks sealed,
      @Nullable Uploads uploads,
      WriteAheadLog wal,
      BlockCache cache,
      ByteBudget room,
      InstantSource clock,
      Workers workers,
      Duration retryDelay,
      Counters counters) {
    this.store = store;
    this.sealed = sealed;
    this.uploads = uploads;
    this.wal = wal;
    this.cache = cache;
    this.room = room;
    this.clock = clock;
    this.workers = workers;
    this.retryDelay = retryDelay;
    this.counters = counters;
  }

  /** How many small blocks may be written at a time beside a large one, by the room for all. */
  static int smallAtOnce(ByteBudget room) {
    long fit = room.limitBytes() / 2 / BlockWriter.SMALL_HEAP_BYTES;
    return Math.clamp(fit, 1, MOST_SMALL_AT_ONCE);
  }

  /**
   * Writes the block of a detached head as soon as possible.
   *
   * @return the outcome of this attempt, or of the one that is under way
   */
  CompletableFuture<Void> flush(TenantSpans tenant, LiveHead head) {
    CompletableFuture<Void> attempt = new CompletableFuture<>();
    lock.lock();
    try {
      CompletableFuture<Void> running = attempts.putIfAbsent(head, attempt);
      if (running != null) {
        return running;
      }
    } finally {
      lock.unlock();
    }
    var unused = head.seal().thenRun(() -> begin(tenant, head, attempt));
    return attempt;
  }

  /** Has a sealed head written; how large it is is known now. */
  private void begin(TenantSpans tenant, LiveHead head, CompletableFuture<Void> attempt) {
    Executor threads = isSmall(head) ? workers.smallFlushes() : workers.flushes();
    try {
      threads.execute(() -> run(tenant, head, attempt));
    } catch (RuntimeException | Error e) {
      failed(tenant, head, attempt, e); // the store is closing, or no thread could be made
    }
  }

  private static boolean isSmall(LiveHead head) {
    return head.heldBytes() <= SMALL_HEAD_BYTES;
  }

  /** As {@link #flush} for callers that do not wait: failures are logged and repeated here. */
  void flushSoon(TenantSpans tenant, LiveHead head) {
    var unused = flush(tenant, head);
  }

  /** The attempts under way for some tenants, also those whose block is already visible. */
  List<CompletableFuture<Void>> underway(Predicate<TenantId> tenants) {
    lock.lock();
    try {
      return attempts.entrySet().stream()
          .filter(attempt -> tenants.test(attempt.getKey().id().tenant()))
          .map(Map.Entry::getValue)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  private void run(TenantSpans tenant, LiveHead head, CompletableFuture<Void> attempt) {
    try {
      if (tenant.view().heads().contains(head)) {
        write(tenant, head);
      }
      letGo(head);
      wal.release(head.id());
      finish(head);
      attempt.complete(null);
    } catch (IOException | RuntimeException | Error e) {
      failed(tenant, head, attempt, e);
    }
  }

  private void failed(
      TenantSpans tenant, LiveHead head, CompletableFuture<Void> attempt, Throwable e) {
    counters.failedFlushes.increment();
    int failed = fail(head);
    LOG.log(
        Level.WARNING,
        "Cannot write block {0} of tenant {1} (attempt {2}): {3}",
        head.id().blockId(),
        head.id().tenant(),
        failed,
        e);
    attempt.completeExceptionally(e);
    workers.retry(retryDelay, failed, () -> flushSoon(tenant, head));
  }

  private void write(TenantSpans tenant, LiveHead head) throws IOException {
    FlushEvent event = new FlushEvent();
    event.begin();
    if (head.head().spanCount() == 0) {
      tenant.drop(head);
    } else {
      BlockMeta meta = store(tenant, head);
      event.blockId = meta.blockId().toString();
      event.spans = meta.spans();
      event.bytes = meta.totalBytes();
    }
    event.commit();
  }

  private BlockMeta store(TenantSpans tenant, LiveHead head) throws IOException {
    if (sealed == null || uploads == null) {
      return storeAtOnce(tenant, head);
    }
    boolean isFar = !(store instanceof LocalObjectStore);
    try {
      return isFar ? sealForUpload(tenant, head) : storeAtOnce(tenant, head);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "Trying the other place for a block", e);
      try {
        return isFar ? storeAtOnce(tenant, head) : sealForUpload(tenant, head);
      } catch (IOException other) {
        e.addSuppressed(other);
        throw e;
      }
    }
  }

  private BlockMeta storeAtOnce(TenantSpans tenant, LiveHead head) throws IOException {
    BlockReader block = write(store, head, head.id().blockId());
    tenant.publish(head, block);
    counters.flushedBlocks.increment();
    counters.flushedBytes.add(block.meta().totalBytes());
    return block.meta();
  }

  private BlockMeta sealForUpload(TenantSpans tenant, LiveHead head) throws IOException {
    BlockMeta meta = seal(tenant, head, head.id().blockId());
    requireNonNull(uploads).add(meta);
    return meta;
  }

  /**
   * Writes what a head holds as a sealed block, which replaces the head in the view.
   *
   * @param id of the block, which need not be that of the head
   */
  BlockMeta seal(TenantSpans tenant, LiveHead head, UUID id) throws IOException {
    SealedBlocks files = requireNonNull(sealed);
    BlockReader block = write(files.files(), head, id);
    files.add(block.meta());
    tenant.publish(head, block);
    letGo(head);
    return block.meta();
  }

  /** Writes a block, unless an earlier attempt got so far, and opens it. */
  private BlockReader write(ObjectStore target, LiveHead head, UUID id) throws IOException {
    LiveHead.Written known = head.written();
    if (known == null || known.store() != target || !known.meta().blockId().equals(id)) {
      known = new LiveHead.Written(target, writeAnew(target, head, id));
      head.written(known);
    }
    try {
      return BlockReader.openWithFilters(target, known.meta(), cache);
    } catch (CorruptBlockException | NoSuchObjectException e) {
      head.written(null); // the spans are still here: write them anew
      throw e;
    }
  }

  private BlockMeta writeAnew(ObjectStore target, LiveHead head, UUID id) throws IOException {
    TenantId tenant = head.id().tenant();
    try (ByteLease taken = room.lease()) {
      int bytes = isSmall(head) ? BlockWriter.SMALL_HEAP_BYTES : BlockWriter.HEAP_BYTES;
      if (!taken.tryGrow(bytes)) {
        taken.growAlways(bytes); // memory comes back by writing, so that this must not wait
      }
      SpanSource spans = head.head().viewForWriting();
      return sealed == null
          ? BlockWriter.write(target, tenant, id, spans, clock.instant())
          : BlockWriter.write(target, tenant, id, spans, clock.instant(), sealed.scratch());
    }
  }

  private void letGo(LiveHead head) {
    if (head.letGo()) {
      counters.unflushedBytes.addAndGet(-head.receivedBytes());
    }
  }

  private void finish(LiveHead head) {
    lock.lock();
    try {
      attempts.remove(head);
      failures.remove(head);
    } finally {
      lock.unlock();
    }
  }

  private int fail(LiveHead head) {
    lock.lock();
    try {
      attempts.remove(head);
      return failures.merge(head, 1, Integer::sum);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the outcome of all, until {@code endNanos} of {@link System#nanoTime}.
   *
   * @throws IOException if one failed, or was not done in time
   */
  static void await(List<CompletableFuture<Void>> flushes, long endNanos) throws IOException {
    IOException failure = null;
    for (CompletableFuture<Void> flush : flushes) {
      try {
        if (!isDone(flush, endNanos)) {
          throw new IOException("not all blocks were written in time");
        }
        flush.join();
      } catch (CompletionException e) {
        if (failure == null) {
          failure = new IOException("a block could not be written: " + e.getCause(), e.getCause());
        } else {
          failure.addSuppressed(e.getCause());
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Waits for the end of something, whatever it is; false if the time is over before. */
  static boolean isDone(CompletableFuture<Void> work, long endNanos) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          var unused = work.get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
          return true;
        } catch (ExecutionException e) {
          return true;
        } catch (TimeoutException e) {
          return false;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
