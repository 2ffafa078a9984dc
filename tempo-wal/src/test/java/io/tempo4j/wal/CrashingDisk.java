package io.tempo4j.wal;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory that forgets what was not forced when the power fails. Every crash cuts off the
 * folder that was mounted before it.
 */
final class CrashingDisk {

  private static final int PAGE_BYTES = 64;

  /** One file; bytes before {@code forcedLength} never change. */
  private static final class Content {
    byte[] bytes = new byte[1024];
    int length;
    int forcedLength;
    boolean nameForced;

    void write(int position, byte[] source) {
      int end = position + source.length;
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * end);
      }
      if (position > length) {
        Arrays.fill(bytes, length, position, (byte) 0);
      }
      System.arraycopy(source, 0, bytes, position, source.length);
      length = Math.max(length, end);
      forcedLength = Math.min(forcedLength, position);
    }
  }

  private final TreeMap<SegmentName, Content> files = new TreeMap<>();

  /** Deleted, but the folder was not forced since. */
  private final TreeMap<SegmentName, Content> deleted = new TreeMap<>();

  private int life;
  private long spaceLeft = Long.MAX_VALUE;
  private boolean truncateFails;
  private boolean forceFails;

  /** The folder as a new process sees it. */
  synchronized SegmentFolder mount() {
    return new Folder(life);
  }

  /** From now on, that many bytes can be written until the disk is full. */
  synchronized void limitSpace(long bytes) {
    spaceLeft = bytes;
  }

  synchronized void failTruncates() {
    truncateFails = true;
  }

  synchronized void failForces() {
    forceFails = true;
  }

  synchronized void repair() {
    spaceLeft = Long.MAX_VALUE;
    truncateFails = false;
    forceFails = false;
  }

  /** The process dies; what it wrote stays. */
  synchronized void kill() {
    life++;
    repair();
  }

  /** The process dies; of what was not forced, an arbitrary part is lost. */
  synchronized void failPower(Random random) {
    kill();
    deleted.forEach((name, content) -> {
      if (random.nextBoolean()) {
        files.put(name, content);
      }
    });
    deleted.clear();
    files.values().removeIf(content -> !content.nameForced && random.nextBoolean());
    for (Content content : files.values()) {
      int kept = random.nextInt(content.length - content.forcedLength + 1);
      content.length = content.forcedLength + kept;
      for (int i = content.forcedLength; i < content.length; i += PAGE_BYTES) {
        if (random.nextInt(4) == 0) {
          Arrays.fill(content.bytes, i, Math.min(i + PAGE_BYTES, content.length), (byte) 0);
        }
      }
      content.forcedLength = content.length;
      content.nameForced = true;
    }
  }

  /** Flips one bit. */
  synchronized void flip(SegmentName name, int offset, int bit) {
    content(name).bytes[offset] ^= (byte) (1 << bit);
  }

  synchronized void overwrite(SegmentName name, int offset, byte[] bytes) {
    System.arraycopy(bytes, 0, content(name).bytes, offset, bytes.length);
  }

  synchronized void cut(SegmentName name, int length) {
    content(name).length = length;
  }

  synchronized byte[] bytes(SegmentName name) {
    Content content = content(name);
    return Arrays.copyOf(content.bytes, content.length);
  }

  synchronized List<SegmentName> names() {
    return new ArrayList<>(files.keySet());
  }

  synchronized int length(SegmentName name) {
    return content(name).length;
  }

  synchronized boolean isForced(SegmentName name, long end) {
    Content content = files.get(name);
    return content != null && content.nameForced && content.forcedLength >= end;
  }

  synchronized long totalBytes() {
    return files.values().stream().mapToLong(content -> content.length).sum();
  }

  private Content content(SegmentName name) {
    Content content = files.get(name);
    if (content == null) {
      throw new IllegalArgumentException("no segment " + name);
    }
    return content;
  }

  private final class Folder implements SegmentFolder {

    private final int born;

    Folder(int born) {
      this.born = born;
    }

    private void check() throws IOException {
      if (born != life) {
        throw new IOException("the process is dead");
      }
    }

    @Override
    public Optional<Path> path() {
      return Optional.empty();
    }

    @Override
    public List<SegmentName> list() throws IOException {
      synchronized (CrashingDisk.this) {
        check();
        return names();
      }
    }

    @Override
    public SegmentFile create(SegmentName name) throws IOException {
      synchronized (CrashingDisk.this) {
        check();
        if (files.putIfAbsent(name, new Content()) != null) {
          throw new FileAlreadyExistsException(name.fileName());
        }
        return new File(name);
      }
    }

    @Override
    public SegmentFile open(SegmentName name) throws IOException {
      synchronized (CrashingDisk.this) {
        check();
        content(name);
        return new File(name);
      }
    }

    @Override
    public void delete(SegmentName name) throws IOException {
      synchronized (CrashingDisk.this) {
        check();
        Content content = files.remove(name);
        if (content != null && content.nameForced) {
          deleted.put(name, content);
        }
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (CrashingDisk.this) {
        check();
        if (forceFails) {
          throw new IOException("Input/output error");
        }
        files.values().forEach(content -> content.nameForced = true);
        deleted.clear();
      }
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
      return "crashing-disk";
    }

    private final class File implements SegmentFile {

      private final SegmentName name;

      File(SegmentName name) {
        this.name = name;
      }

      private Content find() throws IOException {
        check();
        Content content = files.get(name);
        if (content == null) {
          throw new FileNotFoundException(name.fileName());
        }
        return content;
      }

      @Override
      public void write(ByteBuffer source, long position) throws IOException {
        synchronized (CrashingDisk.this) {
          int count = (int) Math.min(source.remaining(), spaceLeft);
          byte[] bytes = new byte[count];
          source.get(bytes);
          find().write((int) position, bytes);
          spaceLeft -= spaceLeft == Long.MAX_VALUE ? 0 : count;
          if (source.hasRemaining()) {
            throw new IOException("No space left on device");
          }
        }
      }

      @Override
      public void truncate(long length) throws IOException {
        synchronized (CrashingDisk.this) {
          Content content = find();
          if (truncateFails) {
            throw new IOException("Input/output error");
          }
          content.length = (int) Math.min(content.length, length);
          content.forcedLength = Math.min(content.forcedLength, content.length);
        }
      }

      @Override
      public void force() throws IOException {
        synchronized (CrashingDisk.this) {
          Content content = find();
          if (forceFails) {
            throw new IOException("Input/output error");
          }
          content.forcedLength = content.length;
        }
      }

      @Override
      public int read(ByteBuffer target, long position) throws IOException {
        synchronized (CrashingDisk.this) {
          Content content = find();
          int count = (int) Math.min(target.remaining(), content.length - position);
          if (count <= 0) {
            return -1;
          }
          target.put(content.bytes, (int) position, count);
          return count;
        }
      }

      @Override
      public long length() throws IOException {
        synchronized (CrashingDisk.this) {
          return find().length;
        }
      }

      @Override
      public void close() {}
    }
  }
}
