package io.tempo4j.wal;

import io.tempo4j.engine.HeadId;
import io.tempo4j.engine.WriteAheadLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A write-ahead log of segment files in one folder.
 *
 * <p>A segment vanishes as soon as every head with frames in it is released. A release is itself
 * noted in the log, so that a replay does not deliver frames of released heads that share a segment
 * with others; after a power failure it may deliver them all the same.
 *
 * <p>After a failed append, because the disk is full for example, the log is as before it, and
 * later appends succeed as soon as there is space.
 *
 * <p>Thread-safe. Owns two direct buffers and, under {@link FsyncPolicy#interval()}, one background
 * thread; both end with {@link #close}. An interrupt of an appending thread does not end its
 * append.
 *
 * <p>Format of the files: {@code docs/format/wal-v1.md}.
 */
public final class SegmentedWal implements WriteAheadLog {

  private static final System.Logger LOG = System.getLogger("io.tempo4j.wal");

  private enum Life {
    OPENED,
    REPLAYING,
    READY,
    CLOSED
  }

  private final SegmentFolder folder;
  private final WalOptions options;
  private final boolean awaitsSync;
  private final List<SegmentName> earlier;
  private final long earlierBytes;

  private final ReentrantLock lock = new ReentrantLock();

  private final SegmentLedger ledger = new SegmentLedger();
  private final SegmentSync sync;
  private final SegmentWriter writer;

  /** Written under the lock. */
  private volatile Life life = Life.OPENED;

  private SegmentedWal(SegmentFolder folder, WalOptions options) throws IOException {
    this.folder = folder;
    this.options = options;
    this.awaitsSync = options.fsyncPolicy() instanceof FsyncPolicy.Always;
    this.earlier = folder.list();
    this.earlierBytes = lengthOf(earlier);
    this.sync = new SegmentSync(lock, ledger, folder, options.nanoClock());
    long firstNumber = earlier.isEmpty() ? 1 : earlier.getLast().number() + 1;
    this.writer = new SegmentWriter(folder, options, firstNumber, lock, ledger, sync);
  }

  /**
   * Opens the log of a folder, which is made if it does not exist. Must be followed by {@link
   * #replay}.
   *
   * @param folder holds the segments; other files in it are left alone
   * @param options how to write
   * @throws io.tempo4j.storage.FolderInUseException if another writer, in this process or another,
   *     uses the folder; that of a killed process is free
   * @throws IOException if the folder cannot be made, read or written
   */
  public static SegmentedWal open(Path folder, WalOptions options) throws IOException {
    return open(DiskSegmentFolder.open(folder), options);
  }

  /** Opens a log and takes over the folder, which is closed with the log or if opening fails. */
  static SegmentedWal open(SegmentFolder folder, WalOptions options) throws IOException {
    try {
      return new SegmentedWal(folder, options);
    } catch (IOException | RuntimeException | Error e) {
      try {
        folder.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private long lengthOf(List<SegmentName> names) throws IOException {
    long bytes = 0;
    for (SegmentName name : names) {
      try (SegmentFile file = folder.open(name)) {
        bytes += file.length();
      }
    }
    return bytes;
  }

  /**
   * {@inheritDoc}
   *
   * @throws io.tempo4j.model.UnsupportedFormatException if a later release has written a segment
   */
  @Override
  public ReplayReport replay(FrameConsumer consumer) throws IOException {
    lock.lock();
    try {
      if (life != Life.OPENED) {
        throw new IllegalStateException("write-ahead log is replayed once, is " + life);
      }
      life = Life.REPLAYING;
    } finally {
      lock.unlock();
    }
    ReplayReport report = new SegmentReplay(folder, ledger, consumer).run(earlier);
    lock.lock();
    try {
      writer.dropReleased();
      life = Life.READY;
    } finally {
      lock.unlock();
    }
    writer.deleteDropped();
    if (!(options.fsyncPolicy() instanceof FsyncPolicy.Never)) {
      forceReplayed();
    }
    if (options.fsyncPolicy() instanceof FsyncPolicy.Interval interval) {
      sync.start(interval, options.threads());
    }
    return report;
  }

  /** A killed process may have left frames to the operating system's cache only. */
  private void forceReplayed() {
    try {
      sync.forceAll();
    } catch (IOException e) {
      // Already logged; the frames were read, and their heads are flushed as always.
      LOG.log(System.Logger.Level.DEBUG, "Cannot force a replayed segment", e);
    }
  }

  @Override
  public void append(HeadId head, byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    checkReady();
    SegmentWriter.Batch batch = writer.write(WalFormat.KIND_SPANS, head, buffer, offset, length);
    if (awaitsSync) {
      sync.awaitDurable(batch.segment(), batch.end());
    }
  }

  @Override
  public void release(HeadId head) throws IOException {
    boolean framesLeft;
    lock.lock();
    try {
      checkReady();
      if (!ledger.release(head)) {
        return;
      }
      writer.dropReleased();
      framesLeft = ledger.holdsFrames(head);
    } finally {
      lock.unlock();
    }
    writer.deleteDropped();
    if (framesLeft) {
      noteRelease(head);
    }
  }

  /** A convenience for replay only: without the note, frames of the head may be delivered again. */
  private void noteRelease(HeadId head) {
    try {
      writer.write(WalFormat.KIND_RELEASE, head, new byte[0], 0, 0);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "Cannot note the release of head " + head, e);
    }
  }

  @Override
  public Optional<Path> folder() {
    return folder.path();
  }

  @Override
  public long bytesOnDisk() {
    lock.lock();
    try {
      return life == Life.OPENED || life == Life.REPLAYING ? earlierBytes : ledger.bytes();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      if (life == Life.CLOSED) {
        return;
      }
      life = Life.CLOSED;
    } finally {
      lock.unlock();
    }
    writer.close();
    sync.stop();
    try (folder) {
      try {
        sync.forceAll();
      } finally {
        ledger.segments().forEach(Segment::closeQuietly);
      }
    }
  }

  private void checkReady() throws IOException {
    switch (life) {
      case OPENED, REPLAYING ->
          throw new IllegalStateException("write-ahead log in " + folder + " is not replayed yet");
      case CLOSED -> throw new IOException("write-ahead log in " + folder + " is closed");
      case READY -> {}
    }
  }
}
