package io.tempo4j.query.diff;

import io.tempo4j.model.TraceId;
import io.tempo4j.query.Coverage;

/** Two traces cannot be compared. The message says which of them is the reason. */
public final class IncomparableTracesException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** What is in the way. */
  public enum Reason {
    /** No span of a trace is stored. */
    MISSING,
    /** A trace is too large to be seen as a whole. */
    PARTIAL,
    /** Both together are too large. */
    TOO_LARGE
  }

  private IncomparableTracesException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** No span of the trace is stored. */
  public static IncomparableTracesException missing(TraceId id) {
    return missing(id, Coverage.COMPLETE);
  }

  /** No span of the trace is stored where that could be read. */
  public static IncomparableTracesException missing(TraceId id, Coverage coverage) {
    String rest = coverage.isComplete() ? "" : "; " + coverage.explanation();
    return new IncomparableTracesException(Reason.MISSING, "trace " + id + " is not stored" + rest);
  }

  /** The trace is larger than {@code maxBytes}. */
  public static IncomparableTracesException partial(TraceId id, long maxBytes) {
    return new IncomparableTracesException(
        Reason.PARTIAL,
        "trace " + id + " is larger than " + maxBytes + " bytes; partial traces are not compared");
  }

  /** The two traces have {@code bytes} together. */
  public static IncomparableTracesException tooLarge(long bytes, long maxBytes) {
    return new IncomparableTracesException(
        Reason.TOO_LARGE,
        "trace diff input too large: the two traces have "
            + bytes
            + " bytes, "
            + maxBytes
            + " is the most allowed");
  }

  /** What is in the way. */
  public Reason reason() {
    return reason;
  }
}
