package io.tempo4j.column;

import java.io.IOException;

/** Takes bytes one behind the other, so that nobody need hold all of them. */
@FunctionalInterface
public interface ByteDrain {

  /**
   * Takes {@code length} bytes of {@code bytes}, which the caller may change afterwards.
   *
   * @throws IOException if they cannot be kept
   */
  void write(byte[] bytes, int offset, int length) throws IOException;
}
