package io.tempo4j.engine;

import io.tempo4j.block.BlockCache;
import io.tempo4j.block.BlockMeta;
import io.tempo4j.block.BlockReader;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.NoSuchObjectException;
import io.tempo4j.storage.ObjectStore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;

/**
 * Keeps blocks that cannot be read out of the views of queries, and brings them back when they can.
 *
 * <p>A block that is admitted stays in the view as one that is missing, so that answers say so. It
 * is read again, from its first byte to its last and past all caches, after a wait that doubles
 * from time to time: bytes that were damaged on their way, or an object that was put back, heal. It
 * leaves the view for good when its meta is gone, since then somebody has deleted it.
 *
 * <p>Thread-safe.
 */
final class Quarantine {

  private static final Logger LOG = System.getLogger(Quarantine.class.getName());
  private static final int LARGEST_BACKOFF = 10; // doublings

  private final Function<HeadId, ObjectStore> storeOf;
  private final BlockCache cache;
  private final Workers workers;
  private final Duration retryDelay;
  private final Counters counters;

  /**
   * The quarantine of a store.
   *
   * @param storeOf where a block lies now
   * @param retryDelay wait before a block is read again for the first time
   */
  Quarantine(
      Function<HeadId, ObjectStore> storeOf,
      BlockCache cache,
      Workers workers,
      Duration retryDelay,
      Counters counters) {
    this.storeOf = storeOf;
    this.cache = cache;
    this.workers = workers;
    this.retryDelay = retryDelay;
    this.counters = counters;
  }

  /** Forgets what is kept of a block, so that it is next read from where it is stored. */
  void evict(TenantId tenant, UUID block) {
    cache.evict(block);
    BlockReader.possibleKeys(tenant, block).forEach(store(tenant, block)::forget);
  }

  /**
   * Whether a block was deleted by somebody else, as rules for the age of objects do.
   *
   * @throws IOException if that cannot be found out
   */
  boolean isDeleted(TenantId tenant, UUID block) throws IOException {
    try {
      store(tenant, block).size(BlockReader.metaKey(tenant, block));
      return false;
    } catch (NoSuchObjectException e) {
      return true;
    }
  }

  /** Notes that a block was found deleted, once it has left the view. */
  void deleted(TenantId tenant, UUID block) {
    counters.deletedBlocks.increment();
    evict(tenant, block);
    LOG.log(
        Level.WARNING,
        "Block {0} of tenant {1} is gone: somebody has deleted it from the object store",
        block,
        tenant);
  }

  /** Takes a block out of the view, unless somebody else has done so. */
  void admit(TenantSpans spans, BlockReader block, IOException damage) {
    MissingBlock missing = MissingBlock.of(block);
    if (spans.miss(block, missing)) {
      admitted(spans, missing, damage);
    }
  }

  /** Notes a block that could not even be opened. */
  void admit(TenantSpans spans, MissingBlock missing, IOException damage) {
    spans.miss(missing);
    admitted(spans, missing, damage);
  }

  private void admitted(TenantSpans spans, MissingBlock missing, IOException damage) {
    counters.damagedBlocks.increment();
    LOG.log(
        Level.ERROR,
        "Leaving out block {0} of tenant {1} until it can be read: {2}",
        missing.name(),
        spans.tenant(),
        damage.getMessage());
    retryLater(spans, missing, 0);
  }

  private void retryLater(TenantSpans spans, MissingBlock missing, int failures) {
    Duration delay = retryDelay.multipliedBy(1L << Math.min(failures, LARGEST_BACKOFF));
    workers.after(delay, () -> retry(spans, missing, failures));
  }

  private void retry(TenantSpans spans, MissingBlock missing, int failures) {
    try {
      workers.repairs().execute(() -> readAgain(spans, missing, failures));
    } catch (RuntimeException | Error e) {
      retryLater(spans, missing, failures + 1); // the store is closing, or there is no thread
    }
  }

  private void readAgain(TenantSpans spans, MissingBlock missing, int failures) {
    if (!spans.view().missing().contains(missing)) {
      return; // there is another copy by now
    }
    try {
      spans.bringBack(missing, readAll(spans.tenant(), missing.id()));
      LOG.log(
          Level.INFO, "Block {0} of tenant {1} can be read again", missing.name(), spans.tenant());
    } catch (IOException | RuntimeException | Error e) {
      if (isKnownToBeDeleted(spans.tenant(), missing.id())) {
        spans.forget(missing);
        deleted(spans.tenant(), missing.id());
      } else {
        LOG.log(Level.DEBUG, "Block {0} still cannot be read: {1}", missing.name(), e);
        retryLater(spans, missing, failures + 1);
      }
    }
  }

  private BlockReader readAll(TenantId tenant, UUID id) throws IOException {
    evict(tenant, id);
    ObjectStore store = store(tenant, id);
    BlockMeta meta = BlockReader.readMeta(store, tenant, id);
    BlockReader.open(store, meta, new BlockCache(0)).readAll();
    return BlockReader.openWithFilters(store, meta, cache);
  }

  private boolean isKnownToBeDeleted(TenantId tenant, UUID id) {
    try {
      return isDeleted(tenant, id);
    } catch (IOException e) {
      return false;
    }
  }

  private ObjectStore store(TenantId tenant, UUID block) {
    return storeOf.apply(new HeadId(tenant, block));
  }
}
