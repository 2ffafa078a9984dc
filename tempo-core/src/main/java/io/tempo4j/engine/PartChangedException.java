package io.tempo4j.engine;

import java.io.IOException;

/**
 * What a query over a part began with cannot be read any more, as another process compacted or
 * deleted it: the query is to be begun again, over what there is then.
 */
public final class PartChangedException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Says what could not be read. */
  public PartChangedException(IOException cause) {
    super("what the query began with is gone: " + cause.getMessage(), cause);
  }
}
