package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.engine.WriteAheadLog.ReplayReport;
import io.tempo4j.model.TenantId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every log does. A test of an implementation extends this and says how to open it. */
public abstract class WriteAheadLogContract {

  private static final HeadId FIRST = new HeadId(TenantId.SINGLE, new UUID(1, 2));
  private static final HeadId SECOND = new HeadId(new TenantId("second"), new UUID(-1, 0x80));

  /** A frame as it came out of a replay. */
  protected record Delivered(HeadId head, String payload) {}

  /** Opens the log; every time in one test on the same medium. */
  protected abstract WriteAheadLog open() throws IOException;

  @Test
  void anEmptyLogDeliversNothing() throws IOException {
    try (WriteAheadLog log = openNew()) {
      assertThat(log.bytesOnDisk()).isZero();
    }
    assertThat(reopen()).isEmpty();
  }

  @Test
  void framesComeBackInTheOrderOfTheirAppends() throws IOException {
    List<Delivered> expected = new ArrayList<>();
    try (WriteAheadLog log = openNew()) {
      for (int i = 0; i < 100; i++) {
        HeadId head = i % 3 == 0 ? SECOND : FIRST;
        append(log, head, "frame " + i);
        expected.add(new Delivered(head, "frame " + i));
      }
    }
    assertThat(reopen()).isEqualTo(expected);
  }

  @Test
  void theReportCountsWhatWasDelivered() throws IOException {
    try (WriteAheadLog log = openNew()) {
      append(log, FIRST, "four");
      append(log, SECOND, "sixsix");
    }
    try (WriteAheadLog log = open()) {
      ReplayReport report = log.replay((head, buffer, offset, length) -> {});
      assertThat(report).isEqualTo(new ReplayReport(1, 2, 10, 0, 0));
    }
  }

