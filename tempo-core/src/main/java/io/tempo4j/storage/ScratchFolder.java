package io.tempo4j.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A place for files that live as long as one piece of work: blocks that are being encoded. What a
 * killed process left behind in the same folder is removed by the next one that opens it.
 *
 * <p>Thread-safe. Closing removes everything in it.
 */
public final class ScratchFolder implements AutoCloseable {

  private final @Nullable UploadFolder files;
  private final AtomicLong temporaryFiles = new AtomicLong();
  private @Nullable Path temporary;

  private ScratchFolder(@Nullable UploadFolder files) {
    this.files = files;
  }

  /**
   * Uses a folder below {@code root}, which is made when the first file is. Several processes may
   * use one root.
   *
   * @throws IOException if what others left there cannot be removed
   */
  public static ScratchFolder in(Path root) throws IOException {
    UploadFolder files = new UploadFolder(root);
    files.sweepLeftovers();
    return new ScratchFolder(files);
  }

  /** Uses a folder where the system keeps temporary files, which is made when the first file is. */
  public static ScratchFolder temporary() {
    return new ScratchFolder(null);
  }

  /**
   * A path under which nothing exists; who writes there removes it.
   *
   * @throws IOException if the folder cannot be made
   */
  public Path newFile() throws IOException {
    return files != null
        ? files.newFile()
        : temporaryFolder().resolve(Long.toString(temporaryFiles.getAndIncrement()));
  }

  private synchronized Path temporaryFolder() throws IOException {
    if (temporary == null) {
      temporary = Files.createTempDirectory("tempo4j-");
    }
    return temporary;
  }

  @Override
  public synchronized void close() throws IOException {
    if (files != null) {
      files.close();
    } else if (temporary != null) {
      UploadFolder.removeTree(temporary);
      temporary = null;
    }
  }
}
