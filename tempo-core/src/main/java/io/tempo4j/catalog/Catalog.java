package io.tempo4j.catalog;

import io.tempo4j.catalog.CatalogOptions.Moment;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.NoSuchObjectException;
import io.tempo4j.storage.ObjectStore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The catalog of one tenant's blocks in an object store: a sequence of versions, each made of the
 * one before by one commit. Many processes commit, any number follow; all see the same versions.
 *
 * <p>{@link #current} is the newest version that this object knows; it only moves forwards. {@link
 * #refresh} looks for newer ones, which costs one small read if there is none. A commit is visible
 * to every {@code refresh} that starts after it returned.
 *
 * <p>Holds nothing but memory; the store belongs to the caller. Thread-safe. Threads that commit to
 * one object at the same time race as processes do: it is cheaper to commit once for several
 * blocks.
 *
 * <p>Source: {@code docs/format/catalog-v1.md}.
 */
public final class Catalog {

  /*
   * A commit is an entry that was put under the next number on condition that none was there. Two
   * things must not break that. An answer may be lost: then the entry under that number is read and
   * compared by its commit id. And a number may become free again, when its entry is cleaned up
   * behind a checkpoint: a request that comes that late would be told that it won. So an entry stays
   * for a grace period after a checkpoint has taken its place, and whoever goes on from a version
   * must have made sure, less than half of that time ago, that no entry followed it; whoever has not
   * starts anew from the newest checkpoint. An entry that is stored too late lies behind a
   * checkpoint, where nobody looks for it.
   */

  private static final Logger LOG = System.getLogger(Catalog.class.getName());
  private static final int MAX_LOADS = 5;

  private final CatalogObjects objects;
  private final CatalogOptions options;
  private final Pause pause;
  private final AtomicReference<Followed> state;
  private final ConcurrentSkipListMap<Long, Moment> checkpointsSeen = new ConcurrentSkipListMap<>();
  private volatile boolean owesCheckpoint;

  /**
   * A version.
   *
   * @param confirmed when the store was asked and had no entry behind it
   */
  private record Followed(CatalogVersion version, Moment confirmed) {}

  private Catalog(CatalogObjects objects, CatalogOptions options, Pause pause) throws IOException {
    this.objects = objects;
    this.options = options;
    this.pause = pause;
    this.state = new AtomicReference<>(load());
  }

  /**
   * Reads the newest version: one list, the newest checkpoint, and the entries behind it, usually
   * at most 64. A tenant without objects has an empty catalog.
   *
   * @throws UnsupportedOperationException if the store has no conditional puts
   * @throws CorruptBlockException if an entry is damaged or missing
   * @throws IOException if the store fails
   */
  public static Catalog open(ObjectStore store, TenantId tenant) throws IOException {
    return open(store, tenant, CatalogOptions.DEFAULT);
  }

  /** As {@link #open(ObjectStore, TenantId)}, kept in another way. */
  public static Catalog open(ObjectStore store, TenantId tenant, CatalogOptions options)
      throws IOException {
    return open(store, tenant, options, Pause.RANDOM);
  }

  static Catalog open(ObjectStore store, TenantId tenant, CatalogOptions options, Pause pause)
      throws IOException {
    if (!store.supportsConditionalPut()) {
      throw new UnsupportedOperationException(
          "a catalog needs conditional puts, which " + store + " does not have");
    }
    return new Catalog(new CatalogObjects(store, tenant, pause), options, pause);
  }

  /** The newest version that is known here. Costs nothing. */
  public CatalogVersion current() {
    return state.get().version();
  }

  /**
   * Looks for newer versions.
   *
   * @return the newest one
   * @throws CorruptBlockException if an entry is damaged or missing; {@link #current} stays
   * @throws IOException if the store fails; {@link #current} stays
   */
  public CatalogVersion refresh() throws IOException {
    return latest().version();
  }

  private Followed latest() throws IOException {
    Followed next = follow(state.get());
    return publish(next == null ? load() : next);
  }

  private Followed publish(Followed next) {
    return state.accumulateAndGet(next, (a, b) -> isNewer(a, b) ? a : b);
  }

  private static boolean isNewer(Followed a, Followed b) {
    long byNumber = a.version().number() - b.version().number();
    return byNumber > 0 || byNumber == 0 && a.confirmed().nanos() - b.confirmed().nanos() > 0;
  }

  /** Goes on to the newest version; null if entries may have been cleaned up under way. */
  private @Nullable Followed follow(Followed from) throws IOException {
    CatalogVersion version = from.version();
    while (true) {
      Moment asked = options.now();
      Optional<CatalogEntry> next = objects.entry(version.number() + 1);
      if (options.halfMayHavePassed(from.confirmed())) {
        return null;
      }
      if (next.isEmpty()) {
        return new Followed(version, asked);
      }
      version = objects.apply(version, next.get());
    }
  }

  private Followed load() throws IOException {
    for (int attempt = 1; ; attempt++) {
      Moment asked = options.now();
      CatalogObjects.Base base = objects.base();
      sawCheckpoint(base.version().number());
      Followed end = follow(new Followed(base.version(), asked));
      if (end != null && end.version().number() >= base.newestEntry()) {
        owesCheckpoint |=
            end.version().number() - base.version().number() >= options.checkpointEntries();
        return end;
      }
      if (attempt == MAX_LOADS) {
        throw end == null
            ? new IOException(
                "reading the catalog of tenant "
                    + base.version().tenant()
                    + " took longer than half of the grace of "
                    + options.grace())
            : objects.gap(end.version(), base.newestEntry());
      }
    }
  }

  /**
   * Makes a change, in one step for all who follow.
   *
   * <p>Blocks that were added before, or were added and removed since, are not added again; a
   * change that is made already makes no version. So a commit may be repeated whatever became of
   * it.
   *
   * @return a version that has the change
   * @throws CatalogConflictException if a block that is to be removed is not there; nothing changed
   * @throws io.tempo4j.storage.CommitOutcomeUnknownException if the store left open whether the
   *     change was made, also when it was asked; repeat the commit to know
   * @throws IOException if nothing changed
   */
  public CatalogVersion commit(CatalogChange change) throws IOException {
    UUID commitId = UUID.randomUUID();
    for (int attempt = 1; ; attempt++) {
      Followed base = latest();
      Optional<CatalogChange> rest = change.rest(base.version());
      if (rest.isEmpty()) {
        return base.version();
      }
      CatalogEntry entry =
          new CatalogEntry(
              base.version().number() + 1,
              commitId,
              base.version().commitId(),
              options.clock().instant(),
              rest.get());
      CatalogVersion next = base.version().apply(entry);
      if (objects.store(entry)) {
        if (options.halfMayHavePassed(base.confirmed())) {
          return settle(change, entry);
        }
        publish(new Followed(next, base.confirmed()));
        checkpointIfDue(next);
        return next;
      }
      pause.after(attempt);
    }
  }

  /** What became of an entry that may have been stored behind a checkpoint. */
  private CatalogVersion settle(CatalogChange change, CatalogEntry entry) throws IOException {
    try {
      CatalogVersion version = publish(load()).version();
      if (change.rest(version).isEmpty()) {
        return version;
      }
      throw new IOException("storing it took longer than half of the grace of " + options.grace());
    } catch (IOException e) {
      throw objects.unknown(entry, e);
    }
  }

  /** The commit stands whatever becomes of the checkpoint. */
  private void checkpointIfDue(CatalogVersion version) {
    if (!owesCheckpoint && version.number() % options.checkpointEntries() != 0) {
      return;
    }
    try {
      objects.storeCheckpoint(version);
      owesCheckpoint = false;
    } catch (IOException e) {
      owesCheckpoint = true;
      LOG.log(
          Level.WARNING,
          "Cannot store a checkpoint, trying again with the next commit: {0}",
          e.getMessage());
    }
  }

  /**
   * Deletes entries and checkpoints that nobody needs any more: those behind a sound checkpoint
   * that this object has known for the grace period. To be called from time to time by some
   * processes that commit.
   *
   * @return how many objects were deleted
   * @throws IOException if the store fails; calling again goes on
   */
  public int clean() throws IOException {
    CatalogObjects.Numbers there = objects.numbers();
    if (there.checkpoints().isEmpty()) {
      return 0;
    }
    long kept = checkpointToKeep(new TreeSet<>(there.checkpoints()));
    sawCheckpoint(there.checkpoints().getLast());
    if (kept == 0) {
      return 0;
    }
    int deleted = 0;
    for (long number : there.checkpoints()) {
      if (number < kept) {
        objects.deleteCheckpoint(number);
        deleted++;
      }
    }
    for (long number : there.entries()) {
      if (number <= kept) {
        objects.deleteEntry(number);
        deleted++;
      }
    }
    checkpointsSeen.headMap(kept).clear();
    return deleted;
  }

  private void sawCheckpoint(long number) {
    if (number > 0) {
      checkpointsSeen.putIfAbsent(number, options.now());
    }
  }

  /** The newest sound checkpoint that has been known for the grace period, 0 if there is none. */
  private long checkpointToKeep(Set<Long> there) throws IOException {
    for (Map.Entry<Long, Moment> seen : checkpointsSeen.descendingMap().entrySet()) {
      long number = seen.getKey();
      if (there.contains(number) && options.hasPassed(seen.getValue()) && isSound(number)) {
        return number;
      }
    }
    return 0;
  }

  private boolean isSound(long number) throws IOException {
    try {
      return objects.checkpoint(number).number() == number;
    } catch (CorruptBlockException | NoSuchObjectException e) {
      LOG.log(Level.WARNING, "Keeping what lies behind a checkpoint: {0}", e.getMessage());
      return false;
    }
  }
}