  @Test
  void onlyTheGivenRangeIsKept() throws IOException {
    byte[] buffer = "0123456789".getBytes(StandardCharsets.US_ASCII);
    try (WriteAheadLog log = openNew()) {
      log.append(FIRST, buffer, 3, 4);
      Arrays.fill(buffer, (byte) 'x');
      log.append(FIRST, buffer, 10, 0);
      assertThatThrownBy(() -> log.append(FIRST, buffer, 8, 3))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThat(reopen()).containsExactly(new Delivered(FIRST, "3456"), new Delivered(FIRST, ""));
  }

  @Test
  void largeFramesComeBackWhole() throws IOException {
    byte[] large = new byte[5_000_000];
    new Random(7).nextBytes(large);
    try (WriteAheadLog log = openNew()) {
      append(log, FIRST, "before");
      log.append(SECOND, large, 0, large.length);
      append(log, FIRST, "behind");
    }
    List<byte[]> payloads = new ArrayList<>();
    try (WriteAheadLog log = open()) {
      log.replay((head, buffer, offset, length) ->
          payloads.add(Arrays.copyOfRange(buffer, offset, offset + length)));
    }
    assertThat(payloads).hasSize(3);
    assertThat(payloads.get(1)).isEqualTo(large);
    assertThat(payloads.get(2)).asString().isEqualTo("behind");
  }

  @Test
  void oneBlockIdUnderTwoTenantsIsTwoHeads() throws IOException {
    HeadId sameId = new HeadId(new TenantId("other"), FIRST.blockId());
    try (WriteAheadLog log = openNew()) {
      append(log, FIRST, "mine");
      append(log, sameId, "theirs");
      log.release(FIRST);
    }
    assertThat(reopen()).containsExactly(new Delivered(sameId, "theirs"));
  }

  @Test
  void framesOfReleasedHeadsDoNotComeBack() throws IOException {
    try (WriteAheadLog log = openNew()) {
      append(log, FIRST, "a");
      append(log, SECOND, "b");
      append(log, FIRST, "c");
      log.release(FIRST);
      append(log, SECOND, "d");
    }
    assertThat(reopen()).containsExactly(new Delivered(SECOND, "b"), new Delivered(SECOND, "d"));
    assertThat(reopen()).hasSize(2);
  }

  @Test
  void aLogWithoutHeadsIsEmpty() throws IOException {
    try (WriteAheadLog log = openNew()) {
      append(log, FIRST, "a");
      append(log, SECOND, "b");
      assertThat(log.bytesOnDisk()).isPositive();
      log.release(SECOND);
      log.release(FIRST);
      assertThat(log.bytesOnDisk()).isZero();
      append(log, FIRST, "again");
    }
    assertThat(reopen()).containsExactly(new Delivered(FIRST, "again"));
  }

  @Test
  void releasingAnUnknownHeadDoesNothing() throws IOException {
    try (WriteAheadLog log = openNew()) {
      log.release(FIRST);
      append(log, SECOND, "b");
      log.release(FIRST);
    }
    assertThat(reopen()).hasSize(1);
  }

  @Test
  void framesStayUntilTheirHeadIsReleasedInALaterLife() throws IOException {
    try (WriteAheadLog log = openNew()) {
      append(log, FIRST, "a");
      append(log, SECOND, "b");
    }
    assertThat(reopen()).hasSize(2);
    assertThat(reopen()).hasSize(2);
    try (WriteAheadLog log = openNew()) {
      append(log, SECOND, "c");
      log.release(FIRST);
    }
    assertThat(reopen()).containsExactly(new Delivered(SECOND, "b"), new Delivered(SECOND, "c"));
    try (WriteAheadLog log = openNew()) {
      log.release(SECOND);
      assertThat(log.bytesOnDisk()).isZero();
    }
    assertThat(reopen()).isEmpty();
  }

  @Test
  void aFailingConsumerEndsTheReplayAndLosesNothing() throws IOException {
    try (WriteAheadLog log = openNew()) {
      append(log, FIRST, "a");
      append(log, FIRST, "b");
    }
    try (WriteAheadLog log = open()) {
      assertThatThrownBy(() ->
              log.replay((head, buffer, offset, length) -> {
                throw new IOException("full");
              }))
          .isInstanceOf(IOException.class)
          .hasMessage("full");
    }
    assertThat(reopen()).hasSize(2);
  }

  @Test
  void theOrderOfCallsIsChecked() throws IOException {
    try (WriteAheadLog log = open()) {
      assertThatThrownBy(() -> append(log, FIRST, "too early"))
          .isInstanceOf(IllegalStateException.class);
      log.replay((head, buffer, offset, length) -> {});
      assertThatThrownBy(() -> log.replay((head, buffer, offset, length) -> {}))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aClosedLogRefusesAppends() throws IOException {
    WriteAheadLog log = openNew();
    append(log, FIRST, "a");
    log.close();
    log.close();
    assertThatThrownBy(() -> append(log, FIRST, "too late")).isInstanceOf(IOException.class);
    assertThat(reopen()).containsExactly(new Delivered(FIRST, "a"));
  }

  @Test
  void framesOfManyThreadsComeBackOnceAndInTheOrderOfEach() throws Exception {
    int threads = 8;
    int framesEach = 60;
    try (WriteAheadLog log = openNew();
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        HeadId head = new HeadId(TenantId.SINGLE, new UUID(9, t));
        done.add(
            pool.submit(() -> {
              for (int i = 0; i < framesEach; i++) {
                append(log, head, i + "x".repeat(i * 100));
              }
              return null;
            }));
      }
      for (Future<?> future : done) {
        future.get(60, TimeUnit.SECONDS);
      }
    }
    List<Delivered> delivered = reopen();
    assertThat(delivered).hasSize(threads * framesEach);
    for (int t = 0; t < threads; t++) {
      HeadId head = new HeadId(TenantId.SINGLE, new UUID(9, t));
      List<String> own =
          delivered.stream().filter(d -> d.head().equals(head)).map(Delivered::payload).toList();
      for (int i = 0; i < framesEach; i++) {
        assertThat(own.get(i)).isEqualTo(i + "x".repeat(i * 100));
      }
    }
  }

  /** Opens the log and replays it, expecting nothing in particular. */
  protected final WriteAheadLog openNew() throws IOException {
    WriteAheadLog log = open();
    log.replay((head, buffer, offset, length) -> {});
    return log;
  }

  /** What a new life of the log delivers; that life ends with this call. */
  protected final List<Delivered> reopen() throws IOException {
    List<Delivered> delivered = new ArrayList<>();
    try (WriteAheadLog log = open()) {
      log.replay((head, buffer, offset, length) ->
          delivered.add(
              new Delivered(head, new String(buffer, offset, length, StandardCharsets.UTF_8))));
    }
    return delivered;
  }

  /** Appends a text. */
  protected static void append(WriteAheadLog log, HeadId head, String payload) throws IOException {
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    log.append(head, bytes, 0, bytes.length);
  }
}
