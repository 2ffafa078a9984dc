package io.tempo4j.catalog;

import java.io.InterruptedIOException;
import java.util.concurrent.ThreadLocalRandom;

/** Waits before something is tried again. */
@FunctionalInterface
interface Pause {

  /** Waits a time of chance, the longer the more attempts there were, at most a second. */
  Pause RANDOM =
      attempt -> {
        long most = Math.min(1_000, 4L << Math.min(attempt, 8));
        try {
          Thread.sleep(ThreadLocalRandom.current().nextLong(most));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("interrupted while waiting to try a commit again");
        }
      };

  /**
   * Waits.
   *
   * @param attempt how many have failed, from 1
   */
  void after(int attempt) throws InterruptedIOException;
}
