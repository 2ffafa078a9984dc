package io.tempo4j.engine;

import io.tempo4j.block.BlockCache;
import io.tempo4j.block.BlockReader;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.storage.NoSuchObjectException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Runs queries over views that may hold damaged blocks.
 *
 * <p>A block that is damaged or gone must not take the answers of all others away. What was damaged
 * on the way is read well the second time; a block that is damaged both times leaves the view, with
 * an error in the log and in the statistics, and stays in the object store for repair.
 *
 * <p>Thread-safe.
 */
final class SoundViews {

  private static final Logger LOG = System.getLogger(SoundViews.class.getName());

  /** A query over one view. */
  @FunctionalInterface
  interface Query<T> {
    T run(TenantSpans.View view) throws IOException;
  }

  private final BlockCache cache;
  private final Counters counters;

  SoundViews(BlockCache cache, Counters counters) {
    this.cache = cache;
    this.counters = counters;
  }

  /**
   * Runs a query over the current view, and again over the next one for as long as blocks turn out
   * to be damaged.
   */
  <T> T run(TenantSpans spans, Query<T> query) throws IOException {
    String suspect = "";
    while (true) {
      try {
        return query.run(spans.view());
      } catch (CorruptBlockException e) {
        if (!e.object().equals(suspect)) {
          suspect = e.object();
        } else if (!quarantine(spans, e)) {
          throw e;
        }
      } catch (NoSuchObjectException e) {
        if (!suspect.isEmpty()) {
          throw e; // the second time: it is not that a block was just deleted
        }
        suspect = "gone";
      }
    }
  }

  private boolean quarantine(TenantSpans spans, CorruptBlockException damage) {
    for (BlockReader block : spans.view().blocks()) {
      if (damage.object().contains(block.name())) {
        LOG.log(
            Level.ERROR,
            "Leaving out block {0} from now on: {1}",
            block.name(),
            damage.getMessage());
        counters.damagedBlocks.increment();
        cache.evict(block.meta().blockId());
        return spans.drop(block);
      }
    }
    return false;
  }
}
