package io.tempo4j.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An exclusive lock on a file, against other processes and against this one. The operating system
 * drops it when the process ends, however it ends.
 *
 * <p>Thread-safe.
 */
final class ProcessFileLock implements AutoCloseable {

  /*
   * POSIX drops all locks that a process has on a file as soon as the process closes any descriptor
   * of that file. A second attempt inside this process must therefore not even open it. Who holds
   * what is a fact of the process, not of one class loader's copy of this class: it is kept in the
   * system properties, the one atomic map that all of them share.
   */
  private static final String CLAIM_PREFIX = "io.tempo4j.lock.";

  /** Behind any content: where locks are mandatory, the note stays readable. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  private static final int MAX_NOTE_BYTES = 256;

  private final Path file;
  private final String claim;
  private final FileChannel channel;
  private final AtomicBoolean released = new AtomicBoolean();

  private ProcessFileLock(Path file, String claim, FileChannel channel) {
    this.file = file;
    this.claim = claim;
    this.channel = channel;
  }

  /** Somebody holds the lock; says who, as far as known. */
  static final class HeldException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String owner;

    HeldException(String owner) {
      super("locked by " + owner);
      this.owner = owner;
    }

    String owner() {
      return owner;
    }
  }

  /**
   * Locks a file in the folder, which is made if missing, and writes a note about the owner into
   * it.
   *
   * @throws HeldException if somebody else has it
   * @throws IOException if the file cannot be opened or its file system has no locks
   */
  static ProcessFileLock acquire(Path folder, String fileName, String note) throws IOException {
    Path file = folder.toRealPath().resolve(fileName);
    String claim = CLAIM_PREFIX + file;
    if (System.getProperties().putIfAbsent(claim, note) != null) {
      throw new HeldException("this process");
    }
    try {
      return new ProcessFileLock(file, claim, lock(file, note));
    } catch (IOException | RuntimeException e) {
      System.getProperties().remove(claim);
      throw e;
    }
  }

  private static FileChannel lock(Path file, String note) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
      if (lock == null) {
        throw new HeldException("another process (" + noteIn(channel) + ")");
      }
      channel.truncate(0);
      channel.write(StandardCharsets.UTF_8.encode(note), 0);
      return channel;
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new HeldException("this process");
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static String noteIn(FileChannel channel) throws IOException {
    ByteBuffer note = ByteBuffer.allocate(MAX_NOTE_BYTES);
    channel.read(note, 0);
    String text = StandardCharsets.UTF_8.decode(note.flip()).toString().strip();
    return text.isEmpty() ? "which did not leave its process id" : text;
  }

  /** The locked file. */
  Path file() {
    return file;
  }

  @Override
  public void close() throws IOException {
    if (released.compareAndSet(false, true)) {
      try {
        channel.close();
      } finally {
        System.getProperties().remove(claim);
      }
    }
  }
}
