package io.tempo4j.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * The content of an answer, made while it is written, so that it is never there as a whole.
 *
 * <p>May be written more than once, each time the same bytes, by one thread at a time.
 */
@FunctionalInterface
interface Body {

  /**
   * Writes all of it.
   *
   * @throws IOException if {@code out} does
   */
  void writeTo(OutputStream out) throws IOException;

  /** All of it, for what is surely small. */
  default byte[] toByteArray() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return out.toByteArray();
  }
}
