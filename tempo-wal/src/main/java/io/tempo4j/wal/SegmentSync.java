package io.tempo4j.wal;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/*
 * Forces segments to the disk. One thread at a time does it, without holding the lock; whoever needs
 * durability meanwhile waits, and one of those then forces for all of them (group commit).
 *
 * When forcing fails, the operating system may have dropped the pages and would report success the
 * next time. So the segment is given up: who waits for it gets the error, and appends go on in
 * another segment.
 */
final class SegmentSync {

  private static final System.Logger LOG = System.getLogger("io.tempo4j.wal");

  private final ReentrantLock lock;
  private final SegmentLedger ledger;
  private final SegmentFolder folder;

  /** A pass has ended. */
  private final Condition passed;

  /** There is something to force, or the background thread has to end. */
  private final Condition wanted;

  private final LongSupplier nanoClock;

  /**
   * Something was written since the last pass began, for the first time at {@link #oldestNanos}.
   */
  private boolean waiting;

  private long oldestNanos;
  private boolean passing;
  private boolean stopped;
  private @Nullable Thread background;

  SegmentSync(
      ReentrantLock lock, SegmentLedger ledger, SegmentFolder folder, LongSupplier nanoClock) {
    this.lock = lock;
    this.ledger = ledger;
    this.folder = folder;
    this.nanoClock = nanoClock;
    this.passed = lock.newCondition();
    this.wanted = lock.newCondition();
  }

  /** Starts the background thread. */
  void start(FsyncPolicy.Interval policy, ThreadFactory threads) {
    // The other half is for the disk.
    long delayNanos = policy.interval().toNanos() / 2;
    Thread thread = threads.newThread(() -> runBackground(delayNanos));
    background = thread;
    thread.start();
  }

  /** Ends the background thread and waits for it. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      wanted.signalAll();
    } finally {
      lock.unlock();
    }
    Thread thread = background;
    boolean interrupted = false;
    while (thread != null && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says, with the lock held, that something was written. */
  void written() {
    if (!waiting) {
      waiting = true;
      oldestNanos = nanoClock.getAsLong();
      wanted.signal();
    }
  }

  /** Returns when the first {@code end} bytes of the segment are on disk. */
  void awaitDurable(Segment segment, long end) throws IOException {
    lock.lock();
    try {
      while (segment.syncedLength < end && !segment.dropped) {
        if (segment.syncFailure != null) {
          throw new IOException(
              "cannot force " + folder + "/" + segment.name + ": " + segment.syncFailure,
              segment.syncFailure);
        }
        if (passing) {
          passed.awaitUninterruptibly();
        } else {
          pass();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Forces everything written before this call.
   *
   * @throws IOException if a segment could not be forced, now or earlier
   */
  void forceAll() throws IOException {
    Map<Segment, Long> lengths = new LinkedHashMap<>();
    lock.lock();
    try {
      for (Segment segment : ledger.segments()) {
        lengths.put(segment, segment.length);
      }
    } finally {
      lock.unlock();
    }
    for (Map.Entry<Segment, Long> length : lengths.entrySet()) {
      awaitDurable(length.getKey(), length.getValue());
    }
  }

  /** One pass over all segments; called and returns with the lock held, gives it up meanwhile. */
  private void pass() {
    passing = true;
    waiting = false;
    List<Segment> pending = ledger.segments().stream().filter(Segment::needsSync).toList();
    try {
      for (Segment segment : pending) {
        if (segment.needsSync()) {
          force(segment);
        }
      }
    } finally {
      passing = false;
      passed.signalAll();
    }
  }

  private void force(Segment segment) {
    long target = segment.length;
    boolean first = segment.syncedLength == 0;
    segment.syncing = true;
    IOException failure = null;
    lock.unlock();
    try {
      segment.file.force();
      if (first) {
        folder.force();
      }
    } catch (IOException e) {
      failure = e;
    } finally {
      lock.lock();
      segment.syncing = false;
    }
    if (failure == null) {
      segment.syncedLength = target;
    } else if (!segment.dropped) {
      segment.syncFailure = failure;
      LOG.log(
          System.Logger.Level.ERROR,
          "Cannot force " + folder + "/" + segment.name + ", going on in another segment",
          failure);
    }
    if (segment.dropped || (segment.sealed && !segment.needsSync())) {
      lock.unlock();
      try {
        segment.closeQuietly();
      } finally {
        lock.lock();
      }
    }
  }

  /**
   * Forces what was written as soon as the oldest of it has waited {@code delayNanos}. What is
   * written during a pass waits from then on, not from the end of the pass: where the disk is slow,
   * one pass follows the other.
   */
  private void runBackground(long delayNanos) {
    lock.lock();
    try {
      while (!stopped) {
        if (!waiting) {
          wanted.awaitUninterruptibly();
          continue;
        }
        long left = delayNanos - (nanoClock.getAsLong() - oldestNanos);
        if (left <= 0) {
          pass();
          continue;
        }
        try {
          long unused = wanted.awaitNanos(left);
        } catch (InterruptedException e) {
          // Nobody may end this thread but close(): frames would stay unforced.
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
