package io.tempo4j.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Sends a read again that is not answered in time, and takes the answer that comes first. One slow
 * server of many then does not make a query slow.
 *
 * <p>Reads and sizes alone; whatever writes or lists is sent once. What one attempt says about the
 * object itself (it is missing, or ends too early) counts at once; another failure counts when no
 * attempt is left. Attempts that are not needed any more are interrupted.
 *
 * <p>Thread-safe. Closing closes the store behind.
 */
public final class HedgedObjectStore extends ForwardingObjectStore {

  private final long patienceNanos;
  private final int maxAttempts;
  private final LongAdder hedged = new LongAdder();

  /**
   * A store that asks {@code store}, which it owns.
   *
   * @param patience how long an answer may take before the request is sent once more; positive
   * @param maxAttempts how often a request is sent at most, the first time included; at least 1
   */
  public HedgedObjectStore(ObjectStore store, Duration patience, int maxAttempts) {
    super(store);
    if (patience.isNegative() || patience.isZero() || maxAttempts < 1) {
      throw new IllegalArgumentException(
          "patience and attempts must be positive, got " + patience + " and " + maxAttempts);
    }
    this.patienceNanos = patience.toNanos();
    this.maxAttempts = maxAttempts;
  }

  /** Requests that were sent once more so far. */
  public long hedgedRequests() {
    return hedged.sum();
  }

  @Override
  public byte[] get(String key) throws IOException {
    return first(() -> store.get(key));
  }

  @Override
  public long size(String key) throws IOException {
    return first(() -> store.size(key));
  }

  @Override
  public void read(String key, long offset, byte[] target, int targetOffset, int length)
      throws IOException {
    ReadRange.check(offset, target, targetOffset, length);
    // An attempt that comes second may still write when the caller has its bytes.
    byte[] bytes =
        first(() -> {
          byte[] own = new byte[length];
          store.read(key, offset, own, 0, length);
          return own;
        });
    System.arraycopy(bytes, 0, target, targetOffset, length);
  }

  /** What one attempt came to. */
  private record Outcome<T>(@Nullable T value, @Nullable Throwable failure) {}

  private <T> T first(Callable<T> attempt) throws IOException {
    BlockingQueue<Outcome<T>> outcomes = new LinkedBlockingQueue<>();
    List<Thread> attempts = new ArrayList<>(maxAttempts);
    attempts.add(begin(attempt, outcomes));
    int failed = 0;
    try {
      while (true) {
        boolean mayHedge = attempts.size() < maxAttempts;
        Outcome<T> outcome =
            mayHedge ? outcomes.poll(patienceNanos, TimeUnit.NANOSECONDS) : outcomes.take();
        if (outcome == null) {
          hedged.increment();
          attempts.add(begin(attempt, outcomes));
          continue;
        }
        T value = outcome.value();
        if (value != null) {
          return value;
        }
        failed++;
        Throwable failure = outcome.failure();
        if (failed == attempts.size()
            || failure instanceof NoSuchObjectException
            || failure instanceof EOFException) {
          throw rethrown(failure);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + store);
    } finally {
      attempts.forEach(Thread::interrupt);
    }
  }

  private static <T> Thread begin(Callable<T> attempt, BlockingQueue<Outcome<T>> outcomes) {
    return Thread.ofVirtual()
        .name("tempo4j-hedge")
        .start(() -> {
          try {
            outcomes.add(new Outcome<>(attempt.call(), null));
          } catch (Throwable e) { // whoever waits must hear of it
            outcomes.add(new Outcome<>(null, e));
          }
        });
  }

  private static IOException rethrown(@Nullable Throwable failure) {
    return switch (failure) {
      case IOException io -> io;
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      case null, default -> new IOException(failure);
    };
  }
}
