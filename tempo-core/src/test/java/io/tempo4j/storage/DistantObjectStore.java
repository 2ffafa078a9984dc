package io.tempo4j.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A store that wants to be read like one far away, and remembers what it was asked for. Closing
 * closes nothing, so that another trace store can be opened on the same objects.
 */
public final class DistantObjectStore extends ForwardingObjectStore {

  /** One request for bytes; the length is -1 for a whole object and for its size. */
  public record Request(String key, long offset, long length) {}

  private final ReadPolicy policy;
  private final AtomicInteger failing = new AtomicInteger();
  private volatile @Nullable Together together;
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /** The objects of {@code store}, to be read as {@code policy} says. */
  public DistantObjectStore(ObjectStore store, ReadPolicy policy) {
    super(store);
    this.policy = policy;
  }

  /** Lets so many of the next reads of ranges fail. */
  public void failReads(int count) {
    failing.set(count);
  }

  /**
   * Lets reads of keys with this ending wait for each other: so many must be under way at once, or
   * all of them fail after a while.
   */
  public void answerTogether(String ending, int count) {
    together = new Together(ending, new CyclicBarrier(count));
  }

  private record Together(String ending, CyclicBarrier barrier) {}

  private void meet(String key) throws IOException {
    Together meeting = together;
    if (meeting == null || !key.endsWith(meeting.ending)) {
      return;
    }
    try {
      meeting.barrier.await(60, TimeUnit.SECONDS);
    } catch (BrokenBarrierException | TimeoutException e) {
      throw new IOException("nobody else reads at the same time as " + key, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  /** The requests since the last call. */
  public List<Request> takeRequests() {
    List<Request> taken = List.copyOf(requests);
    requests.removeAll(taken);
    return taken;
  }

  @Override
  public ReadPolicy readPolicy() {
    return policy;
  }

  @Override
  public byte[] get(String key) throws IOException {
    requests.add(new Request(key, 0, -1));
    meet(key);
    return store.get(key);
  }

  @Override
  public void read(String key, long offset, byte[] target, int targetOffset, int length)
      throws IOException {
    requests.add(new Request(key, offset, length));
    if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IOException("a read that fails, of " + key);
    }
    meet(key);
    store.read(key, offset, target, targetOffset, length);
  }

  @Override
  public long size(String key) throws IOException {
    requests.add(new Request(key, 0, -1));
    return store.size(key);
  }

  @Override
  public ListPage list(ListRequest request) throws IOException {
    requests.add(new Request("list " + request.prefix(), 0, -1));
    return store.list(request);
  }

  @Override
  public void close() {}
}
