package io.tempo4j.receivers.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpData;
import io.tempo4j.receivers.Admission;
import io.tempo4j.receivers.ByteSlice;
import io.tempo4j.receivers.InFlightFixture;
import io.tempo4j.receivers.RequestOutcome;
import io.tempo4j.receivers.RequestRefusedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;

/** Bodies that come slowly, or are announced and do not come. */
@Timeout(60)
final class RequestBodyTest {

  private static final int ANNOUNCED = 1 << 20;

  private final ScheduledExecutorService eventLoop = Executors.newSingleThreadScheduledExecutor();
  private final CompletableFuture<ByteSlice> body = new CompletableFuture<>();
  private final CompletableFuture<RequestRefusedException> refusal = new CompletableFuture<>();

  @AfterEach
  void stop() {
    eventLoop.shutdownNow();
  }

  private RequestBody reading(Admission admission, Duration interval) throws Exception {
    return reading(admission, 1 << 10, interval);
  }

  private RequestBody reading(Admission admission, int minBytesPerSecond, Duration interval)
      throws Exception {
    RequestBody reading =
        new RequestBody(
            2 * ANNOUNCED,
            first -> ANNOUNCED,
            admission,
            new SenderPace(eventLoop, minBytesPerSecond, interval),
            new RequestBody.Receiver() {
              @Override
              public void complete(ByteSlice all) {
                body.complete(all);
              }

              @Override
              public void failed(RequestRefusedException why, long readBytes) {
                refusal.complete(why);
              }
            });
    run(() ->
        reading.onSubscribe(
            new Subscription() {
              @Override
              public void request(long n) {}

              @Override
              public void cancel() {}
            }));
    return reading;
  }

  private void run(Runnable step) throws Exception {
    eventLoop.submit(step).get(30, TimeUnit.SECONDS);
  }

  @Test
  void announcedBytesTakeNoRoomBeforeTheyCome() throws Exception {
    RequestBody reading = reading(InFlightFixture.admission(4_000), Duration.ofMinutes(1));
    run(() -> reading.onNext(HttpData.wrap(new byte[900])));
    assertThat(refusal).isNotDone();
    run(() -> reading.onNext(HttpData.wrap(new byte[5_000])));
    assertThat(refusal.join().outcome()).isEqualTo(RequestOutcome.OVERLOADED);
  }

  @Test
  void piecesMakeTheBody() throws Exception {
    RequestBody reading = reading(InFlightFixture.admission(), Duration.ofMinutes(1));
    for (int i = 0; i < ANNOUNCED / (1 << 14); i++) {
      byte[] piece = new byte[1 << 14];
      piece[0] = (byte) i;
      run(() -> reading.onNext(HttpData.wrap(piece)));
    }
    run(reading::onComplete);
    ByteSlice all = body.join();
    assertThat(all.length()).isEqualTo(ANNOUNCED);
    for (int i = 0; i < ANNOUNCED / (1 << 14); i++) {
      assertThat(all.array()[all.offset() + (i << 14)]).isEqualTo((byte) i);
    }
  }

  @Test
  void sendersThatTrickleAreCutOff() throws Exception {
    RequestBody reading = reading(InFlightFixture.admission(), Duration.ofMillis(20));
    run(() -> reading.onNext(HttpData.wrap(new byte[1])));
    assertThat(refusal.get(30, TimeUnit.SECONDS).outcome()).isEqualTo(RequestOutcome.UNAVAILABLE);
    assertThat(refusal.join().retryAfter()).isEqualTo(Duration.ofSeconds(1));
    // What comes later is nobody's any more.
    run(() -> reading.onNext(HttpData.wrap(new byte[100])));
    run(reading::onComplete);
    assertThat(body).isNotDone();
  }

  @Test
  void theRefusalSaysHowFastABodyMustCome() throws Exception {
    RequestBody reading = reading(InFlightFixture.admission(), 500_000, Duration.ofMillis(20));
    run(() -> reading.onNext(HttpData.wrap(new byte[1_000])));
    assertThat(refusal.get(30, TimeUnit.SECONDS))
        .hasMessage("the body came with less than 500000 bytes a second");
  }

  @Test
  void sendersMayTrickleWhereNoPaceIsAsked() throws Exception {
    RequestBody reading = reading(InFlightFixture.admission(), 0, Duration.ofMillis(1));
    CompletableFuture<Void> later = new CompletableFuture<>();
    eventLoop.schedule(() -> later.complete(null), 50, TimeUnit.MILLISECONDS);
    later.join();
    assertThat(refusal).isNotDone();
    run(reading::onComplete);
    assertThat(body.join().length()).isZero();
  }
}
