package io.tempo4j.storage;

import java.io.IOException;

/**
 * The key has no object. A reader that learned the key from a list should take it as "deleted
 * since" and list again.
 */
public final class NoSuchObjectException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String key;

  /** Names the key that was looked for and the store that does not have it. */
  public NoSuchObjectException(String key, String store) {
    super("no object '" + key + "' in " + store);
    this.key = key;
  }

  /** The key that was looked for. */
  public String key() {
    return key;
  }
}
