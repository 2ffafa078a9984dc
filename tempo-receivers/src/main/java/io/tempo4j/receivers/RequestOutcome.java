package io.tempo4j.receivers;

/**
 * How a request ended, with the codes of gRPC ({@code google.rpc.Code}) and HTTP that say so.
 *
 * <p>Source: OTLP specification 1.10, sections on failures and throttling; which of them a client
 * repeats is written there.
 */
public enum RequestOutcome {
  /** Every span was taken. */
  ACCEPTED(0, 200),
  /** Some spans were dropped; the answer says how many and why. */
  PARTIAL(0, 200),
  /** The request cannot be understood. Not to be repeated. */
  INVALID(3, 400),
  /** A body or message is larger than allowed. Not to be repeated. */
  TOO_LARGE(8, 413),
  /** Too much is in flight or unflushed. To be repeated after the time in the answer. */
  OVERLOADED(8, 429),
  /** Method, media type or compression that this receiver does not have. Not to be repeated. */
  UNSUPPORTED(12, 404),
  /** The spans could not be made durable, or not in time. To be repeated. */
  UNAVAILABLE(14, 503),
  /** A defect of the program. Not to be repeated. */
  INTERNAL(13, 500),
  /** The client went away before its request was complete. */
  ABANDONED(1, 503);

  private final int rpcCode;
  private final int httpStatus;

  RequestOutcome(int rpcCode, int httpStatus) {
    this.rpcCode = rpcCode;
    this.httpStatus = httpStatus;
  }

  /** The number of the {@code google.rpc.Code}. */
  public int rpcCode() {
    return rpcCode;
  }

  /** The HTTP status. */
  public int httpStatus() {
    return httpStatus;
  }
}
