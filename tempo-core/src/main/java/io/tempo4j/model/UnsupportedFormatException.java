package io.tempo4j.model;

import java.io.IOException;

/** A stored object is intact but of a format version that this release does not read. */
public final class UnsupportedFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Names the object and both versions.
   *
   * @param object the name of the object
   * @param supported the newest version this release reads
   * @param found the version that the object states
   */
  public UnsupportedFormatException(String object, int supported, int found) {
    super(
        object
            + " has format version "
            + found
            + ", this release reads up to version "
            + supported);
  }
}
