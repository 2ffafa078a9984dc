package io.tempo4j.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class HedgedObjectStoreTest extends ObjectStoreContract {

  private static final Duration AT_ONCE = Duration.ofNanos(1);
  private static final Duration NEVER = Duration.ofDays(1);

  @Override
  protected ObjectStore openEmpty() {
    return new HedgedObjectStore(new InMemoryObjectStore(), Duration.ofMillis(20), 2);
  }

  /** A store whose first reads do something else. */
  private static final class Stumbling extends ForwardingObjectStore {
    private final AtomicInteger reads = new AtomicInteger();
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final int hanging;
    private final int failing;

    /** The first reads hang until they are interrupted, the next ones fail. */
    Stumbling(int hanging, int failing) throws IOException {
      super(new InMemoryObjectStore());
      this.hanging = hanging;
      this.failing = failing;
      store.put("k", ObjectBody.of("content".getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void read(String key, long offset, byte[] target, int targetOffset, int length)
        throws IOException {
      int number = reads.getAndIncrement();
      if (number < hanging) {
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          interrupted.countDown();
          throw new InterruptedIOException();
        }
      }
      if (number < hanging + failing) {
        throw new IOException("failure " + number);
      }
      super.read(key, offset, target, targetOffset, length);
    }
  }

  private static String read(ObjectStore store) throws IOException {
    byte[] target = new byte[7];
    store.read("k", 0, target, 0, 7);
    return new String(target, StandardCharsets.UTF_8);
  }

  @Test
  void aReadThatHangsIsSentAgainAndInterrupted() throws Exception {
    Stumbling slow = new Stumbling(1, 0);
    HedgedObjectStore store = new HedgedObjectStore(slow, AT_ONCE, 2);
    assertThat(read(store)).isEqualTo("content");
    assertThat(store.hedgedRequests()).isEqualTo(1);
    slow.interrupted.await();
  }

  @Test
  void noMoreAttemptsThanAllowed() throws Exception {
    Stumbling slow = new Stumbling(2, 0);
    HedgedObjectStore store = new HedgedObjectStore(slow, AT_ONCE, 3);
    assertThat(read(store)).isEqualTo("content");
    assertThat(slow.reads).hasValue(3);
  }

  @Test
  void anAnswerInTimeIsAskedForOnce() throws Exception {
    Stumbling quick = new Stumbling(0, 0);
    HedgedObjectStore store = new HedgedObjectStore(quick, NEVER, 2);
    assertThat(read(store)).isEqualTo("content");
    assertThat(quick.reads).hasValue(1);
    assertThat(store.hedgedRequests()).isZero();
  }

  @Test
  void aFailureCountsWhenNoAttemptIsLeft() throws Exception {
    Stumbling failing = new Stumbling(1, 1);
    HedgedObjectStore store = new HedgedObjectStore(failing, AT_ONCE, 3);
    assertThat(read(store)).isEqualTo("content");

    HedgedObjectStore single = new HedgedObjectStore(new Stumbling(0, 5), NEVER, 2);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> read(single))
        .withMessage("failure 0");
  }
}
