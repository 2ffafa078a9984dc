package io.tempo4j.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.engine.HeadId;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.FolderInUseException;
import io.tempo4j.testkit.UnwritableFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Segments, full disks, fsync and threads. */
@Timeout(60)
final class SegmentedWalTest {

  private static final HeadId FIRST = new HeadId(TenantId.SINGLE, new UUID(1, 1));
  private static final HeadId SECOND = new HeadId(TenantId.SINGLE, new UUID(2, 2));
  private static final byte[] KIB = new byte[1024];

  private final CrashingDisk disk = new CrashingDisk();

  @Test
  void aFullSegmentIsFollowedByTheNext() throws IOException {
    try (SegmentedWal wal = open(FsyncPolicy.never())) {
      for (int i = 0; i < 10; i++) {
        wal.append(FIRST, KIB, 0, 1024);
      }
      assertThat(disk.names()).extracting(SegmentName::number).containsExactly(1L, 2L, 3L, 4L);
      assertThat(disk.names()).allSatisfy(name -> assertThat(disk.length(name)).isLessThan(4097));
    }
  }

  @Test
  void aFrameLargerThanASegmentHasItsOwn() throws IOException {
    try (SegmentedWal wal = open(FsyncPolicy.never())) {
      wal.append(FIRST, KIB, 0, 10);
      wal.append(FIRST, new byte[100_000], 0, 100_000);
      wal.append(FIRST, KIB, 0, 10);
      assertThat(disk.names()).hasSize(3);
    }
    assertThat(replayed()).extracting(payload -> payload.length).containsExactly(10, 100_000, 10);
  }

  @Test
  void aSegmentGoesWithItsLastHead() throws IOException {
    try (SegmentedWal wal = open(FsyncPolicy.never())) {
      for (int i = 0; i < 6; i++) {
        wal.append(FIRST, KIB, 0, 1024);
      }
      wal.append(SECOND, KIB, 0, 1024);
      assertThat(disk.names()).hasSize(3);
      wal.release(FIRST);
      assertThat(disk.names()).extracting(SegmentName::number).containsExactly(3L);
      wal.release(SECOND);
      assertThat(disk.names()).isEmpty();
    }
  }

  @Test
  void aNoteOfAReleaseStaysAsLongAsTheFramesThatItHolds() throws IOException {
    try (SegmentedWal wal = open(FsyncPolicy.never())) {
      wal.append(FIRST, KIB, 0, 1024);
      wal.append(SECOND, KIB, 0, 1024);
      wal.append(SECOND, KIB, 0, 1024);
      for (int i = 0; i < 3; i++) {
        wal.append(SECOND, KIB, 0, 1024);
      }
      wal.release(SECOND);
    }
    try (SegmentedWal wal = open(FsyncPolicy.never())) {
      assertThat(disk.names()).extracting(SegmentName::number).containsExactly(1L, 3L);
    }
    assertThat(replayed()).hasSize(1);
    assertThat(replayed()).hasSize(1);
    try (SegmentedWal wal = open(FsyncPolicy.never())) {
      wal.release(FIRST);
    }
    assertThat(disk.names()).isEmpty();
  }

  @Test
  void aNoteOfAReleaseIsNotLeftAloneWhenTheFramesGoMeanwhile() throws IOException {
    List<SegmentedWal> opened = new ArrayList<>();
    SegmentFolder folder =
        new ForwardingFolder(disk.mount()) {
          @Override
          public void delete(SegmentName name) throws IOException {
            super.delete(name);
            opened.getFirst().release(SECOND); // before the release of the first head is noted
          }
        };
    try (SegmentedWal wal = open(folder, FsyncPolicy.never())) {
      opened.add(wal);
      for (int i = 0; i < 4; i++) {
        wal.append(FIRST, KIB, 0, 1024);
      }
      wal.append(SECOND, KIB, 0, 1024);
      assertThat(disk.names()).hasSize(2);
      wal.release(FIRST);
      assertThat(disk.names()).isEmpty();
      assertThat(wal.bytesOnDisk()).isZero();
    }
  }

  @Test
  void appendsFailOnAFullDiskAndGoOnWhenThereIsSpace() throws IOException {
    try (SegmentedWal wal = open(FsyncPolicy.always())) {
      append(wal, "before");
      long bytesBefore = wal.bytesOnDisk();
      disk.limitSpace(500);
      assertThatThrownBy(() -> wal.append(FIRST, KIB, 0, 1024))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("crashing-disk")
          .hasMessageContaining("No space left");
      assertThat(wal.bytesOnDisk()).isEqualTo(bytesBefore).isEqualTo(disk.totalBytes());
      assertThatThrownBy(() -> append(wal, "also too much".repeat(50)))
          .isInstanceOf(IOException.class);
      disk.repair();
      append(wal, "behind");
    }
    assertThat(replayedTexts()).containsExactly("before", "behind");
  }

