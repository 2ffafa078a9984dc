package io.tempo4j.server.grpc;

import com.linecorp.armeria.common.ContextAwareEventLoop;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.netty.util.concurrent.ScheduledFuture;
import io.tempo4j.model.TenantId;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryContentionException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStoppedException;
import io.tempo4j.server.http.QueryPool;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One call and the query that answers it.
 *
 * <p>The query works on a thread of the pool and leaves what it finds with its source; the client's
 * event loop takes it from there, regularly and at the end, as long as the client takes messages.
 * When a client is slow and enough waits for it, the query gives its thread back and goes on when
 * the client does. A client that goes away, and the deadline, end it at its next check. A query
 * that finds no room for what it holds begins again when its turn comes, unless something was sent.
 *
 * @param <M> a message of the answer
 */
final class AnswerStream<M> {

  /** Begins the query, on a thread of the pool. */
  interface Opening<M> {
    AnswerSource<M> open(QueryContext context) throws Exception;
  }

  /** How an answer ended. */
  enum End {
    COMPLETED,
    CANCELED,
    FAILED
  }

  /** Told once how an answer ended, on the event loop, and of how much it was made. */
  interface Ending {
    void ended(End end, Coverage coverage);
  }

  /** How long something new waits for more before it is sent. */
  private static final Duration GATHERING = Duration.ofMillis(200);

  /*
   * Everything but work() runs on the event loop, and the phase belongs to it alone. While it is
   * WORKING, a thread of the pool runs work() or will; that thread hands over to the event loop as
   * its last act. Whoever comes second of the end of the call and the end of the work closes the
   * source and leaves the pool.
   */
  private enum Phase {
    WORKING,
    WAITING_FOR_TURN,
    WAITING_FOR_CLIENT,
    SENDING_THE_REST
  }

  private final ServerCallStreamObserver<M> client;
  private final ContextAwareEventLoop eventLoop;
  private final Duration deadline;
  private final Opening<M> opening;
  private final Ending ending;
  private final QueryPool.Running running;
  private final AtomicBoolean isClosed;
  private volatile @Nullable AnswerSource<M> source;
  private Phase phase = Phase.WORKING;
  private boolean hasSent;
  private @Nullable ScheduledFuture<?> regularly;
  private @Nullable ScheduledFuture<?> late;

  private AnswerStream(
      ServerCallStreamObserver<M> client,
      ContextAwareEventLoop eventLoop,
      QueryPool.Running running,
      AtomicBoolean isClosed,
      Duration deadline,
      Opening<M> opening,
      Ending ending) {
    this.client = client;
    this.eventLoop = eventLoop;
    this.deadline = deadline;
    this.opening = opening;
    this.ending = ending;
    this.running = running;
    this.isClosed = isClosed;
  }

  /**
   * Answers a call, called on its event loop.
   *
   * @param deadline how long the whole answer may take; zero for no deadline
   * @param ending told before the client is
   */
  static <M> void start(
      ServerCallStreamObserver<M> client,
      ContextAwareEventLoop eventLoop,
      QueryPool pool,
      TenantId tenant,
      Duration deadline,
      Opening<M> opening,
      Ending ending) {
    if (pool.isStopping()) {
      ending.ended(End.FAILED, Coverage.COMPLETE);
      client.onError(RpcFailures.stopping());
      return;
    }
    AtomicBoolean isClosed = new AtomicBoolean();
    Optional<QueryPool.Running> running = pool.enter(tenant, deadline, isClosed::get);
    if (running.isEmpty()) {
      ending.ended(End.FAILED, Coverage.COMPLETE);
      client.onError(RpcFailures.busy());
      return;
    }
    new AnswerStream<>(client, eventLoop, running.get(), isClosed, deadline, opening, ending)
        .start();
  }

  private void start() {
    client.setOnReadyHandler(() -> onEventLoop(this::clientIsReady));
    client.setOnCancelHandler(() -> onEventLoop(() -> close(End.CANCELED, Coverage.COMPLETE)));
    regularly =
        eventLoop.scheduleWithFixedDelay(
            this::send, GATHERING.toMillis(), GATHERING.toMillis(), TimeUnit.MILLISECONDS);
    if (!deadline.isZero()) {
      late = eventLoop.schedule(this::isLate, deadline.toMillis(), TimeUnit.MILLISECONDS);
    }
    goOn();
  }

