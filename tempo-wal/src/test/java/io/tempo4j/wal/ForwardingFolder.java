package io.tempo4j.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A folder that lets a test take part in what happens to the files of another. */
abstract class ForwardingFolder implements SegmentFolder {

  private final SegmentFolder folder;

  ForwardingFolder(SegmentFolder folder) {
    this.folder = folder;
  }

  void write(SegmentFile file, ByteBuffer source, long position) throws IOException {
    file.write(source, position);
  }

  void force(SegmentFile file) throws IOException {
    file.force();
  }

  @Override
  public List<SegmentName> list() throws IOException {
    return folder.list();
  }

  @Override
  public SegmentFile create(SegmentName name) throws IOException {
    return new ForwardingFile(folder.create(name));
  }

  @Override
  public SegmentFile open(SegmentName name) throws IOException {
    return new ForwardingFile(folder.open(name));
  }

  @Override
  public void delete(SegmentName name) throws IOException {
    folder.delete(name);
  }

  @Override
  public Optional<Path> path() {
    return folder.path();
  }

  @Override
  public void force() throws IOException {
    folder.force();
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  private final class ForwardingFile implements SegmentFile {

    private final SegmentFile file;

    ForwardingFile(SegmentFile file) {
      this.file = file;
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      ForwardingFolder.this.write(file, source, position);
    }

    @Override
    public void truncate(long length) throws IOException {
      file.truncate(length);
    }

    @Override
    public void force() throws IOException {
      ForwardingFolder.this.force(file);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return file.read(target, position);
    }

    @Override
    public long length() throws IOException {
      return file.length();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
