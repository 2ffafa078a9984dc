package io.tempo4j.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.engine.HeadId;
import io.tempo4j.model.TenantId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * The log against a model of it: whatever happens to the process and the disk, a replay delivers
 * what was promised, once, in order and unchanged.
 */
final class SegmentedWalProperties {

  /** What may happen, in any order. */
  sealed interface Action {
    record Append(int head, int payloadBytes) implements Action {}

    record Release(int head) implements Action {}

    record Close() implements Action {}

    record Kill() implements Action {}

    record PowerFailure(int seed) implements Action {}

    record BitFlip(int seed) implements Action {}

    record DiskFull(int spaceBytes, boolean truncateFails) implements Action {}

    record DiskRepair() implements Action {}

    record ForceFailure() implements Action {}
  }

  @Provide
  Arbitrary<List<Action>> scenarios() {
    Arbitrary<Integer> heads = Arbitraries.integers().between(0, 4);
    Arbitrary<Integer> seeds = Arbitraries.integers();
    Arbitrary<Integer> sizes =
        Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.integers().between(8, 300)),
            Tuple.of(2, Arbitraries.integers().between(300, 4500)),
            Tuple.of(1, Arbitraries.integers().between(4000, 20_000)));
    Arbitrary<Action> append = Combinators.combine(heads, sizes).as(Action.Append::new);
    Arbitrary<Action> full =
        Combinators.combine(
                Arbitraries.integers().between(0, 6000), Arbitraries.of(false, false, true))
            .as(Action.DiskFull::new);
    return Arbitraries.<Action>frequencyOf(
            Tuple.of(30, append),
            Tuple.of(8, heads.map(Action.Release::new)),
            Tuple.of(1, Arbitraries.just(new Action.Close())),
            Tuple.of(1, Arbitraries.just(new Action.Kill())),
            Tuple.of(2, seeds.map(Action.PowerFailure::new)),
            Tuple.of(1, seeds.map(Action.BitFlip::new)),
            Tuple.of(1, full),
            Tuple.of(3, Arbitraries.just(new Action.DiskRepair())),
            Tuple.of(1, Arbitraries.just(new Action.ForceFailure())))
        .list()
        .ofMinSize(5)
        .ofMaxSize(80);
  }

  @Provide
  Arbitrary<FsyncPolicy> policies() {
    // The interval is never over: what happens does not depend on time.
    return Arbitraries.of(
        FsyncPolicy.always(), FsyncPolicy.interval(Duration.ofDays(1)), FsyncPolicy.never());
  }

  @Property(tries = 200)
  void replayDeliversWhatWasPromised(
      @ForAll("scenarios") List<Action> actions, @ForAll("policies") FsyncPolicy policy)
      throws IOException {
    Model model = new Model(policy);
    for (Action action : actions) {
      model.run(action);
    }
    model.releaseEverything();
  }

  /** A frame and what is known about its bytes. */
  private static final class Frame {
    final int id;
    final HeadId head;
    final byte[] payload;
    SegmentName segment;
    int offset;
    int end;

    Frame(int id, HeadId head, int payloadBytes) {
      this.id = id;
      this.head = head;
      this.payload = new byte[payloadBytes];
      new Random(id).nextBytes(payload);
      ByteBuffer.wrap(payload).putInt(id);
    }
  }

  private static final class Model {

    private final FsyncPolicy policy;
    private final CrashingDisk disk = new CrashingDisk();
    private final Map<Integer, Frame> all = new LinkedHashMap<>();

    /** Acknowledged and not released: must come back. */
    private final Set<Integer> required = new HashSet<>();

    /** May come back: the append or the note of the release failed. */
    private final Set<Integer> uncertain = new HashSet<>();

    private final Random markers = new Random(11);
    private SegmentedWal wal;
    private boolean disturbed;

    /** Since the last start; close() says so. */
    private boolean forcingFailed;

    Model(FsyncPolicy policy) throws IOException {
      this.policy = policy;
      wal = open();
      wal.replay((head, buffer, offset, length) -> {});
    }

    void run(Action action) throws IOException {
      switch (action) {
        case Action.Append(int head, int payloadBytes) -> append(headId(head), payloadBytes);
        case Action.Release(int head) -> release(headId(head));
        case Action.Close() -> {
          if (!disturbed) {
            close();
            reopen(uncertain);
          }
        }
        case Action.Kill() -> {
          disk.kill();
          reopen(uncertain);
        }
        case Action.PowerFailure(int seed) -> {
          required.removeIf(id -> !disk.isForced(all.get(id).segment, all.get(id).end));
          disk.failPower(new Random(seed));
          reopen(all.keySet());
        }
        case Action.BitFlip(int seed) -> {
          disk.kill();
          flip(new Random(seed));
          reopen(all.keySet());
        }
        case Action.DiskFull(int spaceBytes, boolean truncateFails) -> {
          disturbed = true;
          disk.limitSpace(spaceBytes);
          if (truncateFails) {
            disk.failTruncates();
          }
        }
        case Action.DiskRepair() -> repair();
        case Action.ForceFailure() -> {
          disturbed = true;
          forcingFailed = true;
          disk.failForces();
        }
      }
    }

    void releaseEverything() throws IOException {
      repair();
      for (int head = 0; head <= 4; head++) {
        wal.release(headId(head));
      }
      append(headId(0), 20);
      wal.release(headId(0));
      assertThat(wal.bytesOnDisk()).isZero();
      assertThat(disk.names()).isEmpty();
      disk.kill();
      closeDead();
    }

    private void append(HeadId head, int payloadBytes) throws IOException {
      Frame frame = new Frame(all.size(), head, payloadBytes);
      all.put(frame.id, frame);
      try {
        wal.append(head, frame.payload, 0, payloadBytes);
      } catch (IOException e) {
        assertThat(disturbed).as("failed on a sound disk: " + e).isTrue();
        uncertain.add(frame.id);
        return;
      }
      frame.segment = disk.names().getLast();
      frame.end = disk.length(frame.segment);
      frame.offset = frame.end - payloadBytes - 40 - head.tenant().value().length();
      required.add(frame.id);
      if (policy instanceof FsyncPolicy.Always) {
        assertThat(disk.isForced(frame.segment, frame.end)).isTrue();
      }
      assertThat(wal.bytesOnDisk()).isLessThanOrEqualTo(disk.totalBytes());
    }

    private void release(HeadId head) throws IOException {
      wal.release(head);
      for (Frame frame : all.values()) {
        if (frame.head.equals(head) && required.remove(frame.id) && disturbed) {
          uncertain.add(frame.id);
        }
      }
    }

    private void close() throws IOException {
      try {
        wal.close();
      } catch (IOException e) {
        assertThat(forcingFailed).as("close failed on a sound disk: " + e).isTrue();
      }
    }

    private void repair() {
      disk.repair();
      disturbed = false;
    }

    private void flip(Random random) {
      if (disk.names().isEmpty()) {
        return;
      }
      SegmentName name = disk.names().get(random.nextInt(disk.names().size()));
      if (disk.length(name) == 0) {
        return;
      }
      int offset = random.nextInt(disk.length(name));
      disk.flip(name, offset, random.nextInt(8));
      required.removeIf(id -> {
        Frame frame = all.get(id);
        return frame.segment.equals(name) && frame.offset <= offset && offset < frame.end;
      });
    }

    private SegmentedWal open() throws IOException {
      return SegmentedWal.open(
          disk.mount(),
          WalOptions.builder()
              .fsyncPolicy(policy)
              .segmentBytes(8 << 10)
              .bufferBytes(4 << 10)
              .randomness(markers)
              .build());
    }

    /** Starts a new life and compares what it delivers. */
    private void reopen(Set<Integer> mayComeToo) throws IOException {
      closeDead();
      disturbed = false;
      forcingFailed = false;
      Set<Integer> allowed = new HashSet<>(required);
      allowed.addAll(mayComeToo);
      wal = open();
      List<Integer> delivered = new ArrayList<>();
      wal.replay((head, buffer, offset, length) -> {
        byte[] payload = Arrays.copyOfRange(buffer, offset, offset + length);
        Frame frame = all.get(ByteBuffer.wrap(payload).getInt());
        assertThat(frame.head).isEqualTo(head);
        assertThat(payload).isEqualTo(frame.payload);
        delivered.add(frame.id);
      });
      assertThat(delivered).doesNotHaveDuplicates().isSorted();
      assertThat(delivered).containsAll(required);
      assertThat(allowed).containsAll(delivered);
      assertThat(wal.bytesOnDisk()).isEqualTo(disk.totalBytes());
      required.clear();
      required.addAll(delivered);
      uncertain.clear();
      locateUnknown(delivered);
    }

    /** Frames whose append failed may be there all the same; a later bit flip may hit them. */
    private void locateUnknown(List<Integer> delivered) throws IOException {
      for (SegmentName name : disk.names()) {
        byte[] bytes = disk.bytes(name);
        FrameScanner scanner =
            new FrameScanner(
                disk.mount().open(name), bytes.length, name.marker(), ByteBuffer.allocate(4096));
        FrameScanner.Item item;
        while ((item = scanner.next()) != null) {
          if (item instanceof FrameScanner.Item.Frame(long offset, var header)
              && header.kind() == WalFormat.KIND_SPANS) {
            int payloadAt = (int) offset + header.headerBytes();
            int id = ByteBuffer.wrap(bytes, payloadAt, 4).getInt();
            if (delivered.contains(id)) {
              Frame frame = all.get(id);
              frame.segment = name;
              frame.offset = (int) offset;
              frame.end = (int) (offset + header.frameBytes());
            }
          }
        }
      }
    }

    /** Ends the threads of a log whose process is dead. */
    private void closeDead() {
      try {
        wal.close();
      } catch (IOException e) {
        assertThat(e).hasMessageMatching(".*(dead|error|fsync|force).*");
      }
    }

    private static HeadId headId(int head) {
      return new HeadId(new TenantId("tenant-" + head % 2), new UUID(0, head));
    }
  }
}
