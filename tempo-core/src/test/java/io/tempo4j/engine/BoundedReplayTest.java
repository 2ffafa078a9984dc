package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tempo4j.memory.MemoryPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A log is replayed within the room for heads, whatever room its writer had. */
class BoundedReplayTest {

  private static final int SPANS = 120;
  private static final int LARGE = 40_000;

  @TempDir private Path folder;

  /** A process with much memory sends spans and is killed. */
  private LocalLife killed() throws IOException {
    LocalLife life = new LocalLife(folder);
    TraceStore store = life.builder(LocalLife.memory(64)).open();
    for (int id = 1; id <= SPANS; id++) {
      life.send(store, id, LARGE);
    }
    assertThat(store.stats().heads()).isEqualTo(1);
    return life;
  }

  @Test
  void aLogOfALargerHeapIsReplayedInParts() throws Exception {
    LocalLife life = killed();
    MemoryPlan memory = LocalLife.memory(6);
    assertThat(memory.heads().limitBytes()).isLessThan(SPANS * LARGE * 2 / 3);
    try (TraceStore store = life.builder(memory).open()) {
      assertThat(memory.heads().heldBytes()).isLessThanOrEqualTo(memory.heads().limitBytes());
      assertThat(store.stats().replayedSpans()).isEqualTo(SPANS);
      assertThat(store.stats().blocks()).isGreaterThan(1);
      life.check(store);
      store.flush();
      life.check(store);
    }
    try (TraceStore store = life.builder(memory).open()) {
      assertThat(store.stats().replayedSpans()).isZero();
      life.check(store);
    }
    try (Stream<Path> notes = Files.walk(folder.resolve("replayed"))) {
      assertThat(notes.filter(Files::isRegularFile)).as("notes of what is no more").isEmpty();
    }
  }

  @Test
  void aRequestLargerThanAllRoomIsTakenOverAllTheSame() throws Exception {
    LocalLife life = new LocalLife(folder);
    MemoryPlan small = LocalLife.memory(4);
    TraceStore store = life.builder(LocalLife.memory(64)).open();
    life.send(store, 1, 10);
    life.send(store, 2, (int) small.heads().limitBytes());
    life.send(store, 3, 10);
    try (TraceStore next = life.builder(small).open()) {
      life.check(next);
      next.flush();
      life.check(next);
      assertThat(small.heads().heldBytes()).isZero();
    }
  }

  @Test
  void withoutLocalFilesTheLogIsReplayedAsAWhole() throws Exception {
    LocalLife life = killed();
    try (TraceStore store =
        TraceStore.builder()
            .blocks(life.blocks)
            .wal(InMemoryWriteAheadLog.open(life.medium))
            .options(LocalLife.options())
            .memory(LocalLife.memory(6))
            .open()) {
      life.check(store);
    }
  }

  /** Dies at each of the files that a replay writes, and after some frames. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void aCrashWithinAReplayLosesAndDoublesNothing(int seed) throws Exception {
    LocalLife life = killed();
    Random random = new Random(seed);
    for (int crash = 0; crash < 3; crash++) {
      int frames = random.nextInt(SPANS);
      WriteAheadLog dying =
          new ForwardingLog(life.log()) {
            @Override
            public ReplayReport replay(FrameConsumer consumer) throws IOException {
              int[] left = {frames};
              return super.replay((head, buffer, offset, length) -> {
                if (left[0]-- == 0) {
                  throw new IOException("killed");
                }
                consumer.accept(head, buffer, offset, length);
              });
            }
          };
      int mib = 6 + random.nextInt(6);
      assertThatThrownBy(() -> life.builder(LocalLife.memory(mib)).wal(dying).open())
          .hasMessage("killed");
    }
    // Between the last part and the release of the head.
    WriteAheadLog withoutRelease =
        new ForwardingLog(life.log()) {
          @Override
          public void release(HeadId head) throws IOException {
            throw new IOException("killed");
          }
        };
    assertThatThrownBy(() -> life.builder(LocalLife.memory(6)).wal(withoutRelease).open())
        .hasMessage("killed");
    try (TraceStore store = life.builder(LocalLife.memory(6)).open()) {
      life.check(store);
      store.flush();
      life.check(store);
    }
    try (TraceStore store = life.builder(LocalLife.memory(6)).open()) {
      life.check(store);
    }
  }

  /** A log may deliver frames again whose release it was told of, after a power cut. */
  @Test
  void framesThatAreDeliveredAgainLaterCountOnce() throws Exception {
    LocalLife life = killed();
    WriteAheadLog forgetful =
        new ForwardingLog(life.log()) {
          @Override
          public void release(HeadId head) {}
        };
    try (TraceStore store = life.builder(LocalLife.memory(6)).wal(forgetful).open()) {
      life.check(store);
    }
    life.blocks.leave();
    try (TraceStore store = life.builder(LocalLife.memory(6)).open()) {
      assertThat(store.unavailable()).isPresent();
      assertThat(store.stats().liveSpans())
          .as("spans of parts that are uploaded")
          .isLessThan(SPANS);
      life.blocks.comeBack();
      await().until(() -> store.unavailable().isEmpty());
      life.check(store);
    }
  }
}
