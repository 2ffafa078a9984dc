package io.tempo4j.server.http;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tempo4j.query.QueryContentionException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStoppedException;
import io.tempo4j.query.SharedQueryMemory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs queries on threads of its own, off the event loops: so many at a time, so many more that
 * wait for a thread or for their client, each with a deadline.
 *
 * <p>A query that finds no room for what it holds, because another waits for room already, leaves
 * its thread and begins again when its turn comes. So at most one thread waits for memory.
 *
 * <p>A query whose client went away or whose deadline passed is not started any more; one that runs
 * is told by its context. It is not interrupted, since an interrupt closes what it is reading.
 *
 * <p>Thread-safe.
 */
public final class QueryPool {

  /** A query; what it throws becomes an answer. It may be run twice. */
  interface Query {
    HttpResponse run(QueryContext context) throws Exception;
  }

  /** What a query answers when it does not end as it should. */
  interface Failures {
    HttpResponse busy();

    HttpResponse stopping();

    HttpResponse late(Duration deadline);

    HttpResponse failed(Throwable cause);
  }

  private static final Duration FOREVER = Duration.ofDays(365);

  private final ThreadPoolExecutor threads;
  private final int allPlaces;
  private final Semaphore places;
  private final long maxQueryBytes;
  private final SharedQueryMemory memory;
  private final Failures failures;
  private volatile boolean isStopping;

  /** What a query holds that nobody counts: parsed text, plans, a page of a column. */
  private static final long LEAST_BYTES = 128 << 10;

  /** A query and what it holds; to be closed when its answer is gone. */
  public static final class Running implements AutoCloseable {
    private final QueryContext context;
    private final SharedQueryMemory.Share share;

    private Running(QueryContext bounds, SharedQueryMemory memory) {
      share = memory.open(bounds);
      context = bounds.withMemory(share);
    }

    /** The bounds of the query. */
    public QueryContext context() {
      return context;
    }

    /** Called when the query begins. */
    public void begin() {
      context.check();
      share.take(LEAST_BYTES);
    }

    /** Whether the query found no room, and can begin again when its turn comes. */
    public boolean mayBeginAgain() {
      return share.mayBeginAgain();
    }

    /** Gives back what the query holds; see {@link SharedQueryMemory.Share#nextTurn}. */
    public CompletableFuture<Boolean> nextTurn() {
      return share.nextTurn();
    }

    /** Why the query did not get its turn. */
    public QueryContentionException refusal() {
      return share.refusal();
    }

    /** Says that the query waits for its client. */
    public void rest() {
      share.rest();
    }

    @Override
    public void close() {
      share.close();
    }
  }

  /**
   * A pool without queries.
   *
   * @param maxQueryBytes most bytes of columns that one query may read; 0 for no bound
   * @param memory what queries hold
   */
  QueryPool(
      int maxRunning,
      int maxWaiting,
      long maxQueryBytes,
      SharedQueryMemory memory,
      Failures failures) {
    this.memory = memory;
    this.maxQueryBytes = maxQueryBytes == 0 ? Long.MAX_VALUE : maxQueryBytes;
    this.allPlaces = (int) Math.min(Integer.MAX_VALUE, (long) maxRunning + maxWaiting);
    this.places = new Semaphore(allPlaces);
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            maxRunning,
            maxRunning,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "query-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    this.threads.allowCoreThreadTimeOut(true);
    this.failures = failures;
  }

  /** Queries that wait for a thread. */
  int waiting() {
    return threads.getQueue().size();
  }

  /** Queries that run. */
  int running() {
    return threads.getActiveCount();
  }

  /**
   * Takes a place for a query, for as long as it runs or waits.
   *
   * @return whether there was one; if so, {@link #leave} gives it back
   */
  public boolean enter() {
    return places.tryAcquire();
  }

  /** Gives the place of a query back. */
  public void leave() {
    places.release();
  }

