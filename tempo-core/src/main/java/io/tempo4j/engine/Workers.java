package io.tempo4j.engine;

import io.tempo4j.storage.FolderLock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The threads of a store, one for each duty, and the lock of its folder if it has one. */
final class Workers implements AutoCloseable {

  /** Something to do at the end. */
  interface Ending extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  private final ExecutorService flushes;
  private final ExecutorService uploads;
  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService repairs;
  private final @Nullable FolderLock folderLock;

  Workers(ThreadFactory threads, @Nullable FolderLock folderLock) {
    // An executor would keep a task for which there is no thread, and say nothing.
    ThreadFactory made =
        task -> Objects.requireNonNull(threads.newThread(task), "the factory made no thread");
    this.flushes = Executors.newSingleThreadExecutor(made);
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

  /**
   * Runs {@code task} once; it must not throw.
   *
   * @throws java.util.concurrent.RejectedExecutionException if the store is closing
   */
  void after(Duration delay, Runnable task) {
    var unused = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
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
    uploads.shutdown();
    repairs.shutdownNow();
    boolean interrupted = false;
    for (ExecutorService threads : List.of(timer, flushes, uploads, repairs)) {
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
