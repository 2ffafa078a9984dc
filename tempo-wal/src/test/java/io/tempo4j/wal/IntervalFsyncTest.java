package io.tempo4j.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.engine.HeadId;
import io.tempo4j.model.TenantId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How old a frame may get before it is on disk; time stands still unless a test moves it. */
class IntervalFsyncTest {

  private static final HeadId HEAD = new HeadId(TenantId.SINGLE, new UUID(0, 1));
  private static final long MILLI = 1_000_000;

  /** Half of it is what an fsync may take. */
  private static final Duration INTERVAL = Duration.ofMillis(100);

  private final CrashingDisk disk = new CrashingDisk();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 3 * MILLI); // passes the largest

  /** An fsync begins, and ends, when a test says so. */
  private final Semaphore begun = new Semaphore(0);

  private final Semaphore mayEnd = new Semaphore(0);

  private final SegmentFolder slow =
      new ForwardingFolder(disk.mount()) {
        @Override
        void force(SegmentFile file) throws IOException {
          begun.release();
          mayEnd.acquireUninterruptibly();
          file.force();
        }
      };

  private SegmentedWal open(SegmentFolder folder) throws IOException {
    SegmentedWal wal =
        SegmentedWal.open(
            folder,
            WalOptions.builder()
                .fsyncPolicy(FsyncPolicy.interval(INTERVAL))
                .nanoClock(nanos::get)
                .build());
    wal.replay((head, buffer, offset, length) -> {});
    return wal;
  }

  private static void append(SegmentedWal wal, int number) throws IOException {
    wal.append(HEAD, new byte[] {(byte) number}, 0, 1);
  }

  private void awaitFsync() throws InterruptedException {
    assertThat(begun.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
  }

  private void awaitAllForced() {
    SegmentName name = disk.names().getLast();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!disk.isForced(name, disk.length(name))) {
      assertThat(System.nanoTime() - deadline).isNegative();
      Thread.onSpinWait();
    }
  }

  @Test
  void aFrameWaitsHalfAnIntervalForItsFsync() throws Exception {
    mayEnd.release(1000);
    try (SegmentedWal wal = open(slow)) {
      for (int number = 0; number < 3; number++) {
        append(wal, number);
        nanos.addAndGet(49 * MILLI);
        append(wal, number);
        assertThat(begun.tryAcquire(60, TimeUnit.MILLISECONDS)).isFalse();
        nanos.addAndGet(MILLI); // 50 ms for the first, 1 ms for the second
        awaitFsync();
        awaitAllForced();
        nanos.addAndGet(1000 * MILLI);
      }
    }
  }

  @Test
  void whatCameDuringASlowFsyncDoesNotWaitBehindIt() throws Exception {
    try (SegmentedWal wal = open(slow)) {
      append(wal, 1);
      nanos.addAndGet(50 * MILLI);
      awaitFsync();
      append(wal, 2);
      nanos.addAndGet(220 * MILLI);
      mayEnd.release(1000);
      awaitFsync(); // though time stands still
      awaitAllForced();
    }
  }

  /** Whenever the power fails: what was acknowledged before the last interval is there. */
  @Test
  void aPowerFailureCostsNothingThatIsOlderThanAnInterval() throws Exception {
    long seed = Long.getLong("tempo4j.seed", System.nanoTime());
    System.out.println("IntervalFsyncTest seed=" + seed + " (-Dtempo4j.seed=" + seed + ")");
    Random random = new Random(seed);
    int appended = 0;
    for (int life = 0; life < 20; life++) {
      Deque<Long> acknowledgedAt = new ArrayDeque<>();
      SegmentedWal wal = open(disk.mount());
      int old = appended;
      for (int i = random.nextInt(30); i >= 0; i--) {
        append(wal, appended++);
        acknowledgedAt.add(nanos.get());
        // an fsync takes no time here; wait for the one that is due, as a fast disk does it
        nanos.addAndGet(random.nextInt(30) * MILLI);
        if (nanos.get() - acknowledgedAt.getFirst() >= 50 * MILLI) {
          awaitAllForced();
          acknowledgedAt.clear();
        }
      }
      int due = appended - acknowledgedAt.size();
      disk.failPower(random);
      end(wal);
      assertThat(replayed()).as("life %s", life).hasSizeGreaterThanOrEqualTo(due);
      appended = replayed().size();
      assertThat(appended).isGreaterThanOrEqualTo(old);
    }
  }

  /** Ends the thread of a log whose disk is gone. */
  private static void end(SegmentedWal wal) {
    try {
      wal.close();
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("the process is dead");
    }
  }

  private List<byte[]> replayed() throws IOException {
    List<byte[]> payloads = new ArrayList<>();
    try (SegmentedWal wal = SegmentedWal.open(disk.mount(), WalOptions.defaults())) {
      wal.replay((head, buffer, offset, length) -> payloads.add(new byte[length]));
    }
    return payloads;
  }
}