  @Test
  void aFullDiskThatCannotEvenTruncateCostsTheSegmentOnly() throws IOException {
    try (SegmentedWal wal = open(FsyncPolicy.always())) {
      append(wal, "before");
      disk.limitSpace(500);
      disk.failTruncates();
      assertThatThrownBy(() -> wal.append(FIRST, KIB, 0, 1024)).isInstanceOf(IOException.class);
      disk.repair();
      append(wal, "behind");
      assertThat(disk.names()).hasSize(2);
    }
    assertThat(replayedTexts()).containsExactly("before", "behind");
  }

  @Test
  void noSpaceForASegmentsHeaderLeavesNoFile() throws IOException {
    try (SegmentedWal wal = open(FsyncPolicy.always())) {
      disk.limitSpace(10);
      assertThatThrownBy(() -> append(wal, "x")).isInstanceOf(IOException.class);
      assertThat(disk.names()).isEmpty();
      disk.repair();
      append(wal, "behind");
    }
    assertThat(replayedTexts()).containsExactly("behind");
  }

  @Test
  void releasingWorksOnAFullDisk() throws IOException {
    try (SegmentedWal wal = open(FsyncPolicy.always())) {
      wal.append(FIRST, KIB, 0, 1024);
      wal.append(SECOND, KIB, 0, 1024);
      disk.limitSpace(0);
      wal.release(FIRST);
      wal.release(SECOND);
      assertThat(disk.names()).isEmpty();
    }
  }

