package io.tempo4j.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/*
 * A FileChannel closes itself when the thread that uses it is interrupted. The appending threads
 * belong to the embedder, who may interrupt them, and one thread writes the frames of others; so an
 * interrupt must not take the segment away. Each operation is therefore repeated on a channel opened
 * anew, which is safe since all of them name their position, and the interrupt is handed back after
 * it. Forcing has a channel of its own: the threads that write and force cannot close each other's.
 */
final class DiskSegmentFile implements SegmentFile {

  private final Path path;
  private final StandardOpenOption syncMode;
  private final Handle data;
  private final Handle sync;

  private DiskSegmentFile(Path path, StandardOpenOption syncMode, @Nullable FileChannel channel) {
    this.path = path;
    this.syncMode = syncMode;
    this.data = new Handle(channel);
    this.sync = new Handle(null);
  }

  static DiskSegmentFile create(Path path) throws IOException {
    return new DiskSegmentFile(
        path,
        StandardOpenOption.WRITE,
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE));
  }

  static DiskSegmentFile open(Path path) {
    return new DiskSegmentFile(path, StandardOpenOption.WRITE, null);
  }

  /** For what can only be read and forced, such as a folder. */
  static DiskSegmentFile openReadOnly(Path path) {
    return new DiskSegmentFile(path, StandardOpenOption.READ, null);
  }

  @Override
  public void write(ByteBuffer source, long position) throws IOException {
    int start = source.position();
    data.run(
        StandardOpenOption.WRITE,
        channel -> {
          source.position(start);
          while (source.hasRemaining()) {
            channel.write(source, position + (source.position() - start));
          }
          return 0L;
        });
  }

  @Override
  public void truncate(long length) throws IOException {
    data.run(
        StandardOpenOption.WRITE,
        channel -> {
          channel.truncate(length);
          return 0L;
        });
  }

  @Override
  public void force() throws IOException {
    sync.run(
        syncMode,
        channel -> {
          // Without times of access and change; a new length is kept all the same, as POSIX says.
          channel.force(false);
          return 0L;
        });
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    int start = target.position();
    return (int)
        data.run(
            StandardOpenOption.READ,
            channel -> {
              target.position(start);
              return channel.read(target, position);
            });
  }

  @Override
  public long length() throws IOException {
    return data.run(StandardOpenOption.READ, FileChannel::size);
  }

  @Override
  public void close() throws IOException {
    try (Handle first = data;
        Handle second = sync) {
      // Both are closed, whatever one of them throws.
    }
  }

  @FunctionalInterface
  private interface Operation {
    long run(FileChannel channel) throws IOException;
  }

  /** A channel for one thread at a time, opened when it is first needed. */
  private final class Handle implements AutoCloseable {

    private @Nullable FileChannel channel;

    Handle(@Nullable FileChannel channel) {
      this.channel = channel;
    }

    long run(StandardOpenOption mode, Operation operation) throws IOException {
      boolean interrupted = Thread.interrupted();
      try {
        while (true) {
          FileChannel open = channel;
          if (open == null || !open.isOpen()) {
            open = FileChannel.open(path, mode);
            channel = open;
          }
          try {
            return operation.run(open);
          } catch (ClosedByInterruptException e) {
            interrupted = true;
            Thread.interrupted();
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    @Override
    public void close() throws IOException {
      FileChannel open = channel;
      channel = null;
      if (open != null) {
        open.close();
      }
    }
  }
}
