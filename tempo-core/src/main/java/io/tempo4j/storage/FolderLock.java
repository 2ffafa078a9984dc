package io.tempo4j.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The right to write into a folder; one owner at a time, in this process and all others of the
 * machine. The lock of a process that was killed is free.
 *
 * <p>The file {@value #FILE_NAME} in the folder carries the lock. It stays behind and says nothing
 * by its existence.
 *
 * <p>Thread-safe. The owner closes the lock when the last write has ended.
 */
public final class FolderLock implements AutoCloseable {

  /** The name of the file that carries the lock. */
  public static final String FILE_NAME = "lock";

  private final Path folder;
  private final ProcessFileLock lock;

  private FolderLock(Path folder, ProcessFileLock lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Takes the lock of a folder, which is made if missing.
   *
   * @throws FolderInUseException if somebody else has it
   * @throws IOException if the folder cannot be made or written to, or its file system has no locks
   */
  public static FolderLock acquire(Path folder) throws IOException {
    try {
      Files.createDirectories(folder);
      String note = "pid " + ProcessHandle.current().pid();
      return new FolderLock(folder, ProcessFileLock.acquire(folder, FILE_NAME, note));
    } catch (ProcessFileLock.HeldException e) {
      throw new FolderInUseException(folder, e.owner());
    } catch (IOException e) {
      throw new IOException("cannot lock the folder " + folder + ": " + IoReasons.of(e), e);
    }
  }

  /** The folder as it was given. */
  public Path folder() {
    return folder;
  }

  /** Gives the lock back. Closing again does nothing. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
