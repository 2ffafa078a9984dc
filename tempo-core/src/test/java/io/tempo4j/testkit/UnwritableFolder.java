package io.tempo4j.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

/** A folder in which nobody may make a file, not even root, for whom permissions mean nothing. */
public final class UnwritableFolder {

  private static final Path LINUX = Path.of("/sys/kernel");
  private static final Path MACOS = Path.of("/System");

  private UnwritableFolder() {}

  /** The folder of this system. */
  public static Path path() {
    return Files.isDirectory(LINUX) ? LINUX : MACOS;
  }
}
