package io.tempo4j.wal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One segment on its medium.
 *
 * <p>At most one thread writes and truncates, and at most one other thread forces, at the same
 * time. An interrupt of the calling thread neither fails nor stops an operation.
 */
interface SegmentFile extends Closeable {

  /** Writes all remaining bytes of {@code source}. After an exception any part may be written. */
  void write(ByteBuffer source, long position) throws IOException;

  /** Cuts the file off; does nothing if it is not longer than {@code length}. */
  void truncate(long length) throws IOException;

  /** Makes durable what was written before this call. */
  void force() throws IOException;

  /** Reads up to the remaining bytes of {@code target}; returns -1 at the end of the file. */
  int read(ByteBuffer target, long position) throws IOException;

  /** Length of the file in bytes. */
  long length() throws IOException;
}
