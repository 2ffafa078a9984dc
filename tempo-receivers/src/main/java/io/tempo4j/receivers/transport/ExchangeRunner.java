package io.tempo4j.receivers.transport;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.stream.SubscriptionOption;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tempo4j.engine.AppendResult;
import io.tempo4j.model.TenantId;
import io.tempo4j.receivers.Admission;
import io.tempo4j.receivers.ByteSlice;
import io.tempo4j.receivers.RequestOutcome;
import io.tempo4j.receivers.RequestRefusedException;
import io.tempo4j.receivers.SpanIntake;
import io.tempo4j.receivers.TenantResolver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Carries requests from their headers to their answers: tenant and bounds first, then the body on
 * the event loop, then everything that computes or blocks on a worker. Thread-safe.
 */
public final class ExchangeRunner {

  private static final Logger LOG = System.getLogger(ExchangeRunner.class.getName());

  private final SpanIntake intake;
  private final int minBytesPerSecond;

  /**
   * Delivers there.
   *
   * @param minBytesPerSecond how fast bodies must come at least; 0 for no bound
   */
  public ExchangeRunner(SpanIntake intake, int minBytesPerSecond) {
    this.intake = intake;
    this.minBytesPerSecond = minBytesPerSecond;
  }

  /** Answers a request that is not even looked at, and counts it. */
  public HttpResponse refuse(Exchange exchange, RequestRefusedException refusal) {
    intake.metrics().request(exchange.transport(), refusal.outcome(), 0);
    return exchange.refuse(refusal);
  }

  /** Reads the request, delivers its spans, answers. */
  public HttpResponse run(ServiceRequestContext ctx, HttpRequest request, Exchange exchange) {
    Run run;
    try {
      TenantId tenant = intake.tenant(request.headers().get(TenantResolver.HEADER));
      if (request.headers().contentLength() > exchange.maxBodyBytes()) {
        throw RequestBody.tooLarge(exchange.maxBodyBytes());
      }
      run = new Run(ctx, exchange, tenant, intake.admit());
    } catch (RequestRefusedException e) {
      leaveIfStopping(ctx);
      return refuse(exchange, e);
    }
    intake.received();
    var unused =
        ctx.log()
            .whenComplete()
            .handle((log, cause) -> {
              intake.answered();
              return log;
            });
    RequestBody body =
        new RequestBody(
            exchange.maxBodyBytes(),
            exchange::announcedBytes,
            run.admission,
            new SenderPace(ctx.eventLoop(), minBytesPerSecond, SenderPace.INTERVAL),
            run);
    request.subscribe(body, ctx.eventLoop(), SubscriptionOption.WITH_POOLED_OBJECTS);
    return HttpResponse.of(run.answer);
  }

  /** Tells clients of a server that stops to go on elsewhere; before the answer's headers. */
  private void leaveIfStopping(ServiceRequestContext ctx) {
    if (intake.isStopping()) {
      var unused = ctx.initiateConnectionShutdown();
    }
  }

  private final class Run implements RequestBody.Receiver {

    private final ServiceRequestContext ctx;
    private final Exchange exchange;
    private final TenantId tenant;
    private final Admission admission;
    private final CompletableFuture<HttpResponse> answer = new CompletableFuture<>();

    Run(ServiceRequestContext ctx, Exchange exchange, TenantId tenant, Admission admission) {
      this.ctx = ctx;
      this.exchange = exchange;
      this.tenant = tenant;
      this.admission = admission;
    }

    @Override
    public void complete(ByteSlice body) {
      try {
        intake.execute(() -> deliver(body));
      } catch (RequestRefusedException e) {
        failed(e, body.length());
      }
    }

    @Override
    public void failed(RequestRefusedException refusal, long readBytes) {
      admission.close();
      intake.metrics().request(exchange.transport(), refusal.outcome(), readBytes);
      answer(exchange.refuse(refusal));
    }

    private void deliver(ByteSlice body) {
      HttpResponse response;
      try {
        AppendResult result = append(exchange.message(body, admission));
        intake
            .metrics()
            .request(
                exchange.transport(),
                result.rejectedSpans() == 0 ? RequestOutcome.ACCEPTED : RequestOutcome.PARTIAL,
                body.length());
        response = exchange.answer(result);
      } catch (RequestRefusedException e) {
        intake.metrics().request(exchange.transport(), e.outcome(), body.length());
        response = exchange.refuse(e);
      } catch (RuntimeException | Error e) {
        LOG.log(Level.ERROR, "a request over " + exchange.transport() + " failed", e);
        intake.metrics().request(exchange.transport(), RequestOutcome.INTERNAL, body.length());
        response =
            exchange.refuse(
                new RequestRefusedException(
                    RequestOutcome.INTERNAL, "internal error, see the server's log"));
      } finally {
        admission.close();
      }
      answer(response);
    }

    private void answer(HttpResponse response) {
      leaveIfStopping(ctx);
      answer.complete(response);
    }

    private AppendResult append(ByteSlice message) throws RequestRefusedException {
      // An empty request succeeds (OTLP 1.10); there is nothing to make durable.
      if (message.length() == 0) {
        return new AppendResult(0, Map.of(), "");
      }
      try {
        AppendResult result = intake.append(tenant, message);
        intake.metrics().taken(exchange.transport(), tenant, result, message.length());
        return result;
      } catch (RequestRefusedException e) {
        intake
            .metrics()
            .refused(
                exchange.transport(), tenant, e.outcome(), SpanCount.of(message), message.length());
        throw e;
      }
    }
  }
}
