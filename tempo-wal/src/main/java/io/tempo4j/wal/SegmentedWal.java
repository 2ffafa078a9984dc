package io.tempo4j.wal;

import io.tempo4j.engine.HeadId;
import io.tempo4j.engine.WriteAheadLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

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

  /*
   * Appends are combined. An appending thread copies its frame into the buffer that is being filled;
   * if no thread writes, it becomes the writer and writes that buffer out in one call, without the
   * lock, while others fill the other buffer. The writer alone creates segments and changes their
   * length; it publishes both under the lock when it is done. Fsync is independent of writing, see
   * SegmentSync.
   */

  private static final System.Logger LOG = System.getLogger("io.tempo4j.wal");

  private enum Life {
    OPENED,
    REPLAYING,
    READY,
    CLOSED
  }

  /** A note that a frame of a batch makes in the ledger once it is written. */
  private record Note(int kind, HeadId head) {}

  /** Frames that are written by one call. Guarded by the lock; its buffer by the writer. */
  private static final class Batch {
    final ByteBuffer buffer;
    final List<Note> notes = new ArrayList<>();
    boolean done;
    @Nullable Segment segment;
    long end;
    @Nullable IOException failure;

    Batch(ByteBuffer buffer) {
      this.buffer = buffer;
    }

    void note(int kind, HeadId head) {
      Note note = new Note(kind, head);
      if (notes.isEmpty() || !notes.getLast().equals(note)) {
        notes.add(note);
      }
    }
  }

  /** Puts the bytes of a batch at the end of a segment. */
  @FunctionalInterface
  private interface Body {
    void writeTo(Segment segment) throws IOException;
  }

  private final SegmentFolder folder;
  private final WalOptions options;
  private final boolean awaitsSync;
  private final long marker;
  private final List<SegmentName> earlier;
  private final long earlierBytes;

  private final ReentrantLock lock = new ReentrantLock();

  /** A batch is done and the place of the writer is free. */
  private final Condition written = lock.newCondition();

  private final SegmentLedger ledger = new SegmentLedger();
  private final SegmentSync sync;
  private final Deque<Segment> dropped = new ArrayDeque<>();

  private Life life = Life.OPENED;
  private Batch filling;
  private ByteBuffer spare;
  private boolean writing;
  private boolean releasedWhileWriting;
  private @Nullable Segment active;
  private long nextNumber;

  private SegmentedWal(SegmentFolder folder, WalOptions options) throws IOException {
    this.folder = folder;
    this.options = options;
    this.awaitsSync = options.fsyncPolicy() instanceof FsyncPolicy.Always;
    this.earlier = folder.list();
    this.earlierBytes = lengthOf(earlier);
    this.nextNumber = earlier.isEmpty() ? 1 : earlier.getLast().number() + 1;
    this.marker = newMarker(options);
    this.sync = new SegmentSync(lock, ledger, folder);
    this.filling = new Batch(ByteBuffer.allocateDirect(options.bufferBytes()));
    this.spare = ByteBuffer.allocateDirect(options.bufferBytes());
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

  private static long newMarker(WalOptions options) {
    // Not zero: unwritten parts of a file read as zeros.
    long marker = 0;
    while (marker == 0) {
      marker = options.randomness().nextLong();
    }
    return marker;
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
      dropReleased();
      life = Life.READY;
    } finally {
      lock.unlock();
    }
    deleteDropped();
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
    Batch batch = write(WalFormat.KIND_SPANS, head, buffer, offset, length);
    if (awaitsSync) {
      sync.awaitDurable(Objects.requireNonNull(batch.segment), batch.end);
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
      dropReleased();
      framesLeft = ledger.holdsFrames(head);
    } finally {
      lock.unlock();
    }
    deleteDropped();
    if (framesLeft) {
      noteRelease(head);
    }
  }

  /** A convenience for replay only: without the note, frames of the head may be delivered again. */
  private void noteRelease(HeadId head) {
    try {
      write(WalFormat.KIND_RELEASE, head, new byte[0], 0, 0);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "Cannot note the release of head " + head, e);
    }
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
      while (writing || filling.buffer.position() > 0) {
        if (writing) {
          written.awaitUninterruptibly();
        } else {
          writeFilled();
        }
      }
    } finally {
      lock.unlock();
    }
    sync.stop();
    try (folder) {
      try {
        sync.forceAll();
      } finally {
        closeFiles();
      }
    }
  }

  private void closeFiles() {
    for (Segment segment : ledger.segments()) {
      try {
        segment.file.close();
      } catch (IOException e) {
        // Its bytes are on disk or forceAll() has said that they are not.
        LOG.log(System.Logger.Level.WARNING, "Cannot close " + folder + "/" + segment.name, e);
      }
    }
  }

  /** Returns when the operating system has the frame. */
  private Batch write(int kind, HeadId head, byte[] payload, int offset, int length)
      throws IOException {
    byte[] header = WalFormat.frameHeader(marker, kind, head, payload, offset, length);
    Batch batch;
    boolean filesToDelete;
    lock.lock();
    try {
      checkReady();
      batch =
          (long) header.length + length <= options.bufferBytes()
              ? writeCombined(kind, head, header, payload, offset, length)
              : writeLarge(kind, head, header, payload, offset, length);
      filesToDelete = !dropped.isEmpty();
    } finally {
      lock.unlock();
    }
    if (filesToDelete) {
      deleteDroppedQuietly();
    }
    IOException failure = batch.failure;
    if (failure != null) {
      throw new IOException("cannot append to the log in " + folder + ": " + failure, failure);
    }
    return batch;
  }

  private Batch writeCombined(
      int kind, HeadId head, byte[] header, byte[] payload, int offset, int length)
      throws IOException {
    while (filling.buffer.remaining() < header.length + length) {
      if (writing) {
        written.awaitUninterruptibly();
      } else {
        writeFilled();
      }
      checkReady();
    }
    Batch batch = filling;
    batch.buffer.put(header).put(payload, offset, length);
    batch.note(kind, head);
    while (!batch.done) {
      if (writing) {
        written.awaitUninterruptibly();
      } else {
        writeFilled();
      }
    }
    return batch;
  }

  /** Writes what is filled; called and returns with the lock held, gives it up meanwhile. */
  private void writeFilled() {
    Batch batch = filling;
    filling = new Batch(spare);
    ByteBuffer bytes = batch.buffer.flip();
    writeAlone(batch, bytes.remaining(), segment -> segment.file.write(bytes, segment.length));
  }

  /** Writes a frame that is larger than the buffers in several steps. */
  private Batch writeLarge(
      int kind, HeadId head, byte[] header, byte[] payload, int offset, int length)
      throws IOException {
    while (writing) {
      written.awaitUninterruptibly();
    }
    checkReady();
    ByteBuffer bytes = spare;
    Batch batch = new Batch(bytes);
    batch.note(kind, head);
    writeAlone(
        batch,
        (long) header.length + length,
        segment -> {
          long position = segment.length;
          bytes.clear().put(header);
          int done = 0;
          while (done < length) {
            int count = Math.min(bytes.remaining(), length - done);
            bytes.put(payload, offset + done, count).flip();
            int stepBytes = bytes.remaining();
            segment.file.write(bytes, position);
            position += stepBytes;
            done += count;
            bytes.clear();
          }
        });
    return batch;
  }

  /** Makes the calling thread the writer for one batch; the lock is held, but not meanwhile. */
  private void writeAlone(Batch batch, long bytes, Body body) {
    writing = true;
    Segment full = sealIfNoRoom(bytes);
    Segment current = active;
    lock.unlock();
    try {
      closeIfNotSynced(full);
      Segment segment = current != null ? current : createSegment();
      try {
        body.writeTo(segment);
        batch.segment = segment;
        batch.end = segment.length + bytes;
      } finally {
        if (batch.segment == null) {
          cutOff(segment);
        }
      }
    } catch (IOException e) {
      batch.failure = e;
    } finally {
      lock.lock();
      finish(batch);
    }
  }

  private void finish(Batch batch) {
    Segment segment = batch.segment;
    if (segment != null) {
      segment.length = batch.end;
      for (Note note : batch.notes) {
        if (note.kind() == WalFormat.KIND_RELEASE) {
          ledger.recorded(segment, note.head());
        } else {
          ledger.appended(segment, note.head());
        }
      }
      sync.written();
    } else if (batch.failure == null) {
      batch.failure = new IOException("the writing thread failed");
    }
    batch.done = true;
    spare = batch.buffer.clear();
    writing = false;
    if (releasedWhileWriting) {
      dropReleased();
    }
    written.signalAll();
  }

  private @Nullable Segment sealIfNoRoom(long bytes) {
    Segment segment = active;
    if (segment == null) {
      return null;
    }
    boolean full =
        segment.length + bytes > options.segmentBytes()
            && segment.length > WalFormat.SEGMENT_HEADER_BYTES;
    if (!full && segment.syncFailure == null) {
      return null;
    }
    segment.sealed = true;
    active = null;
    return segment;
  }

  /** Closes a sealed segment unless its fsync is still to come, which closes it then. */
  private void closeIfNotSynced(@Nullable Segment segment) throws IOException {
    if (segment == null) {
      return;
    }
    boolean idle;
    lock.lock();
    try {
      idle =
          !segment.syncing
              && (!segment.needsSync() || options.fsyncPolicy() instanceof FsyncPolicy.Never);
    } finally {
      lock.unlock();
    }
    if (idle) {
      segment.file.close();
    }
  }

  private Segment createSegment() throws IOException {
    SegmentName name = new SegmentName(nextNumber, marker);
    SegmentFile file = folder.create(name);
    // Whatever happens now, the name is used up.
    nextNumber++;
    try {
      file.write(WalFormat.segmentHeader(name), 0);
    } catch (IOException | RuntimeException | Error e) {
      try (file) {
        folder.delete(name);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
    Segment segment = new Segment(name, file, WalFormat.SEGMENT_HEADER_BYTES);
    lock.lock();
    try {
      ledger.add(segment);
      active = segment;
    } finally {
      lock.unlock();
    }
    return segment;
  }

  /** Takes back what a failed write has left; a segment that keeps it gets no further frames. */
  private void cutOff(Segment segment) {
    try {
      segment.file.truncate(segment.length);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Cannot cut off a torn frame of " + folder + "/" + segment.name,
          e);
      lock.lock();
      try {
        segment.sealed = true;
        active = null;
      } finally {
        lock.unlock();
      }
    }
  }

  /** Takes segments that nobody needs off the log; their files go with {@link #deleteDropped}. */
  private void dropReleased() {
    releasedWhileWriting = writing;
    dropped.addAll(ledger.takeDroppable());
    Segment segment = active;
    if (segment != null
        && !writing
        && segment.length > WalFormat.SEGMENT_HEADER_BYTES
        && !ledger.isNeeded(segment)) {
      segment.sealed = true;
      active = null;
      dropped.addAll(ledger.takeDroppable());
    }
  }

  /** Deletes files without the lock. */
  private void deleteDropped() throws IOException {
    while (true) {
      Segment segment;
      boolean idle;
      lock.lock();
      try {
        segment = dropped.poll();
        idle = segment != null && !segment.syncing;
      } finally {
        lock.unlock();
      }
      if (segment == null) {
        return;
      }
      folder.delete(segment.name);
      if (idle) {
        segment.file.close();
      }
    }
  }

  /** For appends, which have succeeded whatever becomes of old files. */
  private void deleteDroppedQuietly() {
    try {
      deleteDropped();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "Cannot delete a released segment of " + folder, e);
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
