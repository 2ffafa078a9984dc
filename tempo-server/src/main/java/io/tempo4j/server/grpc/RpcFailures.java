package io.tempo4j.server.grpc;

import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.tempo4j.query.QueryBudgetException;
import io.tempo4j.query.QueryContentionException;
import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.server.api.BadRequestException;
import io.tempo4j.server.config.GoDuration;
import io.tempo4j.storage.StoreUnavailableException;
import io.tempo4j.traceql.TraceQlException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The statuses of calls that do not end as they should, with the texts of the HTTP API. */
final class RpcFailures {

  private static final Logger LOG = LoggerFactory.getLogger(RpcFailures.class);

  /** When to come again after a refusal that is a matter of load. */
  private static final int RETRY_AFTER_SECONDS = 2;

  private RpcFailures() {}

  /** What became of a query that threw {@code cause}; that it was stopped is no failure. */
  static StatusRuntimeException of(Throwable cause) {
    return switch (cause) {
      case BadRequestException e -> because(Status.INVALID_ARGUMENT, e.getMessage());
      case TraceQlException e ->
          because(Status.INVALID_ARGUMENT, "invalid TraceQL query: " + e.getMessage());
      case StoreUnavailableException e ->
          tryAgain(Status.UNAVAILABLE, String.valueOf(e.getMessage()));
      case UnsupportedQueryException e ->
          because(Status.INVALID_ARGUMENT, "invalid TraceQL query: " + e.getMessage());
      case QueryBudgetException e -> because(Status.RESOURCE_EXHAUSTED, e.getMessage());
      case QueryContentionException e -> tryAgain(Status.RESOURCE_EXHAUSTED, e.getMessage());
      default -> {
        LOG.error("a query failed", cause);
        yield because(Status.INTERNAL, "the query failed: " + cause);
      }
    };
  }

  static StatusRuntimeException busy() {
    return tryAgain(Status.RESOURCE_EXHAUSTED, "job queue full");
  }

  static StatusRuntimeException late(Duration deadline) {
    return because(
        Status.DEADLINE_EXCEEDED, "the query took longer than " + GoDuration.format(deadline));
  }

  static StatusRuntimeException starting() {
    return tryAgain(Status.UNAVAILABLE, "the server is starting");
  }

  static StatusRuntimeException stopping() {
    return tryAgain(Status.UNAVAILABLE, "the server is stopping");
  }

  /** Refuses what may be asked again in a moment. */
  private static StatusRuntimeException tryAgain(Status status, @Nullable String message) {
    RetryInfo later =
        RetryInfo.newBuilder()
            .setRetryDelay(
                com.google.protobuf.Duration.newBuilder().setSeconds(RETRY_AFTER_SECONDS))
            .build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(status.getCode().value())
            .setMessage(String.valueOf(message))
            .addDetails(Any.pack(later))
            .build());
  }

  private static StatusRuntimeException because(Status status, @Nullable String message) {
    return status.withDescription(message).asRuntimeException();
  }
}
