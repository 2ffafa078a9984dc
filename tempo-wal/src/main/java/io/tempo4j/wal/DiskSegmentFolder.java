package io.tempo4j.wal;

import io.tempo4j.storage.FolderLock;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Segments as files of one folder, which belongs to one writer at a time. */
final class DiskSegmentFolder implements SegmentFolder {

  private final Path folder;
  private final FolderLock lock;

  private DiskSegmentFolder(FolderLock lock) {
    this.folder = lock.folder();
    this.lock = lock;
  }

  /** Makes the folder if it does not exist and takes its lock. */
  static DiskSegmentFolder open(Path folder) throws IOException {
    return new DiskSegmentFolder(FolderLock.acquire(folder));
  }

  @Override
  public List<SegmentName> list() throws IOException {
    List<SegmentName> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Path fileName = file.getFileName();
        if (fileName != null && Files.isRegularFile(file)) {
          SegmentName.parse(fileName.toString()).ifPresent(names::add);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    names.sort(null);
    return names;
  }

  @Override
  public SegmentFile create(SegmentName name) throws IOException {
    return DiskSegmentFile.create(folder.resolve(name.fileName()));
  }

  @Override
  public SegmentFile open(SegmentName name) {
    return DiskSegmentFile.open(folder.resolve(name.fileName()));
  }

  @Override
  public void delete(SegmentName name) throws IOException {
    Files.deleteIfExists(folder.resolve(name.fileName()));
  }

  @Override
  public Optional<Path> path() {
    return Optional.of(folder);
  }

  @Override
  public void force() throws IOException {
    // Windows cannot open a folder; there the file system itself keeps new names.
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (DiskSegmentFile file = DiskSegmentFile.openReadOnly(folder)) {
        file.force();
      }
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
