package io.tempo4j.server.http;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tempo4j.model.TenantId;
import io.tempo4j.query.QueryContentionException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStoppedException;
import io.tempo4j.query.SharedQueryMemory;
import io.tempo4j.query.schedule.QueryScheduler;
import io.tempo4j.query.schedule.SchedulerBounds;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs queries on threads of their own, off the event loops, in the turns of a {@link
 * QueryScheduler} and within a {@link SharedQueryMemory}, each with a deadline.
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

  /** What a query holds that nobody counts: parsed text, plans, a page of a column. */
  private static final long LEAST_BYTES = 128 << 10;

  private final ThreadPoolExecutor threads;
  private final QueryScheduler scheduler;
  private final long maxQueryBytes;
  private final SharedQueryMemory memory;
  private final Failures failures;
  private volatile boolean isStopping;

  /**
   * A query, its place among the others, and what it holds. To be {@linkplain #leave left} when it
   * has its answer, and closed when that is gone.
   */
  public static final class Running implements AutoCloseable {
    private final QueryScheduler.Place place;
    private final QueryContext context;
    private final SharedQueryMemory.Share share;

    private Running(QueryScheduler.Place place, QueryContext bounds, SharedQueryMemory memory) {
      this.place = place;
      this.share = memory.open(bounds);
      this.context = bounds.withMemory(share);
    }

    /** The bounds of the query. */
    public QueryContext context() {
      return context;
    }

    /**
     * Runs a part of the query when its turn comes.
     *
     * @param dropped is run instead if the query is stopped before
     * @throws RejectedExecutionException if the pool is closed
     */
    public void execute(Runnable part, Runnable dropped) {
      place.execute(part, dropped);
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

    /** Says that nobody waits for the answer: if the query waits, it ends. */
    public void stop() {
      share.giveUp();
      place.stop();
    }

    /** Gives the place of the query back. */
    public void leave() {
      place.leave();
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
      SchedulerBounds bounds, long maxQueryBytes, SharedQueryMemory memory, Failures failures) {
    this.memory = memory;
    this.maxQueryBytes = maxQueryBytes == 0 ? Long.MAX_VALUE : maxQueryBytes;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "query-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    this.scheduler = new QueryScheduler(bounds, threads, System::nanoTime);
    this.failures = failures;
  }

  /** Queries that wait for their turn. */
  int waiting() {
    return scheduler.waiting();
  }

  /** Queries that run. */
  int running() {
    return scheduler.running();
  }

  /**
   * Takes a place for a query, for as long as it runs or waits.
   *
   * @param deadline counts from now; {@link Duration#ZERO} is no deadline
   * @param cancelled true once nobody waits for the answer
   * @return empty if too many wait already
   */
  public Optional<Running> enter(TenantId tenant, Duration deadline, BooleanSupplier cancelled) {
    return scheduler
        .enter(tenant)
        .map(place ->
            new Running(
                place,
                QueryContext.of(System::nanoTime, deadline.isZero() ? FOREVER : deadline, cancelled)
                    .withMaxBytes(maxQueryBytes)
                    .withTime(place),
                memory));
  }

  /** Answers when {@code query} has ended; {@link Duration#ZERO} is no deadline. */
  HttpResponse answer(
      ServiceRequestContext context, TenantId tenant, Duration deadline, Query query) {
    CompletableFuture<@Nullable HttpResponse> answer = new CompletableFuture<>();
    if (isStopping) {
      return failures.stopping();
    }
    Optional<Running> entered = enter(tenant, deadline, answer::isDone);
    if (entered.isEmpty()) {
      return failures.busy();
    }
    Running running = entered.get();
    try {
      execute(query, running, answer);
    } catch (RejectedExecutionException e) {
      running.close();
      running.leave();
      return failures.stopping();
    }
    if (!deadline.isZero()) {
      answer.completeOnTimeout(null, deadline.toMillis(), TimeUnit.MILLISECONDS);
    }
    context
        .whenRequestCancelling()
        .thenAccept(cause -> answer.complete(null)) // nobody will read it
        .exceptionally(unexpected -> null);
    var unused = answer.whenComplete((response, cause) -> running.stop());
    return HttpResponse.of(
        answer.handle((response, cause) -> {
          if (cause != null) {
            return failures.failed(cause);
          }
          return response == null ? failures.late(deadline) : response;
        }));
  }

  private void execute(
      Query query, Running running, CompletableFuture<@Nullable HttpResponse> answer) {
    running.execute(() -> run(query, running, answer), () -> end(running, answer, null, null));
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
                execute(query, running, answer);
              } catch (RejectedExecutionException e) {
                end(running, answer, failures.stopping(), null);
              }
            });
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
    running.leave(); // before the client can ask again
    boolean isTaken =
        failure == null ? answer.complete(response) : answer.completeExceptionally(failure);
    if (!isTaken && response != null) {
      response.abort();
    }
  }

  /** Takes no more queries, and waits until the answers of those that were taken are made. */
  void drain(Duration timeout) throws InterruptedException {
    isStopping = true;
    var unused = scheduler.awaitEmpty(timeout);
  }

  /** Whether queries are refused because the server stops. */
  public boolean isStopping() {
    return isStopping;
  }

  /** Waits for running queries no longer than {@code timeout}. */
  void close(Duration timeout) throws InterruptedException {
    isStopping = true;
    scheduler.close();
    var unused = scheduler.awaitEmpty(timeout);
    threads.shutdown();
  }
}
