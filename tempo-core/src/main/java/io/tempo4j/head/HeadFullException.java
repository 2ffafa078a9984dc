package io.tempo4j.head;

import java.io.IOException;

/**
 * An append did not fit into the bytes that the head may take. The head is as it was; the request
 * may be repeated, in another head or when there is room.
 */
public final class HeadFullException extends IOException {

  private static final long serialVersionUID = 1;

  private final String budget;
  private final long wantedBytes;

  HeadFullException(String budget, long wantedBytes) {
    super("no room for " + wantedBytes + " more bytes in the budget for " + budget);
    this.budget = budget;
    this.wantedBytes = wantedBytes;
  }

  /** Name of the budget that has too little left. */
  public String budget() {
    return budget;
  }

  /** Bytes that were asked for in vain. */
  public long wantedBytes() {
    return wantedBytes;
  }
}
