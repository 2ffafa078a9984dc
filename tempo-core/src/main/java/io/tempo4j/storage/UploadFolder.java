package io.tempo4j.storage;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where one store writes files before they become visible: a folder of its own, beside those of
 * other stores on the same root.
 *
 * <p>Each folder has a lock file next to it, held as long as its store is open. A folder whose lock
 * is free belonged to a process that was killed, and is swept.
 *
 * <p>Thread-safe.
 */
final class UploadFolder implements AutoCloseable {

  /** Below the root; no valid key begins like this. */
  static final String NAME = "~uploads";

  private static final String LOCK_SUFFIX = ".lock";

  private final Path parent;
  private final AtomicLong fileCount = new AtomicLong();
  private final ReentrantLock opening = new ReentrantLock();
  private volatile @Nullable Session session;
  private boolean closed;

  private record Session(ProcessFileLock lock, Path folder) {}

  UploadFolder(Path root) {
    parent = root.resolve(NAME);
  }

  /** A path in this folder under which nothing exists. */
  Path newFile() throws IOException {
    Session current = session;
    if (current == null) {
      opening.lock();
      try {
        current = session;
        if (closed) {
          throw new IOException("the object store was closed");
        }
        if (current == null) {
          current = open();
          session = current;
        }
      } finally {
        opening.unlock();
      }
    }
    return current.folder().resolve(Long.toString(fileCount.getAndIncrement()));
  }

  private Session open() throws IOException {
    if (Files.isSymbolicLink(parent)) {
      throw new FileSystemException(parent.toString(), null, "symbolic links are not followed");
    }
    Files.createDirectories(parent);
    while (true) {
      String name = UUID.randomUUID().toString();
      String lockName = name + LOCK_SUFFIX;
      ProcessFileLock lock;
      try {
        lock = ProcessFileLock.acquire(parent, lockName, "pid " + ProcessHandle.current().pid());
      } catch (ProcessFileLock.HeldException e) {
        continue;
      }
      // A sweep may have taken the new file for a leftover before it was locked.
      boolean kept = false;
      try {
        if (Files.exists(lock.file())) {
          Session opened = new Session(lock, Files.createDirectory(parent.resolve(name)));
          kept = true;
          return opened;
        }
      } finally {
        if (!kept) {
          lock.close();
        }
      }
    }
  }

  /** Removes what stores left behind that were not closed. Folders of open stores stay. */
  void sweepLeftovers() throws IOException {
    if (!Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS) || !Files.isWritable(parent)) {
      return;
    }
    try (DirectoryStream<Path> lockFiles = Files.newDirectoryStream(parent, "*" + LOCK_SUFFIX)) {
      for (Path lockFile : lockFiles) {
        sweep(lockFile.getFileName().toString());
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private void sweep(String lockName) throws IOException {
    try (ProcessFileLock lock = ProcessFileLock.acquire(parent, lockName, "sweep")) {
      remove(lock.file());
    } catch (ProcessFileLock.HeldException e) {
      // Its store is open.
    }
  }

  private void remove(Path lockFile) throws IOException {
    String lockName = lockFile.getFileName().toString();
    Path folder = parent.resolve(lockName.substring(0, lockName.length() - LOCK_SUFFIX.length()));
    removeTree(folder);
    Files.deleteIfExists(lockFile);
  }

  /** Removes what is at a path, if anything is, with all below; links are not followed. */
  static void removeTree(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
        for (Path child : children) {
          removeTree(child);
        }
      }
    }
    Files.deleteIfExists(path);
  }

  @Override
  public void close() throws IOException {
    opening.lock();
    try {
      closed = true;
      Session current = session;
      if (current != null) {
        session = null;
        try (ProcessFileLock lock = current.lock()) {
          remove(lock.file());
        }
      }
    } finally {
      opening.unlock();
    }
  }
}
