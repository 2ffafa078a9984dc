package io.tempo4j.catalog;

import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.CommitOutcomeUnknownException;
import io.tempo4j.storage.ListPage;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.NoSuchObjectException;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ObjectSummary;
import io.tempo4j.storage.PreconditionFailedException;
import io.tempo4j.storage.StoreUnavailableException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The objects of one tenant's catalog.
 *
 * <p>Thread-safe.
 */
final class CatalogObjects {

  private static final Logger LOG = System.getLogger(CatalogObjects.class.getName());

  private static final String ENTRY = ".entry";
  private static final String CHECKPOINT = ".checkpoint";
  private static final int MAX_ATTEMPTS = 5;

  private final ObjectStore store;
  private final TenantId tenant;
  private final Pause pause;
  private final String folder;

  CatalogObjects(ObjectStore store, TenantId tenant, Pause pause) {
    this.store = store;
    this.tenant = tenant;
    this.pause = pause;
    this.folder = tenant.value() + "/catalog/";
  }

  /** The newest first: names count down. */
  private String key(long number, String kind) {
    return folder + HexFormat.of().toHexDigits(Long.MAX_VALUE - number) + kind;
  }

  /** The number in a key of a kind, 0 if it is of another one. */
  private long number(String key, String kind) {
    int start = folder.length();
    if (!key.endsWith(kind) || key.length() != start + 16 + kind.length()) {
      return 0;
    }
    try {
      long number = Long.MAX_VALUE - HexFormat.fromHexDigitsToLong(key, start, start + 16);
      return number > 0 && key.equals(key(number, kind)) ? number : 0;
    } catch (IllegalArgumentException e) {
      return 0; // something else keeps things here too
    }
  }

  /** An entry, empty if there is none with this number, or none any more. */
  Optional<CatalogEntry> entry(long number) throws IOException {
    String key = key(number, ENTRY);
    byte[] bytes;
    try {
      bytes = store.get(key);
    } catch (NoSuchObjectException e) {
      return Optional.empty();
    }
    return Optional.of(CatalogFormat.readEntry(bytes, key, tenant, number));
  }

  /** The version that an entry makes of the one before. */
  CatalogVersion apply(CatalogVersion version, CatalogEntry entry) throws CorruptBlockException {
    try {
      return version.apply(entry);
    } catch (IllegalArgumentException e) {
      throw new CorruptBlockException(
          key(entry.number(), ENTRY), 0, "an entry for " + version, String.valueOf(e.getMessage()));
    }
  }

  CatalogVersion checkpoint(long number) throws IOException {
    String key = key(number, CHECKPOINT);
    return CatalogFormat.readCheckpoint(store.get(key), key, tenant, number);
  }

  /** Stores a checkpoint, unless there is one of this version. */
  void storeCheckpoint(CatalogVersion version) throws IOException {
    try {
      store.putIfAbsent(
          key(version.number(), CHECKPOINT), ObjectBody.of(CatalogFormat.write(version)));
    } catch (PreconditionFailedException e) {
      // what is there says the same
    }
  }

  /**
   * Where to start.
   *
   * @param version that of the newest sound checkpoint, or the empty one
   * @param newestEntry the largest number of an entry behind it that was listed, 0 if there is none
   */
  record Base(CatalogVersion version, long newestEntry) {}

  /** Finds the newest checkpoint: one list, and the checkpoint itself. */
  Base base() throws IOException {
    long newestEntry = 0;
    ListRequest request = ListRequest.children(folder);
    while (true) {
      ListPage page = store.list(request);
      for (ObjectSummary object : page.objects()) {
        newestEntry = Math.max(newestEntry, number(object.key(), ENTRY));
        long number = number(object.key(), CHECKPOINT);
        if (number > 0) {
          try {
            return new Base(checkpoint(number), newestEntry);
          } catch (NoSuchObjectException e) {
            newestEntry = Math.max(newestEntry, number); // a newer one has come
          } catch (CorruptBlockException e) {
            LOG.log(Level.WARNING, "Reading an older checkpoint: {0}", e.getMessage());
            newestEntry = Math.max(newestEntry, number);
          }
        }
      }
      if (page.continuation().isEmpty()) {
        return new Base(CatalogVersion.empty(tenant), newestEntry);
      }
      request = request.after(page);
    }
  }

  /** What is wrong with a catalog that ends before an entry that it has. */
  CorruptBlockException gap(CatalogVersion end, long newestEntry) {
    return new CorruptBlockException(
        key(end.number() + 1, ENTRY),
        0,
        "an entry, since there is number " + newestEntry,
        "none; the catalog can be rebuilt from the blocks");
  }

  /**
   * Stores an entry, unless there is one with its number.
   *
   * @return whether the entry with this number is this one
   * @throws CommitOutcomeUnknownException if nobody knows whether it is, or will be
   * @throws IOException if it is not, and will not be
   */
  boolean store(CatalogEntry entry) throws IOException {
    String key = key(entry.number(), ENTRY);
    ObjectBody body = ObjectBody.of(CatalogFormat.write(tenant, entry));
    boolean mayBeStored = false;
    for (int attempt = 1; ; attempt++) {
      IOException failure;
      boolean isTaken = false;
      try {
        store.putIfAbsent(key, body);
        return true;
      } catch (PreconditionFailedException e) {
        failure = e;
        isTaken = true; // perhaps by a request of ours whose answer was lost
      } catch (CommitOutcomeUnknownException | StoreUnavailableException e) {
        failure = e;
        mayBeStored = true;
      } catch (IOException e) {
        if (!mayBeStored) {
          throw e;
        }
        failure = e;
      }
      try {
        Optional<CatalogEntry> found = entry(entry.number());
        if (found.isPresent()) {
          return found.get().commitId().equals(entry.commitId());
        }
        if (isTaken && !mayBeStored) {
          return false; // another one was there, and is behind a checkpoint meanwhile
        }
      } catch (CorruptBlockException e) {
        throw e;
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
      // Nothing there yet: a request under way may still store it, so only the same entry may
      // follow.
      if (attempt == MAX_ATTEMPTS) {
        throw mayBeStored || isTaken ? unknown(entry, failure) : failure;
      }
      try {
        pause.after(attempt);
      } catch (InterruptedIOException e) {
        throw mayBeStored ? unknown(entry, e) : e;
      }
    }
  }

  /** What there is, ascending. */
  record Numbers(List<Long> entries, List<Long> checkpoints) {}

  /** All numbers of entries and checkpoints. */
  Numbers numbers() throws IOException {
    List<Long> entries = new ArrayList<>();
    List<Long> checkpoints = new ArrayList<>();
    ListRequest request = ListRequest.children(folder);
    while (true) {
      ListPage page = store.list(request);
      for (ObjectSummary object : page.objects()) {
        add(entries, number(object.key(), ENTRY));
        add(checkpoints, number(object.key(), CHECKPOINT));
      }
      if (page.continuation().isEmpty()) {
        return new Numbers(entries.reversed(), checkpoints.reversed());
      }
      request = request.after(page);
    }
  }

  private static void add(List<Long> numbers, long number) {
    if (number > 0) {
      numbers.add(number);
    }
  }

  void deleteEntry(long number) throws IOException {
    store.delete(key(number, ENTRY));
  }

  void deleteCheckpoint(long number) throws IOException {
    store.delete(key(number, CHECKPOINT));
  }

  /** What an outcome that nobody can find out is called. */
  CommitOutcomeUnknownException unknown(CatalogEntry entry, Throwable cause) {
    return new CommitOutcomeUnknownException(key(entry.number(), ENTRY), store.toString(), cause);
  }
}
