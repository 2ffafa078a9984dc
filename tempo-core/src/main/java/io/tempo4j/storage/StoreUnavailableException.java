package io.tempo4j.storage;

import java.io.IOException;

/**
 * The store could not be reached, or said that it cannot answer at the moment: the same call may
 * succeed later. Whether a call that writes had an effect is unknown.
 */
public final class StoreUnavailableException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Says what was tried.
   *
   * @param message what could not be done, and what to check
   * @param cause what the store, or the way to it, said
   */
  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
