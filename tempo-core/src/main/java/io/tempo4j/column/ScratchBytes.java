package io.tempo4j.column;

import java.io.IOException;

/** Bytes that are kept outside of the heap for a while: written once, read again. */
public interface ScratchBytes extends ByteDrain {

  /**
   * Reads {@code length} bytes from {@code position} on, all of which were written.
   *
   * @throws IOException if they cannot be read
   */
  void read(long position, byte[] into, int offset, int length) throws IOException;
}
