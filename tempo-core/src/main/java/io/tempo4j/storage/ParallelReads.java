package io.tempo4j.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs what waits for an object store, so many at once and no more, on virtual threads.
 *
 * <p>A task that is cancelled before its turn does not run; one that runs goes on to its end.
 *
 * <p>Thread-safe. After closing, tasks are refused.
 */
public final class ParallelReads implements AutoCloseable {

  private static final long CHECK_MILLIS = 100;

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("tempo4j-read-", 0).factory());
  private final Semaphore turns;

  /**
   * Threads for tasks.
   *
   * @param concurrency most tasks that run at once
   */
  public ParallelReads(int concurrency) {
    turns = new Semaphore(concurrency);
  }

  /**
   * Begins a task, now or when others have ended.
   *
   * @throws java.util.concurrent.RejectedExecutionException if this is closed
   */
  public <T> CompletableFuture<T> begin(Callable<T> task) {
    return begin(task, () -> {});
  }

  /**
   * As {@link #begin(Callable)}.
   *
   * @param ended runs when the task has ended, or has been passed over since it was cancelled
   */
  public <T> CompletableFuture<T> begin(Callable<T> task, Runnable ended) {
    CompletableFuture<T> result = new CompletableFuture<>();
    threads.execute(() -> {
      try {
        run(task, result);
      } finally {
        ended.run();
      }
    });
    return result;
  }

  private <T> void run(Callable<T> task, CompletableFuture<T> result) {
    turns.acquireUninterruptibly();
    try {
      if (!result.isDone()) {
        result.complete(task.call());
      }
    } catch (Throwable e) { // whoever waits must hear of it
      result.completeExceptionally(e);
    } finally {
      turns.release();
    }
  }

  /**
   * Runs tasks at once and returns their results in the order of the tasks.
   *
   * @throws IOException the first one that a task threw, in the order of the tasks; tasks that did
   *     not begin until then are dropped
   */
  public <T> List<T> all(List<? extends Callable<T>> tasks) throws IOException {
    List<CompletableFuture<T>> begun = new ArrayList<>(tasks.size());
    try {
      for (Callable<T> task : tasks) {
        begun.add(begin(task));
      }
      List<T> results = new ArrayList<>(tasks.size());
      for (CompletableFuture<T> one : begun) {
        results.add(await(one));
      }
      return results;
    } finally {
      for (CompletableFuture<T> one : begun) {
        one.cancel(false);
      }
    }
  }

  /**
   * Waits for a task.
   *
   * @throws IOException what the task threw; also if it was cancelled, or this thread is
   *     interrupted, whose status stays set
   */
  public static <T> T await(Future<T> task) throws IOException {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for an object store");
    } catch (CancellationException e) {
      throw new IOException("a read of an object store was cancelled", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IOException(e);
      }
    }
  }

  /**
   * As {@link #await(Future)}, but ends early if {@code check} throws, which is called several
   * times a second; the task goes on.
   */
  public static <T> T await(Future<T> task, Runnable check) throws IOException {
    while (!task.isDone()) {
      try {
        var unused = task.get(CHECK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        check.run();
      } catch (ExecutionException | CancellationException e) {
        break;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return await(task);
  }

  /** Interrupts the tasks under way, and waits for none. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
