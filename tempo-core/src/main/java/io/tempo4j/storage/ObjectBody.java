package io.tempo4j.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * The content of an object to be stored: a known number of bytes that can be read again and again,
 * so that a failed transfer can be repeated and parts can be sent in parallel.
 *
 * <p>A body refers to the caller's bytes or file and copies nothing. They must not change while the
 * body is in use.
 *
 * <p>Thread-safe as long as the content rests.
 */
public sealed interface ObjectBody permits BufferBody, FileBody {

  /** A body of all bytes of the array. */
  static ObjectBody of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /**
   * A body of the bytes {@code offset} to {@code offset + length} (exclusive) of the array.
   *
   * @throws IndexOutOfBoundsException if the array does not have them
   */
  static ObjectBody of(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    return of(List.of(ByteBuffer.wrap(bytes, offset, length)));
  }

  /**
   * A body of the remaining bytes of the buffers, one after the other. The positions and limits of
   * the moment count; the caller's buffers are not moved.
   */
  static ObjectBody of(List<ByteBuffer> segments) {
    return BufferBody.of(segments);
  }

  /**
   * A body of all bytes of a file, whose present length counts.
   *
   * @throws IOException if the length cannot be found out
   */
  static ObjectBody of(Path file) throws IOException {
    return FileBody.of(file);
  }

  /** The number of bytes. */
  long length();

  /**
   * The bytes {@code offset} to {@code offset + length} (exclusive) of this body as a body.
   *
   * @throws IndexOutOfBoundsException if this body does not have them
   */
  ObjectBody slice(long offset, long length);

  /**
   * A new stream that gives exactly {@link #length} bytes. The caller closes it.
   *
   * @throws IOException if the file behind the body cannot be opened; reading fails in the same way
   *     if the file has become shorter
   */
  InputStream openStream() throws IOException;

  /**
   * Writes all bytes to a blocking channel and leaves it open.
   *
   * @throws IOException if the channel refuses, or the file behind the body cannot be read or has
   *     become shorter
   */
  void writeTo(WritableByteChannel channel) throws IOException;

  /**
   * All bytes in a new array.
   *
   * @throws IOException if there are more than an array can hold, or as for {@link #openStream}
   */
  default byte[] toByteArray() throws IOException {
    if (length() > Integer.MAX_VALUE - 8) {
      throw new IOException("a body of " + length() + " bytes does not fit into one array");
    }
    try (InputStream stream = openStream()) {
      byte[] bytes = new byte[(int) length()];
      int filled = stream.readNBytes(bytes, 0, bytes.length);
      if (filled != bytes.length) {
        throw new IOException("body of " + bytes.length + " bytes ended after " + filled);
      }
      return bytes;
    }
  }
}
