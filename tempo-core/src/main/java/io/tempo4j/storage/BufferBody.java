package io.tempo4j.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A body of buffers in memory. */
final class BufferBody implements ObjectBody {

  /**
   * The JDK copies what a channel writes from the heap into a direct buffer of the same size, which
   * the thread keeps: small steps keep that buffer small.
   */
  static final int TRANSFER_BYTES = 256 * 1024;

  private final List<ByteBuffer> segments;
  private final long length;

  private BufferBody(List<ByteBuffer> segments, long length) {
    this.segments = segments;
    this.length = length;
  }

  static BufferBody of(List<ByteBuffer> buffers) {
    List<ByteBuffer> segments = new ArrayList<>(buffers.size());
    long length = 0;
    for (ByteBuffer buffer : buffers) {
      if (buffer.hasRemaining()) {
        segments.add(buffer.slice().asReadOnlyBuffer());
        length += buffer.remaining();
      }
    }
    return new BufferBody(List.copyOf(segments), length);
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public ObjectBody slice(long offset, long sliceLength) {
    Objects.checkFromIndexSize(offset, sliceLength, length);
    List<ByteBuffer> parts = new ArrayList<>();
    long skip = offset;
    long wanted = sliceLength;
    for (ByteBuffer segment : segments) {
      int size = segment.capacity();
      if (skip >= size) {
        skip -= size;
        continue;
      }
      if (wanted == 0) {
        break;
      }
      int taken = (int) Math.min(size - skip, wanted);
      parts.add(segment.slice((int) skip, taken));
      wanted -= taken;
      skip = 0;
    }
    return new BufferBody(List.copyOf(parts), sliceLength);
  }

  @Override
  public InputStream openStream() {
    return new SegmentStream();
  }

  @Override
  public void writeTo(WritableByteChannel channel) throws IOException {
    for (ByteBuffer segment : segments) {
      ByteBuffer source = segment.duplicate();
      int end = source.limit();
      while (source.position() < end) {
        source.limit(Math.min(end, source.position() + TRANSFER_BYTES));
        channel.write(source);
      }
    }
  }

  @Override
  public String toString() {
    return length + " bytes in memory";
  }

  private final class SegmentStream extends InputStream {
    private int next;
    private ByteBuffer current = ByteBuffer.allocate(0);

    private boolean exhausted() {
      while (!current.hasRemaining()) {
        if (next == segments.size()) {
          return true;
        }
        current = segments.get(next++).duplicate();
      }
      return false;
    }

    @Override
    public int read() {
      return exhausted() ? -1 : current.get() & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int count) {
      Objects.checkFromIndexSize(offset, count, target.length);
      if (count == 0) {
        return 0;
      }
      if (exhausted()) {
        return -1;
      }
      int taken = Math.min(count, current.remaining());
      current.get(target, offset, taken);
      return taken;
    }

    @Override
    public int available() {
      return exhausted() ? 0 : current.remaining();
    }
  }
}
