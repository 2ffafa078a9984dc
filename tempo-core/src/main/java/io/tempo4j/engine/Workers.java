package io.tempo4j.engine;

import io.tempo4j.storage.FolderLock;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a store, one for each duty but the writing of small blocks, and the lock of its
 * folder if it has one.
 */
final class Workers implements AutoCloseable {

  private static final Logger LOG = System.getLogger(Workers.class.getName());
  private static final int LARGEST_BACKOFF = 6; // doublings

  /** Something to do at the end. */
  interface Ending extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  private final ExecutorService flushes;
  private final ExecutorService smallFlushes;
  private final ExecutorService uploads;
  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService repairs;
  private final @Nullable FolderLock folderLock;

  Workers(ThreadFactory threads, int smallFlushes, @Nullable FolderLock folderLock) {
    // An executor would keep a task for which there is no thread, and say nothing.
    ThreadFactory made =
        task -> Objects.requireNonNull(threads.newThread(task), "the factory made no thread");
    this.flushes = Executors.newSingleThreadExecutor(made);
    ThreadPoolExecutor several =
        new ThreadPoolExecutor(
            smallFlushes, smallFlushes, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), made);
    several.allowCoreThreadTimeOut(true);
    this.smallFlushes = several;
    this.uploads = Executors.newSingleThreadExecutor(made);
    this.timer = new ScheduledThreadPoolExecutor(1, made);
    this.repairs = Executors.newSingleThreadExecutor(made);
    this.folderLock = folderLock;
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    timer.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
  }

  /** Where blocks are written; one at a time, which bounds memory. */
  Executor flushes() {
    return flushes;
  }

  /**
   * Where small blocks are written, so many at a time as was said: each of them waits for the disk
   * much longer than it needs a processor. They do not wait for large ones.
   */
  Executor smallFlushes() {
    return smallFlushes;
  }

  /** Where blocks that could not be read are read again; it has a thread once there is one. */
  Executor repairs() {
    return repairs;
  }

  /** Where the object store is waited for in the background; it has a thread once it is needed. */
  Executor uploads() {
    return uploads;
  }

  /** Runs {@code task} again and again; it must not throw. */
  void every(Duration period, Runnable task) {
    long nanos = period.toNanos();
    var unused = timer.scheduleWithFixedDelay(task, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** Runs {@code task} once, or never if the store is closing; it must not throw. */
  void after(Duration delay, Runnable task) {
    try {
      var unused = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "The store is closing; what is left is for its next start");
    }
  }

  /** As {@link #after}, for what has failed so often in a row: the wait doubles, up to 64 times. */
  void retry(Duration firstDelay, int failed, Runnable task) {
    after(firstDelay.multipliedBy(1L << Math.min(failed - 1, LARGEST_BACKOFF)), task);
  }

  /**
   * Ends the threads when they have done what they were given, repairs at once; then frees the
   * folder.
   */
  @Override
  public void close() throws IOException {
    close(System.nanoTime() + Long.MAX_VALUE / 2);
  }

  /**
   * As {@link #close()}, but lets threads that are busy after {@code endNanos} on their own, which
   * then are interrupted.
   */
  void close(long endNanos) throws IOException {
    timer.shutdown();
    flushes.shutdown();
    smallFlushes.shutdown();
    uploads.shutdown();
    repairs.shutdownNow();
    boolean interrupted = false;
    for (ExecutorService threads : List.of(timer, flushes, smallFlushes, uploads, repairs)) {
      while (!threads.isTerminated()) {
        try {
          long left = endNanos - System.nanoTime();
          if (!threads.awaitTermination(left, TimeUnit.NANOSECONDS)) {
            var unused = threads.shutdownNow();
            break;
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (folderLock != null) {
      folderLock.close();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
