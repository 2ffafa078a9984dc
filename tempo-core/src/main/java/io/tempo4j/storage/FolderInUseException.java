package io.tempo4j.storage;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Another store, in this process or another one, writes into the folder. The caller must use
 * another folder, or end the owner first.
 */
public final class FolderInUseException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Names the folder and who has it. */
  public FolderInUseException(Path folder, String owner) {
    super("the folder " + folder.toAbsolutePath() + " is in use by " + owner);
  }
}
