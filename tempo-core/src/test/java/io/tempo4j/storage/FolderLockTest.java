package io.tempo4j.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderLockTest {

  @TempDir Path folder;

  /** Takes the lock of a folder, says so or why not, and keeps it until its input ends. */
  static final class Owner {
    private Owner() {}

    public static void main(String[] args) throws IOException {
      try (FolderLock lock = FolderLock.acquire(Path.of(args[0]))) {
        System.out.println("locked " + lock.folder());
        System.in.read();
      } catch (FolderInUseException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void makesTheFolder() throws IOException {
    Path deep = folder.resolve("not/there/yet");
    try (FolderLock lock = FolderLock.acquire(deep)) {
      assertThat(lock.folder()).isEqualTo(deep).isDirectory();
    }
  }

  @Test
  void refusesASecondOwnerInThisProcess() throws IOException {
    FolderLock lock = FolderLock.acquire(folder);
    assertThatExceptionOfType(FolderInUseException.class)
        .isThrownBy(() -> FolderLock.acquire(folder))
        .withMessage("the folder " + folder + " is in use by this process");
    assertThatExceptionOfType(FolderInUseException.class)
        .isThrownBy(() -> FolderLock.acquire(folder.resolve("../" + folder.getFileName())));
    lock.close();
    lock.close();
    FolderLock.acquire(folder).close();
  }

  @Test
  void closingTwiceDoesNotFreeTheNextOwnersLock() throws IOException {
    FolderLock first = FolderLock.acquire(folder);
    first.close();
    try (FolderLock second = FolderLock.acquire(folder)) {
      first.close();
      assertThatExceptionOfType(FolderInUseException.class)
          .isThrownBy(() -> FolderLock.acquire(second.folder()));
    }
  }

  @Test
  void refusesAnOwnerInAnotherProcessAlsoAfterARefusalInThisOne() throws Exception {
    try (FolderLock lock = FolderLock.acquire(folder)) {
      assertThatExceptionOfType(FolderInUseException.class)
          .isThrownBy(() -> FolderLock.acquire(lock.folder()));
      Process owner = start();
      assertThat(firstLine(owner))
          .contains(folder.toString())
          .contains("another process (pid " + ProcessHandle.current().pid() + ")");
      assertThat(owner.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void theLockOfAKilledProcessIsFree() throws Exception {
    Process owner = start();
    try {
      assertThat(firstLine(owner)).isEqualTo("locked " + folder);
      assertThatExceptionOfType(FolderInUseException.class)
          .isThrownBy(() -> FolderLock.acquire(folder))
          .withMessageContaining("another process (pid " + owner.pid() + ")");
    } finally {
      owner.destroyForcibly();
    }
    assertThat(owner.waitFor(30, TimeUnit.SECONDS)).isTrue();
    FolderLock.acquire(folder).close();
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[1]);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> FolderLock.acquire(file.resolve("below")))
        .withMessageContaining("cannot lock the folder " + file);
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Owner.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String firstLine(Process process) throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    return output.readLine();
  }
}
