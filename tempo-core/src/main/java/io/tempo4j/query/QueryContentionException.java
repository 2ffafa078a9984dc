package io.tempo4j.query;

/**
 * A query needs bytes that other queries hold, and did not get them in time; there is no partial
 * result. The same query may succeed a moment later.
 */
public final class QueryContentionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Says what is short.
   *
   * @param limitBytes what all queries may hold together
   * @param raisedBy what raises that
   */
  public QueryContentionException(long limitBytes, String raisedBy) {
    super(
        "other queries hold the memory that this one needs: "
            + limitBytes
            + " bytes are for all queries together; try again soon, or raise "
            + raisedBy);
  }
}
