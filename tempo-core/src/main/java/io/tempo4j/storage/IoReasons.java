package io.tempo4j.storage;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says in words what a file-system error means: many of the JDK's messages are only a path. */
final class IoReasons {

  private IoReasons() {}

  static String of(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied: " + denied.getFile();
      case NoSuchFileException missing -> "no such file or folder: " + missing.getFile();
      case FileAlreadyExistsException exists -> "exists already: " + exists.getFile();
      case FileSystemException other when other.getReason() != null ->
          other.getReason() + ": " + other.getFile();
      case ClosedByInterruptException interrupted -> "the thread was interrupted";
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
