package io.tempo4j.engine;

import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.storage.FolderLock;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
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
  private @Nullable StoreUnavailableException unavailable;
  private @Nullable Path folder;
  private @Nullable WriteAheadLog wal;
  private TraceStoreOptions options = TraceStoreOptions.defaults();
  private @Nullable MemoryPlan memory;
  private InstantSource clock = Clock.systemUTC();
  private LongSupplier nanoClock = System::nanoTime;
  private Supplier<UUID> blockIds = UUID::randomUUID;
  private Duration storePatience = Duration.ofSeconds(5);
  private ThreadFactory threads = Thread.ofPlatform().daemon().name("tempo4j-", 0).factory();

  TraceStoreBuilder() {}

  /** Keeps blocks in {@code store}, which the trace store then owns. */
  public TraceStoreBuilder blocks(ObjectStore store) {
    this.blocks = store;
    return this;
  }

  /**
   * Keeps blocks in a store that is known to be unavailable: the trace store opens with what its
   * log and local files hold, and goes on asking for the store's blocks.
   *
   * @param why what was tried, for those who ask
   */
  public TraceStoreBuilder unavailableBlocks(ObjectStore store, StoreUnavailableException why) {
    this.unavailable = why;
    return blocks(store);
  }

  /**
   * Keeps blocks in the folder {@code blocks} of {@code folder}. {@link #open} makes it if it is
   * missing, and locks it against other writers until the store is closed.
   */
  public TraceStoreBuilder folder(Path folder) {
    this.folder = folder;
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

  /** Takes the time that is noted in blocks from {@code clock}. */
  public TraceStoreBuilder clock(InstantSource clock) {
    this.clock = clock;
    return this;
  }

  /**
   * Measures how old heads are by {@code nanos}: a clock that never jumps, such as {@link
   * System#nanoTime}, whose differences alone have a meaning.
   */
  public TraceStoreBuilder nanoClock(LongSupplier nanos) {
    this.nanoClock = nanos;
    return this;
  }

  /** Takes the ids of new blocks from {@code ids}; each must be new in the object store. */
  public TraceStoreBuilder blockIds(Supplier<UUID> ids) {
    this.blockIds = ids;
    return this;
  }

  /**
   * How long the object store may let a start wait for its next answer; after that the start goes
   * on with what is local, and asks on in the background. Five seconds unless said.
   */
  public TraceStoreBuilder storePatience(Duration patience) {
    this.storePatience = patience;
    return this;
  }

  /** Makes the store's threads with {@code factory}; they end when the store is closed at last. */
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

  Duration storePatience() {
    return storePatience;
  }

  InstantSource clock() {
    return clock;
  }

  LongSupplier nanoClock() {
    return nanoClock;
  }

  Supplier<UUID> blockIds() {
    return blockIds;
  }

  /**
   * Opens the store: reads which blocks there are and takes over what the log holds. An object
   * store that is unavailable, or does not answer, is asked again later, if the log has a folder.
   * If opening fails, the object store and the log that were given are closed, and no folder stays
   * locked.
   *
   * @throws IllegalStateException if it was not said where blocks go or what makes appends durable
   * @throws io.tempo4j.storage.FolderInUseException if another store has the folder open
   * @throws IOException if the folder cannot be made or written to, or if the object store or the
   *     log cannot be read
   */
  public TraceStore open() throws IOException {
    ObjectStore store = blocks;
    WriteAheadLog log = wal;
    FolderLock lock = null;
    Workers workers = null;
    SealedBlocks sealed = null;
    try {
      if ((store == null) == (folder == null) || log == null) {
        throw new IllegalStateException(
            "a trace store needs either blocks(…) or folder(…), and wal(…) or withoutWal()");
      }
      if (folder != null) {
        lock = FolderLock.acquire(folder);
        store = LocalObjectStore.open(folder.resolve("blocks"));
      }
      workers = new Workers(threads, Flusher.smallAtOnce(memory().flush()), lock);
      Path logFolder = log.folder().orElse(null);
      sealed = logFolder == null ? null : SealedBlocks.open(logFolder);
      TraceStore opened = new TraceStore(this, Objects.requireNonNull(store), log, sealed, workers);
      opened.start(unavailable);
      return opened;
    } catch (IOException | RuntimeException | Error e) {
      closeAfter(e, workers, sealed, log, store, lock);
      throw e;
    }
  }

  /** What fails while closing must not hide why opening failed. */
  private static void closeAfter(Throwable failure, @Nullable AutoCloseable... opened) {
    for (AutoCloseable one : opened) {
      try {
        if (one != null) {
          one.close();
        }
      } catch (Exception e) {
        failure.addSuppressed(e);
      }
    }
  }
}
