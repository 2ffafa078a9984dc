package io.tempo4j.query;

/** A query was stopped from outside before it had its answer; there is no partial result. */
public final class QueryStoppedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why a query was stopped. */
  public enum Reason {
    /** Nobody waits for the answer any more. */
    CANCELLED,
    /** The time allowed is over; a narrower time range or a larger timeout may help. */
    DEADLINE
  }

  private final Reason reason;

  public QueryStoppedException(Reason reason) {
    super(reason == Reason.CANCELLED ? "query cancelled" : "query exceeded its deadline");
    this.reason = reason;
  }

  /** Why it was stopped. */
  public Reason reason() {
    return reason;
  }
}