  private void onEventLoop(Runnable step) {
    if (eventLoop.inEventLoop()) {
      step.run();
    } else {
      eventLoop.execute(step);
    }
  }

  private void goOn() {
    phase = Phase.WORKING;
    try {
      running.execute(this::work, () -> onEventLoop(this::release));
    } catch (RejectedExecutionException e) {
      phase = Phase.WAITING_FOR_CLIENT;
      fail(RpcFailures.stopping(), End.FAILED);
    }
  }

  /** On a thread of the pool. */
  private void work() {
    Runnable handOver;
    try {
      handOver = workOn() ? () -> workPauses(Phase.WAITING_FOR_CLIENT) : this::workIsDone;
    } catch (Throwable e) {
      handOver = () -> workFailed(e);
    }
    eventLoop.execute(handOver);
  }

  /** Whether there is more to do. */
  private boolean workOn() throws Exception {
    AnswerSource<M> query = source;
    if (query == null) {
      running.begin();
      query = opening.open(running.context());
      source = query;
    }
    while (query.advance()) {
      if (query.isFull()) {
        return true;
      }
    }
    return false;
  }

  private void workPauses(Phase next) {
    phase = next;
    if (isClosed.get()) {
      release();
      return;
    }
    send();
    if (phase == Phase.WORKING || isClosed.get()) {
      return;
    }
    AnswerSource<M> query = source;
    if (phase == Phase.WAITING_FOR_CLIENT && query != null) {
      query.rest();
    }
    running.rest();
  }

  private void workIsDone() {
    workPauses(Phase.SENDING_THE_REST);
  }

  private void workFailed(Throwable cause) {
    phase = Phase.WAITING_FOR_CLIENT;
    if (isClosed.get()) {
      release();
    } else if (cause instanceof QueryStoppedException) {
      isLate(); // nothing else stops a query before its stream is closed
    } else if (cause instanceof QueryContentionException && !hasSent && running.mayBeginAgain()) {
      beginAgain();
    } else {
      fail(RpcFailures.of(cause), End.FAILED);
    }
  }

  private void beginAgain() {
    AnswerSource<M> query = source;
    if (query != null) {
      source = null;
      query.close();
    }
    phase = Phase.WAITING_FOR_TURN;
    var unused = running.nextTurn().thenAccept(isTurn -> onEventLoop(() -> turnCame(isTurn)));
  }

  private void turnCame(boolean isTurn) {
    if (isClosed.get()) {
      return;
    }
    if (isTurn) {
      goOn();
    } else {
      fail(RpcFailures.of(running.refusal()), End.FAILED);
    }
  }

  private void clientIsReady() {
    // What a working query finds is gathered, unless a whole message is there.
    AnswerSource<M> query = source;
    if (phase != Phase.WORKING || (query != null && query.isFull())) {
      send();
    }
  }

  private void send() {
    AnswerSource<M> query = source;
    if (isClosed.get() || query == null) {
      return;
    }
    boolean isAllSent = false;
    while (!isAllSent && client.isReady()) {
      Optional<M> message = query.poll();
      message.ifPresent(client::onNext);
      isAllSent = message.isEmpty();
      hasSent |= message.isPresent();
    }
    switch (phase) {
      case WORKING, WAITING_FOR_TURN -> {}
      case WAITING_FOR_CLIENT -> {
        if (!query.isFull()) {
          goOn();
        }
      }
      case SENDING_THE_REST -> {
        if (isAllSent) {
          close(End.COMPLETED, query.coverage());
          client.onCompleted();
        }
      }
    }
  }

  private void isLate() {
    fail(RpcFailures.late(deadline), End.CANCELED);
  }

  private void fail(StatusRuntimeException status, End end) {
    if (!isClosed.get()) {
      close(end, Coverage.COMPLETE);
      client.onError(status);
    }
  }

  private void close(End end, Coverage coverage) {
    if (isClosed.get()) {
      return;
    }
    isClosed.set(true);
    if (regularly != null) {
      regularly.cancel(false);
    }
    if (late != null) {
      late.cancel(false);
    }
    ending.ended(end, coverage);
    if (phase == Phase.WORKING) {
      running.stop();
    } else {
      release();
    }
  }

  private void release() {
    if (source != null) {
      source.close();
    }
    running.close();
    running.leave();
  }
}
