package io.tempo4j.engine;

import io.tempo4j.storage.FolderLock;
import java.io.IOException;
import java.time.Duration;
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

  private final ExecutorService flushes;
  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService repairs;
  private final @Nullable FolderLock folderLock;

  Workers(ThreadFactory threads, @Nullable FolderLock folderLock) {
    // An executor would keep a task for which there is no thread, and say nothing.
    ThreadFactory made =
        task -> Objects.requireNonNull(threads.newThread(task), "the factory made no thread");
    this.flushes = Executors.newSingleThreadExecutor(made);
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
    timer.shutdown();
    flushes.shutdown();
    repairs.shutdownNow();
    boolean interrupted = false;
    while (true) {
      try {
        if (timer.awaitTermination(1, TimeUnit.MINUTES)
            && flushes.awaitTermination(1, TimeUnit.MINUTES)
            && repairs.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
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
