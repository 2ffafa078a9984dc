package io.tempo4j.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** A body of a range of a file. */
record FileBody(Path file, long offset, long length) implements ObjectBody {

  static FileBody of(Path file) throws IOException {
    return new FileBody(file, 0, Files.size(file));
  }

  @Override
  public ObjectBody slice(long sliceOffset, long sliceLength) {
    Objects.checkFromIndexSize(sliceOffset, sliceLength, length);
    return new FileBody(file, offset + sliceOffset, sliceLength);
  }

  @Override
  public InputStream openStream() throws IOException {
    return new RangeStream(FileChannel.open(file, StandardOpenOption.READ));
  }

  @Override
  public void writeTo(WritableByteChannel target) throws IOException {
    try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ)) {
      long done = 0;
      while (done < length) {
        long moved = source.transferTo(offset + done, length - done, target);
        if (moved <= 0) {
          throw truncated(done);
        }
        done += moved;
      }
    }
  }

  private EOFException truncated(long done) {
    return new EOFException(
        "file "
            + file
            + " ended after "
            + (offset + done)
            + " bytes, expected at least "
            + (offset + length));
  }

  private final class RangeStream extends InputStream {
    private final FileChannel channel;
    private long done;

    RangeStream(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int targetOffset, int count) throws IOException {
      Objects.checkFromIndexSize(targetOffset, count, target.length);
      if (count == 0) {
        return 0;
      }
      if (done == length) {
        return -1;
      }
      int wanted = (int) Math.min(Math.min(count, BufferBody.TRANSFER_BYTES), length - done);
      int got = channel.read(ByteBuffer.wrap(target, targetOffset, wanted), offset + done);
      if (got <= 0) {
        throw truncated(done);
      }
      done += got;
      return got;
    }

    @Override
    public int available() {
      return (int) Math.min(Integer.MAX_VALUE, length - done);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
