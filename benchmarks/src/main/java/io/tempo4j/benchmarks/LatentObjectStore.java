package io.tempo4j.benchmarks;

import io.tempo4j.storage.ForwardingObjectStore;
import io.tempo4j.storage.ListPage;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ReadPolicy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A store that takes its time to answer, as one behind a network does, and counts what it is asked.
 * Closing closes nothing.
 */
final class LatentObjectStore extends ForwardingObjectStore {

  private final Duration latency;
  private final long nanosPerMegabyte;
  private final ReadPolicy policy;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * A store.
   *
   * @param latency how long a request takes
   * @param megabytesPerSecond how fast the bytes of an answer come then; 0 for at once
   */
  LatentObjectStore(
      ObjectStore store, Duration latency, int megabytesPerSecond, ReadPolicy policy) {
    super(store);
    this.latency = latency;
    this.nanosPerMegabyte = megabytesPerSecond == 0 ? 0 : 1_000_000_000L / megabytesPerSecond;
    this.policy = policy;
  }

  long requests() {
    return requests.get();
  }

  /** Bytes of ranges. */
  long bytes() {
    return bytes.get();
  }

  private void answer() throws IOException {
    answer(0);
  }

  private void answer(long length) throws IOException {
    requests.incrementAndGet();
    bytes.addAndGet(length);
    try {
      Thread.sleep(latency.plusNanos(length * nanosPerMegabyte / 1_000_000));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  @Override
  public void put(String key, ObjectBody body) throws IOException {
    answer();
    store.put(key, body);
  }

  @Override
  public void putIfAbsent(String key, ObjectBody body) throws IOException {
    answer();
    store.putIfAbsent(key, body);
  }

  @Override
  public byte[] get(String key) throws IOException {
    answer();
    return store.get(key);
  }

  @Override
  public void read(String key, long offset, byte[] target, int targetOffset, int length)
      throws IOException {
    answer(length);
    store.read(key, offset, target, targetOffset, length);
  }

  @Override
  public long size(String key) throws IOException {
    answer();
    return store.size(key);
  }

  @Override
  public ListPage list(ListRequest request) throws IOException {
    answer();
    return store.list(request);
  }

  @Override
  public void delete(String key) throws IOException {
    answer();
    store.delete(key);
  }

  @Override
  public ReadPolicy readPolicy() {
    return policy;
  }

  @Override
  public void close() {}
}
