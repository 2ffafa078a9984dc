package io.tempo4j.model;

import java.io.IOException;

/**
 * Stored bytes are not what the format demands: a checksum, a magic number, a length or a code is
 * wrong. The object cannot be trusted from the named offset on; other objects are unaffected.
 */
public final class CorruptBlockException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String object;
  private final long offset;

  /**
   * Says what was found where.
   *
   * @param object the name of the object, for example its key in the object store
   * @param offset the byte offset inside the object at which the damage was seen
   * @param expected what the format demands there
   * @param found what stands there
   */
  public CorruptBlockException(String object, long offset, String expected, String found) {
    super(
        "corrupt block object "
            + object
            + " at byte "
            + offset
            + ": expected "
            + expected
            + ", found "
            + found);
    this.object = object;
    this.offset = offset;
  }

  /** The name of the damaged object. */
  public String object() {
    return object;
  }

  /** The byte offset inside the object at which the damage was seen. */
  public long offset() {
    return offset;
  }
}
