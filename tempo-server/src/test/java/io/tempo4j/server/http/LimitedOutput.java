package io.tempo4j.server.http;

import java.io.IOException;
import java.io.OutputStream;

/** Takes so many bytes and no more. */
final class LimitedOutput extends OutputStream {

  private final long maxBytes;
  private long writtenBytes;
  private int largestPiece;

  LimitedOutput(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > maxBytes - writtenBytes) {
      throw new IOException("full");
    }
    writtenBytes += length;
    largestPiece = Math.max(largestPiece, length);
  }

  long writtenBytes() {
    return writtenBytes;
  }

  int largestPiece() {
    return largestPiece;
  }
}
