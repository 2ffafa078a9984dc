package io.tempo4j.otlp;

import java.io.IOException;

/** Bytes that claim to be an OTLP message are none. */
public final class MalformedOtlpException extends IOException {

  private static final long serialVersionUID = 1L;

  private final long offset;

  /**
   * Says what is wrong where.
   *
   * @param what what is wrong, as a clause that names the field where it is known
   * @param offset byte offset in the message
   */
  public MalformedOtlpException(String what, long offset) {
    super("malformed OTLP message at byte " + offset + ": " + what);
    this.offset = offset;
  }

  /** Byte offset in the message at which it became unreadable. */
  public long offset() {
    return offset;
  }
}
