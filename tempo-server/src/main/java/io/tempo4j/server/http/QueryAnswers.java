package io.tempo4j.server.http;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TenantId;
import io.tempo4j.query.QueryBudgetException;
import io.tempo4j.query.QueryContentionException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStoppedException;
import io.tempo4j.query.SharedQueryMemory;
import io.tempo4j.query.schedule.SchedulerBounds;
import io.tempo4j.server.api.BadRequestException;
import io.tempo4j.server.config.GoDuration;
import io.tempo4j.server.config.TempoConfig;
import io.tempo4j.storage.StoreUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How every query comes to its answer: parsed on the event loop, run on the pool's threads against
 * the store, counted.
 */
public final class QueryAnswers {

  private static final Logger LOG = LoggerFactory.getLogger(QueryAnswers.class);

  /** How long a query waits for memory that others hold, and for its turn to do so. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How long a query runs before shorter ones go first. */
  private static final Duration SLICE = Duration.ofMillis(50);

  /** Queries that have begun and wait on their thread: a stack of some 100 KiB each. */
  private static final int MAX_PAUSED = 100;

  /** All tenants together have so many times the queue of one. */
  private static final int QUEUES = 5;

  /** How long a client may take for 32 KiB of an answer, or for a message of a stream. */
  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(15);

  /** Asks a store that is open. */
  interface Query {
    HttpResponse on(TraceBackend backend, QueryContext context) throws IOException;
  }

  /** Makes a query of a request. */
  interface Parsing {
    Query parse() throws BadRequestException;
  }

  private final ServerState state;
  private final TenantHeader tenants;
  private final HttpMetrics metrics;
  private final QueryPool pool;
  private final Delivery delivery;

  QueryAnswers(ServerState state, TempoConfig config, HttpMetrics metrics, MemoryPlan memory) {
    this.state = state;
    this.tenants = config.multitenancyEnabled() ? TenantHeader.REQUIRED : TenantHeader.IGNORED;
    this.metrics = metrics;
    TempoConfig.Queries bounds = config.queries();
    int threads = Math.min(bounds.maxConcurrent(), 4 * Runtime.getRuntime().availableProcessors());
    this.pool =
        new QueryPool(
            new SchedulerBounds(
                threads,
                MAX_PAUSED,
                bounds.maxQueued(),
                (int) Math.min(Integer.MAX_VALUE, (long) QUEUES * bounds.maxQueued()),
                SLICE),
            bounds.maxQueryBytes(),
            new SharedQueryMemory(memory.queries(), "TEMPO_HEAP", PATIENCE),
            new TextFailures());
    this.delivery = new Delivery(memory.answers(), STALL_TIMEOUT);
    metrics.watch(pool);
  }

  /** Brings answers to clients. */
  Delivery delivery() {
    return delivery;
  }

  /**
   * Whose traces a request is about.
   *
   * @throws BadRequestException if it does not say so and must
   */
  public TenantId tenantOf(RequestHeaders headers) throws BadRequestException {
    return tenants.tenantOf(headers);
  }

  /** The store, once it is open. */
  public Optional<TraceBackend> backend() {
    return state.backend();
  }

  /** Where queries run. */
  public QueryPool pool() {
    return pool;
  }

  /** Counts the end of a query that does not come by {@link #answer}. */
  public void count(TenantId tenant, String operation, String result) {
    metrics.query(tenant, operation, result);
  }

  /** Measures every call of a gRPC service. */
  public Function<? super HttpService, HttpService> timedCalls() {
    return metrics.timedCalls();
  }

  /**
   * {@code query}, counted under {@code operation} by how it ends. One that found no room is not
   * counted, for it may begin again.
   */
  Query counted(String operation, TenantId tenant, Query query) {
    return (backend, context) -> {
      Optional<String> result = Optional.of("failed");
      try {
        HttpResponse response = query.on(backend, context);
        result = Optional.of("completed");
        return response;
      } catch (QueryStoppedException e) {
        result = Optional.of("canceled");
        throw e;
      } catch (QueryContentionException e) {
        result = Optional.empty();
        throw e;
      } finally {
        result.ifPresent(how -> metrics.query(tenant, operation, how));
      }
    };
  }

  /** The answer to come; {@link Duration#ZERO} is no deadline. */
  HttpResponse answer(ServiceRequestContext context, Duration deadline, Parsing parsing) {
    Query query;
    try {
      query = parsing.parse();
    } catch (BadRequestException e) {
      return Replies.badRequest(String.valueOf(e.getMessage()));
    }
    Optional<TraceBackend> backend = state.backend();
    if (backend.isEmpty()) {
      return Replies.tryAgain(HttpStatus.SERVICE_UNAVAILABLE, "the server is starting");
    }
    return pool.answer(
        context,
        tenantInLine(context.request().headers()),
        deadline,
        running -> query.on(backend.get(), running));
  }

  /** Whose turn a request takes; those that are about no tenant take turns as one. */
  private TenantId tenantInLine(RequestHeaders headers) {
    try {
      return tenantOf(headers);
    } catch (BadRequestException aboutNone) {
      return TenantId.SINGLE;
    }
  }

  /** Refuses new queries, and waits until those under way have their answers. */
  void drain(Duration timeout) throws InterruptedException {
    pool.drain(timeout);
  }

  /** Takes no more queries and waits for running ones, no longer than {@code timeout}. */
  void close(Duration timeout) throws InterruptedException {
    pool.close(timeout);
  }

  private static final class TextFailures implements QueryPool.Failures {

    @Override
    public HttpResponse busy() {
      return Replies.tryAgain(HttpStatus.TOO_MANY_REQUESTS, "job queue full");
    }

    @Override
    public HttpResponse stopping() {
      return Replies.tryAgain(HttpStatus.SERVICE_UNAVAILABLE, "the server is stopping");
    }

    @Override
    public HttpResponse late(Duration deadline) {
      return Replies.text(
          HttpStatus.GATEWAY_TIMEOUT, "the query took longer than " + GoDuration.format(deadline));
    }

    @Override
    public HttpResponse failed(Throwable cause) {
      if (cause instanceof QueryBudgetException budget) {
        return Replies.tooMuch(String.valueOf(budget.getMessage()));
      }
      if (cause instanceof QueryContentionException contention) {
        return Replies.tryAgain(
            HttpStatus.TOO_MANY_REQUESTS, String.valueOf(contention.getMessage()));
      }
      if (cause instanceof StoreUnavailableException away) {
        return Replies.tryAgain(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(away.getMessage()));
      }
      LOG.error("a query failed", cause);
      return Replies.text(HttpStatus.INTERNAL_SERVER_ERROR, "the query failed: " + cause);
    }
  }
}
