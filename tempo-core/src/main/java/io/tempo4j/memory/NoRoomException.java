package io.tempo4j.memory;

/**
 * A lease could not grow by what its holder needs to go on. The lease is as it was.
 *
 * <p>Unchecked, so that it passes through code that knows nothing of leases; who began the work
 * undoes it and says so to its caller. Has no stack trace.
 */
public final class NoRoomException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String budget;
  private final long bytes;

  /**
   * Says what was wanted of which budget.
   *
   * @param budget name of the budget
   * @param bytes bytes that it had no room for
   */
  public NoRoomException(String budget, long bytes) {
    super("no room for " + bytes + " more bytes in the budget for " + budget, null, false, false);
    this.budget = budget;
    this.bytes = bytes;
  }

  /** Name of the budget that has too little left. */
  public String budget() {
    return budget;
  }

  /** Bytes that were asked for in vain. */
  public long bytes() {
    return bytes;
  }
}
