package io.tempo4j.block;

import io.tempo4j.column.ScratchBytes;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ScratchFolder;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an object in the making: a few of them in memory, more in a scratch file, which is
 * removed on close.
 *
 * <p>Not thread-safe. The body stays usable until the draft is closed.
 */
final class ObjectDraft implements ScratchBytes, AutoCloseable {

  /** Bytes that are gathered in memory before they go to the file; small objects need none. */
  static final int MEMORY_BYTES = 1 << 18;

  private static final int FIRST_BYTES = 1 << 12;

  private final ScratchFolder folder;
  private byte[] gathered = new byte[FIRST_BYTES];
  private int size;
  private long written;
  private @Nullable Path file;
  private @Nullable FileChannel channel;

  ObjectDraft(ScratchFolder folder) {
    this.folder = folder;
  }

  /** Bytes so far. */
  long length() {
    return written + size;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int left = length;
    while (left > 0) {
      if (size == gathered.length) {
        makeRoom();
      }
      int step = Math.min(left, gathered.length - size);
      System.arraycopy(bytes, at, gathered, size, step);
      size += step;
      at += step;
      left -= step;
    }
  }

  private void makeRoom() throws IOException {
    if (gathered.length < MEMORY_BYTES) {
      gathered = java.util.Arrays.copyOf(gathered, 4 * gathered.length);
    } else {
      spill();
    }
  }

  private void spill() throws IOException {
    FileChannel to = channel;
    if (to == null) {
      Path path = folder.newFile();
      file = path;
      to =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              StandardOpenOption.READ);
      channel = to;
    }
    ByteBuffer source = ByteBuffer.wrap(gathered, 0, size);
    while (source.hasRemaining()) {
      written += to.write(source, written);
    }
    size = 0;
  }

  @Override
  public void read(long position, byte[] into, int offset, int length) throws IOException {
    int fromFile = (int) Math.min(length, Math.max(0, written - position));
    if (fromFile > 0) {
      ByteBuffer target = ByteBuffer.wrap(into, offset, fromFile);
      while (target.hasRemaining()) {
        if (readFile(target, position + target.position() - offset) < 0) {
          throw new EOFException("scratch file " + file + " has become shorter");
        }
      }
    }
    int from = (int) (position + fromFile - written);
    System.arraycopy(gathered, Math.max(0, from), into, offset + fromFile, length - fromFile);
  }

  private int readFile(ByteBuffer target, long position) throws IOException {
    FileChannel from = channel;
    return from == null ? -1 : from.read(target, position);
  }

  /** Everything that was written; nothing may be written afterwards. */
  ObjectBody body() throws IOException {
    if (file == null) {
      return ObjectBody.of(gathered, 0, size);
    }
    spill();
    return ObjectBody.of(file);
  }

  @Override
  public void close() throws IOException {
    try (FileChannel open = channel) {
      channel = null;
    } finally {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    }
  }
}
