package io.tempo4j.storage;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps on disk what was read of another store: ranges of objects, and whole ones. For stores that
 * lie far away.
 *
 * <p>Only objects that never change may be cached; writing or deleting one here forgets it. Bounded
 * by bytes on disk: what was not used longest goes first. Every file is checked when it is read;
 * one that is damaged, or a disk that fails, costs a read of the store and nothing else. What is
 * there survives a restart. The folder belongs to one cache at a time.
 *
 * <p>Thread-safe. Closing closes the store behind and gives the folder back; the files stay.
 */
public final class DiskCache extends ForwardingObjectStore {

  private static final Logger LOG = System.getLogger(DiskCache.class.getName());

  private static final int DIGITS = 16;
  private static final String SUFFIX = ".range";
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{" + DIGITS + "}\\" + SUFFIX);

  /** A larger range or object is not kept. */
  private static final int MAX_RANGE_BYTES = 16 << 20;

  private final FolderLock folder;
  private final long maxBytes;
  private final Predicate<String> isCacheable;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final AtomicLong files = new AtomicLong();
  private final AtomicBoolean readsFail = new AtomicBoolean();
  private final AtomicBoolean writesFail = new AtomicBoolean();
  private final ReentrantLock lock = new ReentrantLock();

  // guarded by the lock; no file is touched under it
  private final Map<Path, CachedRange> byUse = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, List<CachedRange>> byKey = new HashMap<>();
  private long bytes;
  private long forgets;

  private volatile boolean isClosed;

  private DiskCache(
      ObjectStore store, FolderLock folder, long maxBytes, Predicate<String> isCacheable) {
    super(store);
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.isCacheable = isCacheable;
  }

  /**
   * Opens a cache of {@code store}, which it then owns.
   *
   * @param folder where files are kept; made if missing, other files in it stay
   * @param maxBytes most bytes of files, at least 0
   * @param isCacheable whether the object of a key never changes
   * @throws FolderInUseException if another cache has the folder
   * @throws IOException if the folder cannot be made, written to or read; the store stays open
   */
  public static DiskCache open(
      ObjectStore store, Path folder, long maxBytes, Predicate<String> isCacheable)
      throws IOException {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("maxBytes must not be negative, got " + maxBytes);
    }
    FolderLock lock = FolderLock.acquire(folder);
    DiskCache cache = new DiskCache(store, lock, maxBytes, isCacheable);
    try {
      cache.takeOver();
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
    return cache;
  }

  /**
   * Counts since the cache was opened, and what it holds now.
   *
   * @param hits reads that the disk answered
   * @param misses reads that the store answered
   * @param failures files that were damaged, or could not be read or written
   * @param bytes bytes of files
   */
  public record Stats(long hits, long misses, long failures, long bytes) {}

