package io.tempo4j.receivers;

import io.tempo4j.engine.AppendResult;
import io.tempo4j.engine.OverloadedException;
import io.tempo4j.engine.SpanIngest;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.model.TenantId;
import io.tempo4j.otlp.MalformedOtlpException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The way from all receivers of a process into the store: bounds what is in flight, names the
 * tenant, runs the blocking append on workers, and turns failures of the store into refusals.
 * Thread-safe. Owns nothing that has to be closed: the executor and the store are the caller's.
 */
public final class SpanIntake {

  private static final Logger LOG = System.getLogger(SpanIntake.class.getName());

  private final SpanIngest ingest;
  private final TenantResolver tenants;
  private final IntakeLimits limits;
  private final ReceiverMetrics metrics;
  private final Executor workers;
  private final InFlight inFlight;
  private final AtomicInteger unanswered = new AtomicInteger();
  private volatile boolean isStopping;

  /**
   * Connects receivers to a store.
   *
   * @param ingest where spans go
   * @param tenants whose they are
   * @param limits bounds on what is in flight, over all receivers that use this intake
   * @param metrics counts
   * @param workers run decompression, transcoding and the append, which blocks until the spans are
   *     durable; at most {@code limits.maxRequests()} tasks are given to it at a time
   */
  public SpanIntake(
      SpanIngest ingest,
      TenantResolver tenants,
      IntakeLimits limits,
      ReceiverMetrics metrics,
      Executor workers) {
    this(ingest, tenants, limits, ByteBudget.unbounded("requests"), metrics, workers);
  }

  /**
   * Connects receivers to a store.
   *
   * @param budget takes the bytes of bodies, as they came and decompressed; shared with whatever
   *     else the process holds
   */
  public SpanIntake(
      SpanIngest ingest,
      TenantResolver tenants,
      IntakeLimits limits,
      ByteBudget budget,
      ReceiverMetrics metrics,
      Executor workers) {
    this.ingest = ingest;
    this.tenants = tenants;
    this.limits = limits;
    this.metrics = metrics;
    this.workers = workers;
    this.inFlight = new InFlight(limits, budget);
  }

  /** From now on refuses requests: those that were admitted before are still answered. */
  public void refuseNew() {
    isStopping = true;
  }

  /** Whether requests are refused because the process stops. */
  public boolean isStopping() {
    return isStopping;
  }

  /** Notes a request whose answer is not sent yet; {@link #answered} says that it is. */
  public void received() {
    unanswered.incrementAndGet();
  }

  /** Notes that a request was answered, or will not be. */
  public void answered() {
    if (unanswered.decrementAndGet() == 0) {
      synchronized (unanswered) {
        unanswered.notifyAll();
      }
    }
  }

  /**
   * Waits until every request that was received has its answer.
   *
   * @param timeout how long at most
   * @return whether all of them have
   */
  public boolean awaitAnswered(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    synchronized (unanswered) {
      while (unanswered.get() > 0) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        unanswered.wait(left);
      }
    }
    return true;
  }

  /** The bounds on what is in flight. */
  public IntakeLimits limits() {
    return limits;
  }

  /** Where receivers count. */
  public ReceiverMetrics metrics() {
    return metrics;
  }

  /** Requests in flight now. */
  public int requestsInFlight() {
    return inFlight.requests();
  }

  /** Bytes of requests in flight now. */
  public long bytesInFlight() {
    return inFlight.bytes();
  }

  /**
   * Names the tenant of a request.
   *
   * @param headerValue value of the tenant header, or null if there is none
   * @throws RequestRefusedException if the request names no tenant or an impossible one
   */
  public TenantId tenant(@Nullable String headerValue) throws RequestRefusedException {
    return tenants.resolve(headerValue);
  }

  /**
   * Lets a request in; the caller closes the admission when the request is answered or abandoned.
   *
   * @throws RequestRefusedException if as many requests are in flight as may be
   */
  public Admission admit() throws RequestRefusedException {
    if (isStopping) {
      throw new RequestRefusedException(
          RequestOutcome.UNAVAILABLE, "the server is stopping", limits.retryAfter());
    }
    return inFlight.enter();
  }

  /**
   * Runs blocking work on a worker.
   *
   * @throws RequestRefusedException if the workers take nothing more, at shutdown for example; the
   *     work will not run
   */
  public void execute(Runnable work) throws RequestRefusedException {
    try {
      workers.execute(work);
    } catch (RejectedExecutionException e) {
      throw new RequestRefusedException(
          RequestOutcome.UNAVAILABLE, "the server takes no more work", limits.retryAfter());
    }
  }

  /**
   * Gives one OTLP message to the store and waits until it is durable. Only on a worker.
   *
   * @param tenant whose spans they are
   * @param message an {@code ExportTraceServiceRequest} in protobuf
   * @throws RequestRefusedException if the store refuses or fails; nothing of the message was kept
   *     unless its outcome is {@code UNAVAILABLE}
   */
  public AppendResult append(TenantId tenant, ByteSlice message) throws RequestRefusedException {
    try {
      return ingest.append(tenant, message.array(), message.offset(), message.length());
    } catch (MalformedOtlpException e) {
      throw RequestRefusedException.invalid(describe(e));
    } catch (OverloadedException e) {
      throw new RequestRefusedException(RequestOutcome.OVERLOADED, describe(e), e.retryAfter());
    } catch (IOException e) {
      // Every request fails like this while a disk is full: one line each, the trace on demand.
      LOG.log(Level.WARNING, "cannot store a request of tenant " + tenant + ": " + e);
      LOG.log(Level.DEBUG, "the failure", e);
      throw new RequestRefusedException(
          RequestOutcome.UNAVAILABLE, describe(e), limits.retryAfter());
    }
  }

  private static String describe(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