  /**
   * Runs a part of a query that has a place.
   *
   * @throws RejectedExecutionException if the pool is closed
   */
  public void execute(Runnable part) {
    threads.execute(part);
  }

  /** Answers when {@code query} has ended; {@link Duration#ZERO} is no deadline. */
  HttpResponse answer(ServiceRequestContext context, Duration deadline, Query query) {
    CompletableFuture<@Nullable HttpResponse> answer = new CompletableFuture<>();
    if (isStopping) {
      return failures.stopping();
    }
    if (!enter()) {
      return failures.busy();
    }
    try {
      execute(() -> run(query, open(deadline, answer::isDone), answer));
    } catch (RejectedExecutionException e) {
      leave();
      return failures.stopping();
    }
    if (!deadline.isZero()) {
      answer.completeOnTimeout(null, deadline.toMillis(), TimeUnit.MILLISECONDS);
    }
    context
        .whenRequestCancelling()
        .thenAccept(cause -> answer.complete(null)) // nobody will read it
        .exceptionally(unexpected -> null);
    return HttpResponse.of(
        answer.handle((response, cause) -> {
          if (cause != null) {
            return failures.failed(cause);
          }
          return response == null ? failures.late(deadline) : response;
        }));
  }

  private void run(Query query, Running running, CompletableFuture<@Nullable HttpResponse> answer) {
    HttpResponse response = null;
    Throwable failure = null;
    try {
      if (!answer.isDone()) {
        running.begin();
        response = query.run(running.context());
      }
    } catch (QueryStoppedException e) {
      // Late, or nobody waits: there is no answer.
    } catch (Throwable e) {
      failure = e;
    }
    if (failure instanceof QueryContentionException && running.mayBeginAgain()) {
      beginAgain(query, running, answer);
    } else {
      end(running, answer, response, failure);
    }
  }

  private void beginAgain(
      Query query, Running running, CompletableFuture<@Nullable HttpResponse> answer) {
    var unused =
        running
            .nextTurn()
            .thenAccept(isTurn -> {
              if (!isTurn) {
                end(running, answer, null, running.refusal());
                return;
              }
              try {
                execute(() -> run(query, running, answer));
              } catch (RejectedExecutionException e) {
                end(running, answer, failures.stopping(), null);
              }
            });
    var ignored = answer.whenComplete((response, cause) -> running.share.giveUp());
  }

  private void end(
      Running running,
      CompletableFuture<@Nullable HttpResponse> answer,
      @Nullable HttpResponse response,
      @Nullable Throwable failure) {
    if (response == null) {
      running.close();
    } else {
      running.rest();
      var unused =
          response
              .whenComplete()
              .handle((done, cause) -> {
                running.close();
                return done;
              });
    }
    leave(); // before the client can ask again
    boolean isTaken =
        failure == null ? answer.complete(response) : answer.completeExceptionally(failure);
    if (!isTaken && response != null) {
      response.abort();
    }
  }

  /**
   * Begins a query whose bounds count from now.
   *
   * @param deadline {@link Duration#ZERO} is no deadline
   */
  public Running open(Duration deadline, BooleanSupplier cancelled) {
    return new Running(
        QueryContext.of(System::nanoTime, deadline.isZero() ? FOREVER : deadline, cancelled)
            .withMaxBytes(maxQueryBytes),
        memory);
  }

  /** Takes no more queries, and waits until the answers of those that were taken are made. */
  void drain(Duration timeout) throws InterruptedException {
    isStopping = true;
    if (places.tryAcquire(allPlaces, timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      places.release(allPlaces);
    }
  }

  /** Whether queries are refused because the server stops. */
  public boolean isStopping() {
    return isStopping;
  }

  /** Waits for running queries no longer than {@code timeout}. */
  void close(Duration timeout) throws InterruptedException {
    threads.shutdown();
    if (!threads.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      threads.getQueue().clear();
    }
  }
}
