package io.tempo4j.storage;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * An object store on the heap, for tests and for programs that need nothing kept. Its content is
 * gone when the store is; closing frees nothing else.
 */
public final class InMemoryObjectStore implements ObjectStore {

  private static final String NAME = "memory";

  private record Stored(byte[] bytes, Instant lastModified) {}

  private final ConcurrentNavigableMap<String, Stored> objects =
      new ConcurrentSkipListMap<>(ObjectKey.ORDER);
  private final Clock clock;
  private volatile boolean closed;

  /** An empty store whose times come from the system clock. */
  public InMemoryObjectStore() {
    this(Clock.systemUTC());
  }

  /** An empty store whose times come from {@code clock}. */
  public InMemoryObjectStore(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void put(String key, ObjectBody body) throws IOException {
    requireUsable(key);
    objects.put(key, new Stored(body.toByteArray(), clock.instant()));
  }

  @Override
  public void putIfAbsent(String key, ObjectBody body) throws IOException {
    requireUsable(key);
    Stored stored = new Stored(body.toByteArray(), clock.instant());
    if (objects.putIfAbsent(key, stored) != null) {
      throw new PreconditionFailedException(key, NAME);
    }
  }

  @Override
  public boolean supportsConditionalPut() {
    return true;
  }

  @Override
  public byte[] get(String key) throws IOException {
    return find(key).bytes().clone();
  }

  @Override
  public void read(String key, long offset, byte[] target, int targetOffset, int length)
      throws IOException {
    requireUsable(key);
    ReadRange.check(offset, target, targetOffset, length);
    if (length == 0) {
      return;
    }
    byte[] bytes = find(key).bytes();
    if (length > bytes.length - offset) {
      throw ReadRange.beyondEnd(key, NAME, bytes.length, offset, length);
    }
    System.arraycopy(bytes, (int) offset, target, targetOffset, length);
  }

  @Override
  public long size(String key) throws IOException {
    return find(key).bytes().length;
  }

  @Override
  public ListPage list(ListRequest request) {
    requireOpen();
    PageBuilder page = new PageBuilder(request);
    String from = request.prefix();
    if (request.continuation().isPresent()) {
      String last = request.continuation().get();
      from = last.endsWith("/") ? behind(last) : last;
    }
    Map.Entry<String, Stored> entry = objects.ceilingEntry(from);
    while (entry != null && entry.getKey().startsWith(request.prefix())) {
      String key = entry.getKey();
      Optional<String> folder = page.commonPrefix(key);
      if (page.wants(key)) {
        Stored stored = entry.getValue();
        boolean added =
            folder.isPresent()
                ? page.addCommonPrefix(folder.get())
                : page.add(new ObjectSummary(key, stored.bytes().length, stored.lastModified()));
        if (!added) {
          break;
        }
      }
      entry =
          folder.isPresent()
              ? objects.ceilingEntry(behind(folder.get()))
              : objects.higherEntry(key);
    }
    return page.build();
  }

  /** The smallest string behind all that begin with {@code folder}, which ends with a slash. */
  private static String behind(String folder) {
    return folder.substring(0, folder.length() - 1) + (char) ('/' + 1);
  }

  @Override
  public void delete(String key) {
    requireUsable(key);
    objects.remove(key);
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public String toString() {
    return NAME;
  }

  private Stored find(String key) throws NoSuchObjectException {
    requireUsable(key);
    Stored stored = objects.get(key);
    if (stored == null) {
      throw new NoSuchObjectException(key, NAME);
    }
    return stored;
  }

  private void requireUsable(String key) {
    requireOpen();
    ObjectKey.requireValid(key);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the object store in memory is closed");
    }
  }
}
