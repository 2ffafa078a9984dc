package io.tempo4j.query;

/**
 * A query needs more bytes than its budget has; there is no partial result. A narrower time range,
 * a more selective filter or a larger budget may help.
 */
public final class QueryBudgetException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final long maxBytes;

  public QueryBudgetException(long maxBytes) {
    this(maxBytes, "");
  }

  /**
   * Says what raises the budget.
   *
   * @param raisedBy a key of the configuration or of the environment; empty for none
   */
  public QueryBudgetException(long maxBytes, String raisedBy) {
    super(
        "the query needs more than its budget of "
            + maxBytes
            + " bytes; a narrower time range or a more selective filter needs less"
            + (raisedBy.isEmpty() ? "" : ", " + raisedBy + " raises it"));
    this.maxBytes = maxBytes;
  }

  /** The budget that it exceeded. */
  public long maxBytes() {
    return maxBytes;
  }
}
