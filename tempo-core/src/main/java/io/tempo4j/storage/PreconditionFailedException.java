package io.tempo4j.storage;

import java.io.IOException;

/**
 * The key has an object already, so nothing was stored. The caller lost a race, or did the same
 * thing before: it should read what is there and decide anew.
 */
public final class PreconditionFailedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String key;

  /** Names the key that has an object and the store. */
  public PreconditionFailedException(String key, String store) {
    super("object '" + key + "' exists already in " + store);
    this.key = key;
  }

  /** The key that has an object. */
  public String key() {
    return key;
  }
}
