package io.tempo4j.server.http;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStoppedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs queries on threads of its own, off the event loops: so many at a time, so many waiting, each
 * with a deadline.
 *
 * <p>A query whose client went away or whose deadline passed is not started any more; one that runs
 * is told by its context. It is not interrupted, since an interrupt closes what it is reading.
 */
final class QueryPool {

  /** A query; what it throws becomes an answer. */
  interface Query {
    HttpResponse run(QueryContext context) throws Exception;
  }

  /** What a query answers when it does not end as it should. */
  interface Failures {
    HttpResponse busy();

    HttpResponse late(Duration deadline);

    HttpResponse failed(Throwable cause);
  }

  private static final Duration FOREVER = Duration.ofDays(365);

  private final ThreadPoolExecutor threads;
  private final Failures failures;

  QueryPool(int maxRunning, int maxWaiting, Failures failures) {
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            maxRunning,
            maxRunning,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(maxWaiting),
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

  /** Answers when {@code query} has ended; {@link Duration#ZERO} is no deadline. */
  HttpResponse answer(ServiceRequestContext context, Duration deadline, Query query) {
    CompletableFuture<@Nullable HttpResponse> answer = new CompletableFuture<>();
    Future<?> task;
    try {
      task = threads.submit(() -> run(query, deadline, answer));
    } catch (RejectedExecutionException e) {
      return failures.busy();
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
          task.cancel(false);
          if (cause != null) {
            return failures.failed(cause);
          }
          return response == null ? failures.late(deadline) : response;
        }));
  }

  private static void run(
      Query query, Duration deadline, CompletableFuture<@Nullable HttpResponse> answer) {
    if (answer.isDone()) {
      return;
    }
    QueryContext context =
        QueryContext.of(System::nanoTime, deadline.isZero() ? FOREVER : deadline, answer::isDone);
    try {
      answer.complete(query.run(context));
    } catch (QueryStoppedException e) {
      answer.complete(null);
    } catch (Throwable e) {
      answer.completeExceptionally(e);
    }
  }

  /** Waits for running queries no longer than {@code timeout}. */
  void close(Duration timeout) throws InterruptedException {
    threads.shutdown();
    if (!threads.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      threads.getQueue().clear();
    }
  }
}