  /** What happened so far. */
  public Stats stats() {
    lock.lock();
    try {
      return new Stats(hits.sum(), misses.sum(), failures.sum(), bytes);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public byte[] get(String key) throws IOException {
    if (isClosed || !isCacheable.test(key)) {
      return store.get(key);
    }
    CachedRange whole = find(key, range -> range.isWhole());
    byte[] file = whole == null ? null : load(whole);
    if (whole != null && file != null) {
      return java.util.Arrays.copyOfRange(file, file.length - whole.length(), file.length);
    }
    misses.increment();
    long before = forgotten();
    byte[] read = store.get(key);
    keep(new CachedRange(key, 0, read.length, true, nextFile()), read, 0, before);
    return read;
  }

  @Override
  public void read(String key, long offset, byte[] target, int targetOffset, int length)
      throws IOException {
    ReadRange.check(offset, target, targetOffset, length);
    if (length == 0 || isClosed || !isCacheable.test(key)) {
      store.read(key, offset, target, targetOffset, length);
      return;
    }
    CachedRange range = find(key, one -> one.contains(offset, length));
    byte[] file = range == null ? null : load(range);
    if (range != null && file != null) {
      int at = file.length - range.length() + (int) (offset - range.offset());
      System.arraycopy(file, at, target, targetOffset, length);
      return;
    }
    misses.increment();
    long before = forgotten();
    store.read(key, offset, target, targetOffset, length);
    keep(new CachedRange(key, offset, length, false, nextFile()), target, targetOffset, before);
  }

  @Override
  public boolean isNear(String key, long offset, int length) {
    return find(key, one -> one.contains(offset, length)) != null;
  }

  @Override
  public void put(String key, ObjectBody body) throws IOException {
    try {
      store.put(key, body);
    } finally {
      forget(key);
    }
  }

  @Override
  public void putIfAbsent(String key, ObjectBody body) throws IOException {
    try {
      store.putIfAbsent(key, body);
    } finally {
      forget(key);
    }
  }

  @Override
  public void delete(String key) throws IOException {
    try {
      store.delete(key);
    } finally {
      forget(key);
    }
  }

  @Override
  public void close() throws IOException {
    isClosed = true;
    try (folder) {
      store.close();
    }
  }

  // ---- files

  private byte @Nullable [] load(CachedRange range) {
    try {
      byte[] file = CachedRangeFile.read(range);
      hits.increment();
      readsFail.setPlain(false);
      return file;
    } catch (IOException e) {
      if (!Thread.currentThread().isInterrupted()) {
        remove(range);
        failed("Forgetting a file of the disk cache", e, readsFail);
      }
      return null;
    }
  }

  private Path nextFile() {
    return folder.folder().resolve("%016x".formatted(files.getAndIncrement()) + SUFFIX);
  }

  /**
   * Keeps what was read.
   *
   * @param before {@link #forgotten} from before it was read: what has been forgotten since may be
   *     what was read
   */
  private void keep(CachedRange range, byte[] from, int at, long before) {
    if (range.length() > MAX_RANGE_BYTES || range.fileBytes() > maxBytes) {
      return;
    }
    deleteAll(makeRoom(range));
    try {
      CachedRangeFile.write(range, from, at);
      writesFail.setPlain(false);
      deleteAll(add(range, before));
    } catch (IOException e) {
      failed("Not keeping " + range.key() + " on disk", e, writesFail);
    }
  }

  /** Warns of the first failure in a row: a disk that is full would fill the log. */
  private void failed(String what, IOException e, AtomicBoolean already) {
    Level level = already.getAndSet(true) ? Level.DEBUG : Level.WARNING;
    failures.increment();
    LOG.log(level, "{0}: {1}", what, IoReasons.of(e));
  }

  /** Finds the files of an earlier life. */
  private void takeOver() throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder.folder())) {
      for (Path file : (Iterable<Path>) all::iterator) {
        String name = file.getFileName().toString();
        if (name.endsWith(CachedRangeFile.UNFINISHED)) {
          Files.deleteIfExists(file);
        } else if (NAME.matcher(name).matches()) {
          found.add(file);
        }
      }
    }
    found.sort(null); // oldest first: names are numbers
    for (Path file : found) {
      String name = file.getFileName().toString();
      files.set(Long.parseUnsignedLong(name.substring(0, DIGITS), 16) + 1);
      CachedRange range = CachedRangeFile.open(file).orElse(null);
      if (range == null || !isCacheable.test(range.key())) {
        Files.deleteIfExists(file);
      } else {
        deleteAll(makeRoom(range));
        deleteAll(add(range, forgotten()));
      }
    }
  }

  private void remove(CachedRange range) {
    lock.lock();
    try {
      drop(range);
    } finally {
      lock.unlock();
    }
    deleteAll(List.of(range));
  }

  @Override
  public void forget(String key) {
    List<CachedRange> forgotten;
    lock.lock();
    try {
      forgets++;
      forgotten = List.copyOf(byKey.getOrDefault(key, List.of()));
      forgotten.forEach(this::drop);
    } finally {
      lock.unlock();
    }
    deleteAll(forgotten);
    super.forget(key);
  }

  private void deleteAll(List<CachedRange> ranges) {
    for (CachedRange range : ranges) {
      try {
        Files.deleteIfExists(range.file());
      } catch (IOException e) {
        failures.increment();
      }
    }
  }

  // ---- what is there

  private @Nullable CachedRange find(String key, Predicate<CachedRange> isWanted) {
    lock.lock();
    try {
      for (CachedRange range : byKey.getOrDefault(key, List.of())) {
        if (isWanted.test(range)) {
          byUse.get(range.file());
          return range;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Lets go of what was not used longest; the caller deletes the files. */
  private List<CachedRange> makeRoom(CachedRange range) {
    List<CachedRange> dropped = new ArrayList<>();
    lock.lock();
    try {
      dropOldest(maxBytes - range.fileBytes(), dropped);
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  private void dropOldest(long most, List<CachedRange> dropped) {
    while (bytes > most) {
      CachedRange oldest = byUse.values().iterator().next();
      drop(oldest);
      dropped.add(oldest);
    }
  }

  /** How often something was forgotten. */
  private long forgotten() {
    lock.lock();
    try {
      return forgets;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds a range whose file is there, in place of those that lie in it, unless something has been
   * forgotten since it was read; the caller deletes the files of what is not there then.
   */
  private List<CachedRange> add(CachedRange range, long before) {
    List<CachedRange> replaced = new ArrayList<>();
    lock.lock();
    try {
      if (forgets != before) {
        return List.of(range);
      }
      for (CachedRange other : List.copyOf(byKey.getOrDefault(range.key(), List.of()))) {
        if (range.contains(other.offset(), other.length())
            && (range.isWhole() || !other.isWhole())) {
          drop(other);
          replaced.add(other);
        }
      }
      byUse.put(range.file(), range);
      byKey.computeIfAbsent(range.key(), key -> new ArrayList<>()).add(range);
      bytes += range.fileBytes();
      dropOldest(maxBytes, replaced); // others may have written meanwhile
      return replaced;
    } finally {
      lock.unlock();
    }
  }

  private void drop(CachedRange range) {
    if (byUse.remove(range.file()) == null) {
      return;
    }
    bytes -= range.fileBytes();
    List<CachedRange> ofKey = byKey.get(range.key());
    if (ofKey != null) {
      ofKey.remove(range);
      if (ofKey.isEmpty()) {
        byKey.remove(range.key());
      }
    }
  }
}
