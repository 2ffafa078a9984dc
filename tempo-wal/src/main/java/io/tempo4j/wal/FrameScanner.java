package io.tempo4j.wal;

import io.tempo4j.wal.WalFormat.FrameHeader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/*
 * Finds the frames of one segment. Where no intact header stands at the expected place, it looks for
 * the next marker that begins one. A payload cannot imitate that: the marker is random and never
 * leaves the folder. Bytes are read through one window, so that memory does not follow any length
 * that a file states.
 */
final class FrameScanner {

  /** What stands at one place of the segment. */
  sealed interface Item {
    /** Index in the file of the first byte. */
    long offset();

    /**
     * An intact header whose payload lies within the file.
     *
     * @param offset index of the header's first byte
     * @param header the header
     */
    record Frame(long offset, FrameHeader header) implements Item {}

    /**
     * Bytes that are no frame, with a frame behind them.
     *
     * @param offset index of the first of them
     * @param length how many
     */
    record Gap(long offset, long length) implements Item {}

    /**
     * Bytes that are no whole frame, up to the end of the file.
     *
     * @param offset index of the first of them
     * @param length how many
     */
    record TornTail(long offset, long length) implements Item {}
  }

  private final SegmentFile file;
  private final long fileLength;
  private final long marker;
  private final ByteBuffer window;
  private final byte[] headerBytes = new byte[WalFormat.MAX_FRAME_HEADER_BYTES];

  /** Index in the file of the window's first byte. */
  private long windowOffset;

  private long position = WalFormat.SEGMENT_HEADER_BYTES;

  /**
   * Starts behind the segment's header.
   *
   * @param file open; read by nobody else meanwhile
   * @param fileLength how much of the file counts
   * @param marker the marker of the segment's frames
   * @param window a buffer to read through, longer than any frame's header; its content is lost
   */
  FrameScanner(SegmentFile file, long fileLength, long marker, ByteBuffer window) {
    this.file = file;
    this.fileLength = fileLength;
    this.marker = marker;
    this.window = window.order(ByteOrder.LITTLE_ENDIAN).position(0).limit(0);
  }

  /** The next item in the order of the file, null at its end. */
  @Nullable Item next() throws IOException {
    if (position >= fileLength) {
      return null;
    }
    long start = position;
    FrameHeader header = frameAt(start);
    if (header != null) {
      position = start + header.frameBytes();
      return new Item.Frame(start, header);
    }
    position = nextFrame(start + 1);
    return position < fileLength
        ? new Item.Gap(start, position - start)
        : new Item.TornTail(start, fileLength - start);
  }

  /** Reads the payload of {@code frame} to the beginning of {@code target}. */
  void readPayload(Item.Frame frame, byte[] target) throws IOException {
    long from = frame.offset() + frame.header().headerBytes();
    int length = frame.header().payloadLength();
    for (int done = 0; done < length; ) {
      fill(from + done, 1);
      int count = Math.min(window.remaining(), length - done);
      window.get(target, done, count);
      done += count;
    }
  }

  private @Nullable FrameHeader frameAt(long offset) throws IOException {
    int available = (int) Math.min(headerBytes.length, fileLength - offset);
    if (available < WalFormat.FRAME_HEADER_BYTES) {
      return null;
    }
    fill(offset, available);
    window.get(window.position(), headerBytes, 0, available);
    FrameHeader header = WalFormat.parseFrameHeader(headerBytes, available, marker);
    return header != null && header.frameBytes() <= fileLength - offset ? header : null;
  }

  /** The first place at or after {@code from} where a frame stands, else the end of the file. */
  private long nextFrame(long from) throws IOException {
    long offset = from;
    while (offset + WalFormat.FRAME_HEADER_BYTES <= fileLength) {
      fill(offset, Long.BYTES);
      int last = window.limit() - Long.BYTES;
      for (int i = window.position(); i <= last; i++) {
        if (window.getLong(i) == marker) {
          long candidate = windowOffset + i;
          if (frameAt(candidate) != null) {
            return candidate;
          }
          // Looking at the header may have moved the window.
          fill(candidate, Long.BYTES);
          i = window.position();
          last = window.limit() - Long.BYTES;
        }
      }
      offset = windowOffset + last + 1;
    }
    return fileLength;
  }

  /** Moves the window's position to {@code offset}, with at least {@code bytes} behind it. */
  private void fill(long offset, int bytes) throws IOException {
    long index = offset - windowOffset;
    if (index >= 0 && index + bytes <= window.limit()) {
      window.position((int) index);
      return;
    }
    window.clear();
    windowOffset = offset;
    long wanted = Math.min(window.capacity(), fileLength - offset);
    window.limit((int) wanted);
    while (window.hasRemaining()) {
      if (file.read(window, offset + window.position()) < 0) {
        throw new EOFException(
            "segment ends at " + (offset + window.position()) + ", had " + fileLength + " bytes");
      }
    }
    window.flip();
  }
}
