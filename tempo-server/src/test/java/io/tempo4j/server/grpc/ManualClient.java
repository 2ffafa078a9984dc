package io.tempo4j.server.grpc;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that takes one message, and others only when the test asks for them. */
final class ManualClient<R, M> implements ClientResponseObserver<R, M> {

  static final String COMPLETED = "completed";

  private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
  private ClientCallStreamObserver<R> call;

  @Override
  public void beforeStart(ClientCallStreamObserver<R> stream) {
    call = stream;
    stream.disableAutoRequestWithInitial(1);
  }

  @Override
  public void onNext(M message) {
    events.add(message);
  }

  @Override
  public void onError(Throwable status) {
    events.add(status);
  }

  @Override
  public void onCompleted() {
    events.add(COMPLETED);
  }

  /** Takes so many messages more. */
  void request(int count) {
    call.request(count);
  }

  void cancel() {
    call.cancel("enough", null);
  }

  /** The next message, the status of an error, or {@link #COMPLETED}; waits for it. */
  Object next() {
    try {
      Object event = events.poll(30, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("nothing came");
      }
      return event;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
