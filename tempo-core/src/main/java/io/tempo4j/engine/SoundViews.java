package io.tempo4j.engine;

import io.tempo4j.block.BlockReader;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.storage.NoSuchObjectException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Runs queries over views that may hold blocks that are damaged or gone.
 *
 * <p>Such a block must not take the answers of all others away. What is found damaged is read a
 * second time, past all caches: what was damaged on the way is sound then. A block that is damaged
 * both times, or lacks an object, goes into {@link Quarantine}; one whose meta is gone was deleted,
 * and leaves the view.
 *
 * <p>Thread-safe.
 */
final class SoundViews {

  /** A query over one view. */
  @FunctionalInterface
  interface Query<T> {
    T run(TenantSpans.View view) throws IOException;
  }

  private final Quarantine quarantine;

  SoundViews(Quarantine quarantine) {
    this.quarantine = quarantine;
  }

  /**
   * Runs a query over the current view, and again over the next one for as long as blocks turn out
   * to be damaged or gone.
   */
  <T> T run(TenantSpans spans, Query<T> query) throws IOException {
    Set<String> suspects = new HashSet<>();
    while (true) {
      TenantSpans.View view = spans.claimView();
      try {
        return run(query, view);
      } catch (CorruptBlockException e) {
        examine(spans, view, e.object(), e, suspects);
      } catch (NoSuchObjectException e) {
        examine(spans, view, e.key(), e, suspects);
      } finally {
        view.release();
      }
    }
  }

  /**
   * Runs a query over a view that somebody holds, and again for as long as that helps.
   *
   * @param suspects what was found damaged so far in that view
   * @throws PartChangedException if a block of the view is damaged, gone or elsewhere
   */
  <T> T runOver(TenantSpans spans, TenantSpans.View view, Set<String> suspects, Query<T> query)
      throws IOException {
    while (true) {
      try {
        return run(query, view);
      } catch (CorruptBlockException e) {
        examineOver(spans, view, e.object(), e, suspects);
      } catch (NoSuchObjectException e) {
        examineOver(spans, view, e.key(), e, suspects);
      }
    }
  }

  private void examineOver(
      TenantSpans spans,
      TenantSpans.View view,
      String object,
      IOException failure,
      Set<String> suspects)
      throws IOException {
    BlockReader block = view.blockOf(object);
    if (block == null) {
      throw failure;
    }
    if (spans.view().blocks().contains(block)) {
      examine(spans, view, object, failure, suspects);
    }
    if (!spans.view().blocks().contains(block)) {
      throw new PartChangedException(failure);
    }
  }

  private static <T> T run(Query<T> query, TenantSpans.View view) throws IOException {
    try {
      return query.run(view);
    } catch (UncheckedIOException e) {
      throw e.getCause(); // of a block that had to be opened again
    }
  }

  /** Does what makes it worth to run the query again, or throws what it failed with. */
  private <E extends IOException> void examine(
      TenantSpans spans, TenantSpans.View view, String object, E failure, Set<String> suspects)
      throws IOException {
    BlockReader block = view.blockOf(object);
    if (block == null) {
      // of a view before this one, over which a cursor had begun
      if (!suspects.add(object)) {
        throw failure;
      }
      return;
    }
    UUID id = block.meta().blockId();
    if (failure instanceof NoSuchObjectException && quarantine.isDeleted(spans.tenant(), id)) {
      if (spans.drop(block)) {
        quarantine.deleted(spans.tenant(), id);
      }
    } else if (suspects.add(block.name())) {
      quarantine.evict(spans.tenant(), id);
    } else {
      quarantine.admit(spans, block, failure);
    }
  }
}
