package io.tempo4j.storage;

import java.io.IOException;

/**
 * A conditional put ended without an answer: the object may have been stored, may be stored any
 * moment, or not. The caller must neither take it for done nor for failed: it reads the object and
 * compares it with what it wrote, for which the content should hold something unique to the writer.
 */
public final class CommitOutcomeUnknownException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String key;

  /** Names the key and the store, with the error after which the outcome is unknown. */
  public CommitOutcomeUnknownException(String key, String store, Throwable cause) {
    super("unknown whether object '" + key + "' was stored in " + store, cause);
    this.key = key;
  }

  /** The key whose content is unknown. */
  public String key() {
    return key;
  }
}
