package io.tempo4j.receivers.transport;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import io.netty.buffer.ByteBuf;
import io.tempo4j.receivers.Admission;
import io.tempo4j.receivers.ByteSlice;
import io.tempo4j.receivers.RequestOutcome;
import io.tempo4j.receivers.RequestRefusedException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Copies a request's body into one array, piece by piece as it arrives, so that the network buffers
 * are free again at once. Runs on the request's event loop.
 *
 * <p>An announced length is no more than a hint: bytes are allocated, and counted against what may
 * be in flight, only as they really come, at most {@link #GROWTH} times as many. A sender that is
 * too slow is refused.
 */
final class RequestBody implements Subscriber<HttpObject> {

  /** What becomes of the body; exactly one of the two is called, once. */
  interface Receiver {

    /** The body is complete. */
    void complete(ByteSlice body);

    /**
     * The body will not be complete.
     *
     * @param readBytes how much of it came
     */
    void failed(RequestRefusedException refusal, long readBytes);
  }

  private static final int MIN_FIRST_BYTES = 1 << 10;
  private static final int GROWTH = 4;
  private static final byte[] EMPTY = {};

  private final int maxBytes;
  private final ToLongFunction<ByteBuf> announcedBytes;
  private final Admission admission;
  private final SenderPace pace;
  private final Receiver receiver;
  private byte[] array = EMPTY;
  private int size;
  private long expectedBytes;
  private boolean done;
  private @Nullable Subscription subscription;

  /**
   * Reads a body.
   *
   * @param maxBytes the largest body
   * @param announcedBytes given the first piece, says how long the whole body will be, or -1
   * @param admission counts what is allocated
   * @param pace watches the sender
   * @param receiver told when the body is complete or will not be
   */
  RequestBody(
      int maxBytes,
      ToLongFunction<ByteBuf> announcedBytes,
      Admission admission,
      SenderPace pace,
      Receiver receiver) {
    this.maxBytes = maxBytes;
    this.announcedBytes = announcedBytes;
    this.admission = admission;
    this.pace = pace;
    this.receiver = receiver;
  }

  @Override
  public void onSubscribe(Subscription s) {
    subscription = s;
    pace.begin(this::isSlow);
    s.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(HttpObject object) {
    if (!(object instanceof HttpData data)) {
      return;
    }
    try (data) {
      if (!done) {
        take(data.byteBuf());
      }
    } catch (RequestRefusedException e) {
      refuse(e);
    }
  }

  private void refuse(RequestRefusedException refusal) {
    done = true;
    pace.end();
    array = EMPTY;
    if (subscription != null) {
      subscription.cancel();
    }
    receiver.failed(refusal, size);
  }

  private void isSlow() {
    if (!done) {
      refuse(
          new RequestRefusedException(
              RequestOutcome.UNAVAILABLE,
              "the body came with less than " + pace.minBytesPerSecond() + " bytes a second",
              Duration.ofSeconds(1)));
    }
  }

  @Override
  public void onError(Throwable cause) {
    if (!done) {
      done = true;
      pace.end();
      receiver.failed(
          new RequestRefusedException(
              RequestOutcome.ABANDONED, "the request ended before its body was complete"),
          size);
    }
  }

  @Override
  public void onComplete() {
    if (!done) {
      done = true;
      pace.end();
      receiver.complete(new ByteSlice(array, 0, size));
    }
  }

  private void take(ByteBuf piece) throws RequestRefusedException {
    int length = piece.readableBytes();
    if (length == 0) {
      return;
    }
    pace.came(length);
    if (size == 0) {
      expectedBytes = announcedBytes.applyAsLong(piece);
    }
    if (expectedBytes > maxBytes || length > maxBytes - size) {
      throw tooLarge(maxBytes);
    }
    if (length > array.length - size) {
      grow(size + length);
    }
    piece.readBytes(array, size, length);
    size += length;
  }

  private void grow(int needed) throws RequestRefusedException {
    long expected = expectedBytes >= needed ? expectedBytes : maxBytes;
    int capacity = (int) Math.min(expected, Math.max(MIN_FIRST_BYTES, (long) GROWTH * needed));
    admission.reserve(capacity - array.length);
    array = array.length == 0 ? new byte[capacity] : Arrays.copyOf(array, capacity);
  }

  static RequestRefusedException tooLarge(int maxBytes) {
    return new RequestRefusedException(
        RequestOutcome.TOO_LARGE, "the request is larger than " + maxBytes + " bytes");
  }
}
