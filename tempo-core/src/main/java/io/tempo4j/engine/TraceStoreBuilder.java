package io.tempo4j.engine;

import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.storage.FolderLock;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link TraceStore} and opens it.
 *
 * <p>Needed: where blocks go ({@link #blocks} or {@link #folder}) and what makes appends durable
 * ({@link #wal} or {@link #withoutWal}). Not thread-safe; used once.
 */
public final class TraceStoreBuilder {

  private @Nullable ObjectStore blocks;
  private @Nullable FolderLock folderLock;
  private @Nullable WriteAheadLog wal;
  private TraceStoreOptions options = TraceStoreOptions.defaults();
  private @Nullable MemoryPlan memory;
  private InstantSource clock = Clock.systemUTC();
  private Supplier<UUID> blockIds = UUID::randomUUID;
  private ThreadFactory threads = Thread.ofPlatform().daemon().name("tempo4j-", 0).factory();

  TraceStoreBuilder() {}

  /** Keeps blocks in {@code store}, which the trace store then owns. */
  public TraceStoreBuilder blocks(ObjectStore store) {
    this.blocks = store;
    return this;
  }

  /**
   * Keeps blocks in the folder {@code blocks} of {@code folder}, which is made if it is missing and
   * locked against other writers until the store is closed.
   *
   * @throws io.tempo4j.storage.FolderInUseException if another store has it open
   * @throws IOException if it cannot be made or written to
   */
  public TraceStoreBuilder folder(Path folder) throws IOException {
    FolderLock lock = FolderLock.acquire(folder);
    try {
      this.blocks = LocalObjectStore.open(folder.resolve("blocks"));
      this.folderLock = lock;
    } finally {
      if (folderLock == null) {
        lock.close();
      }
    }
    return this;
  }

  /** Keeps spans in {@code log} until their block is visible; the trace store then owns it. */
  public TraceStoreBuilder wal(WriteAheadLog log) {
    this.wal = log;
    return this;
  }

  /**
   * Keeps no log: spans are durable when a flush returns, and lost if the process ends before. For
   * tests, and for data that can be sent again.
   */
  public TraceStoreBuilder withoutWal() {
    this.wal = new NoLog();
    return this;
  }

  /** Uses other options than {@link TraceStoreOptions#defaults}. */
  public TraceStoreBuilder options(TraceStoreOptions options) {
    this.options = options;
    return this;
  }

  /**
   * Holds no more memory than {@code plan} allows, which is then this store's; without it, what
   * {@link MemoryPlan#halfOfThisProcess} allows.
   */
  public TraceStoreBuilder memory(MemoryPlan plan) {
    this.memory = plan;
    return this;
  }

  /** Takes the time from {@code clock}: ages of heads, times noted in blocks. */
  public TraceStoreBuilder clock(InstantSource clock) {
    this.clock = clock;
    return this;
  }

  /** Takes the ids of new blocks from {@code ids}; each must be new in the object store. */
  public TraceStoreBuilder blockIds(Supplier<UUID> ids) {
    this.blockIds = ids;
    return this;
  }

  /** Makes the store's two threads with {@code factory}; they end when the store is closed. */
  public TraceStoreBuilder threads(ThreadFactory factory) {
    this.threads = factory;
    return this;
  }

  TraceStoreOptions options() {
    return options;
  }

  MemoryPlan memory() {
    return memory == null ? MemoryPlan.halfOfThisProcess() : memory;
  }

  InstantSource clock() {
    return clock;
  }

  Supplier<UUID> blockIds() {
    return blockIds;
  }

  /**
   * Opens the store: reads which blocks there are and takes over what the log holds.
   *
   * @throws IllegalStateException if it was not said where blocks go or what makes appends durable
   * @throws IOException if the object store or the log cannot be read; both are closed then
   */
  public TraceStore open() throws IOException {
    ObjectStore store = blocks;
    WriteAheadLog log = wal;
    if (store == null || log == null) {
      throw new IllegalStateException(
          "a trace store needs blocks(…) or folder(…), and wal(…) or withoutWal()");
    }
    Workers workers = new Workers(threads, folderLock);
    TraceStore opened = new TraceStore(this, store, log, workers);
    boolean started = false;
    try {
      opened.start();
      started = true;
      return opened;
    } finally {
      if (!started) {
        closeAll(store, log, workers);
      }
    }
  }

  private static void closeAll(ObjectStore store, WriteAheadLog log, Workers workers)
      throws IOException {
    try (store;
        log) {
      workers.close();
    }
  }
}