  @Test
  void afterAFailedFsyncAppendsGoToAnotherSegment() throws IOException {
    try (SegmentedWal wal = open(FsyncPolicy.always())) {
      append(wal, "before");
      disk.failForces();
      assertThatThrownBy(() -> append(wal, "unsure"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot force");
      disk.repair();
      append(wal, "behind");
      assertThat(disk.names()).hasSize(2);
      assertThat(disk.isForced(disk.names().getLast(), disk.length(disk.names().getLast())))
          .isTrue();
      // The segment that was given up makes close() say so.
      wal.release(FIRST);
    }
  }

  @Test
  void theIntervalForcesInTheBackground() throws Exception {
    try (SegmentedWal wal = open(FsyncPolicy.interval(Duration.ofMillis(1)))) {
      append(wal, "a");
      SegmentName name = disk.names().getFirst();
      while (!disk.isForced(name, disk.length(name))) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void noThreadIsLeftAfterClose() throws Exception {
    List<Thread> started = new ArrayList<>();
    WalOptions options =
        WalOptions.builder()
            .threads(task -> {
              Thread thread = new Thread(task);
              started.add(thread);
              return thread;
            })
            .build();
    SegmentedWal wal = SegmentedWal.open(disk.mount(), options);
    wal.replay((head, buffer, offset, length) -> {});
    append(wal, "a");
    assertThat(started).hasSize(1).allMatch(Thread::isAlive);
    wal.close();
    assertThat(started).noneMatch(Thread::isAlive);
    SegmentName name = disk.names().getFirst();
    assertThat(disk.isForced(name, disk.length(name))).isTrue();
  }

  @Test
  void appendsThatWaitAtTheSameTimeShareAnFsync() throws Exception {
    int threads = 8;
    CountDownLatch firstForce = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger forces = new AtomicInteger();
    AtomicInteger writtenFrames = new AtomicInteger();
    SegmentFolder slow =
        new ForwardingFolder(disk.mount()) {
          @Override
          void force(SegmentFile file) throws IOException {
            forces.incrementAndGet();
            firstForce.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            file.force();
          }

          @Override
          void write(SegmentFile file, ByteBuffer source, long position) throws IOException {
            int frames = source.remaining() / 1000;
            file.write(source, position);
            writtenFrames.addAndGet(frames);
          }
        };
    try (SegmentedWal wal =
            SegmentedWal.open(
                slow, WalOptions.builder().fsyncPolicy(FsyncPolicy.always()).build());
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      wal.replay((head, buffer, offset, length) -> {});
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        done.add(
            pool.submit(() -> {
              wal.append(FIRST, KIB, 0, 1000);
              return null;
            }));
      }
      firstForce.await();
      // Writing goes on while the first fsync hangs.
      while (writtenFrames.get() < threads) {
        Thread.onSpinWait();
      }
      assertThat(done).noneMatch(Future::isDone);
      goOn.countDown();
      for (Future<?> future : done) {
        future.get(30, TimeUnit.SECONDS);
      }
      // One for whoever was first, one for all others; a third if the last came just too late.
      assertThat(forces.get()).isBetween(1, 3);
    }
  }

  @Test
  void anInterruptNeitherFailsAnAppendNorHarmsTheLog(@TempDir Path folder) throws Exception {
    for (FsyncPolicy policy :
        List.of(FsyncPolicy.always(), FsyncPolicy.interval(), FsyncPolicy.never())) {
      Path own = folder.resolve(policy.getClass().getSimpleName());
      WalOptions options = WalOptions.builder().fsyncPolicy(policy).build();
      try (SegmentedWal wal = SegmentedWal.open(own, options)) {
        wal.replay((head, buffer, offset, length) -> {});
        append(wal, "before");
        Thread.currentThread().interrupt();
        append(wal, "interrupted");
        assertThat(Thread.interrupted()).isTrue();
        append(wal, "behind");
      }
      List<String> texts = new ArrayList<>();
      try (SegmentedWal wal = SegmentedWal.open(own, options)) {
        wal.replay((head, buffer, offset, length) ->
            texts.add(new String(buffer, offset, length, StandardCharsets.UTF_8)));
      }
      assertThat(texts).containsExactly("before", "interrupted", "behind");
    }
  }

  @Test
  void interruptsDuringAppendsOfManyThreadsLoseNothing(@TempDir Path folder) throws Exception {
    int threads = 4;
    int framesEach = 200;
    try (SegmentedWal wal = SegmentedWal.open(folder, WalOptions.defaults())) {
      wal.replay((head, buffer, offset, length) -> {});
      List<Thread> appenders = new ArrayList<>();
      AtomicInteger appended = new AtomicInteger();
      for (int t = 0; t < threads; t++) {
        Thread appender =
            new Thread(() -> {
              for (int i = 0; i < framesEach; i++) {
                try {
                  wal.append(FIRST, KIB, 0, 1024);
                  appended.incrementAndGet();
                } catch (IOException e) {
                  return;
                }
              }
            });
        appenders.add(appender);
        appender.start();
      }
      while (appenders.stream().anyMatch(Thread::isAlive)) {
        appenders.forEach(Thread::interrupt);
        Thread.onSpinWait();
      }
      assertThat(appended).hasValue(threads * framesEach);
    }
    try (SegmentedWal wal = SegmentedWal.open(folder, WalOptions.defaults())) {
      assertThat(wal.replay((head, buffer, offset, length) -> {}).frames())
          .isEqualTo(threads * framesEach);
    }
  }

  @Test
  void aFolderHasOneWriter(@TempDir Path folder) throws IOException {
    try (SegmentedWal wal = SegmentedWal.open(folder, WalOptions.defaults())) {
      assertThatThrownBy(() -> SegmentedWal.open(folder, WalOptions.defaults()))
          .isInstanceOf(FolderInUseException.class)
          .hasMessageContaining(folder.toString());
      wal.replay((head, buffer, offset, length) -> {});
    }
    SegmentedWal.open(folder, WalOptions.defaults()).close();
  }

  @Test
  void aFolderThatIsAFileIsRefused(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("wal"), "");
    assertThatThrownBy(() -> SegmentedWal.open(file, WalOptions.defaults()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aFolderThatMayNotBeWrittenIsNamed() {
    assertThatThrownBy(() -> SegmentedWal.open(UnwritableFolder.path(), WalOptions.defaults()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot lock the folder " + UnwritableFolder.path());
  }

  @Test
  void foreignFilesAreLeftAlone(@TempDir Path folder) throws IOException {
    Path foreign = Files.writeString(folder.resolve("notes.wal"), "mine");
    Files.createDirectory(folder.resolve(new SegmentName(9, 9).fileName()));
    try (SegmentedWal wal = SegmentedWal.open(folder, WalOptions.defaults())) {
      assertThat(wal.replay((head, buffer, offset, length) -> {}).segments()).isZero();
      append(wal, "a");
      wal.release(FIRST);
      assertThat(wal.bytesOnDisk()).isZero();
    }
    assertThat(foreign).hasContent("mine");
  }

  @Test
  void optionsAreChecked() {
    assertThatThrownBy(() -> WalOptions.builder().segmentBytes(100).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("segmentBytes");
    assertThatThrownBy(() -> WalOptions.builder().bufferBytes(1 << 30).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bufferBytes");
    assertThatThrownBy(() -> FsyncPolicy.interval(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("interval");
  }

  private SegmentedWal open(FsyncPolicy policy) throws IOException {
    return open(disk.mount(), policy);
  }

  private static SegmentedWal open(SegmentFolder folder, FsyncPolicy policy) throws IOException {
    SegmentedWal wal =
        SegmentedWal.open(
            folder,
            WalOptions.builder()
                .fsyncPolicy(policy)
                .segmentBytes(4 << 10)
                .bufferBytes(8 << 10)
                .build());
    wal.replay((head, buffer, offset, length) -> {});
    return wal;
  }

  private static void append(SegmentedWal wal, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    wal.append(FIRST, bytes, 0, bytes.length);
  }

  private List<byte[]> replayed() throws IOException {
    List<byte[]> payloads = new ArrayList<>();
    try (SegmentedWal wal = SegmentedWal.open(disk.mount(), WalOptions.defaults())) {
      wal.replay((head, buffer, offset, length) -> {
        byte[] payload = new byte[length];
        ByteBuffer.wrap(buffer, offset, length).get(payload);
        payloads.add(payload);
      });
    }
    return payloads;
  }

  private List<String> replayedTexts() throws IOException {
    return replayed().stream().map(bytes -> new String(bytes, StandardCharsets.UTF_8)).toList();
  }
}
