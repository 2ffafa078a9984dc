package io.tempo4j.wal;

import io.tempo4j.engine.HeadId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/*
 * Puts frames at the end of the log. Appends are combined: an appending thread copies its frame into
 * the buffer that is being filled; if no thread writes, it becomes the writer and writes that buffer
 * out in one call, without the lock, while others fill the other buffer. The writer alone creates
 * segments and changes their length; it publishes both under the lock when it is done. Fsync is
 * independent of writing, see SegmentSync.
 */
final class SegmentWriter {

  private static final System.Logger LOG = System.getLogger("io.tempo4j.wal");

  /** A note that a frame of a batch makes in the ledger once it is written. */
  private record Note(int kind, HeadId head) {}

  /** Frames that are written by one call. Guarded by the lock; its buffer by the writer. */
  static final class Batch {
    private final ByteBuffer buffer;
    private final List<Note> notes = new ArrayList<>();
    private boolean done;
    private @Nullable IOException failure;
    private @Nullable Segment segment;
    private long end;

    Batch(ByteBuffer buffer) {
      this.buffer = buffer;
    }

    /** Where its frames are. */
    Segment segment() {
      return Objects.requireNonNull(segment, "not written");
    }

    /** Index in the segment's file of the first byte behind its frames. */
    long end() {
      return end;
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
  private final ReentrantLock lock;
  private final SegmentLedger ledger;
  private final SegmentSync sync;
  private final long marker;

  /** A batch is done and the place of the writer is free. */
  private final Condition written;

  private final Deque<Segment> dropped = new ArrayDeque<>();

  private Batch filling;
  private ByteBuffer spare;
  private boolean writing;
  private boolean releasedWhileWriting;
  private boolean closed;
  private @Nullable Segment active;
  private long nextNumber;

  /**
   * Prepares writing.
   *
   * @param folder where segments are made
   * @param options sizes and fsync policy
   * @param firstNumber number of the first segment that will be made
   * @param lock guards the ledger
   * @param ledger learns which head needs which segment
   * @param sync is told what was written
   */
  SegmentWriter(
      SegmentFolder folder,
      WalOptions options,
      long firstNumber,
      ReentrantLock lock,
      SegmentLedger ledger,
      SegmentSync sync) {
    this.folder = folder;
    this.options = options;
    this.nextNumber = firstNumber;
    this.lock = lock;
    this.ledger = ledger;
    this.sync = sync;
    this.marker = newMarker(options);
    this.written = lock.newCondition();
    this.filling = new Batch(ByteBuffer.allocateDirect(options.bufferBytes()));
    this.spare = ByteBuffer.allocateDirect(options.bufferBytes());
  }

  private static long newMarker(WalOptions options) {
    // Not zero: unwritten parts of a file read as zeros.
    long marker = 0;
    while (marker == 0) {
      marker = options.randomness().nextLong();
    }
    return marker;
  }

  /** Refuses further frames and waits until those that were begun are written. */
  void close() {
    lock.lock();
    try {
      closed = true;
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
  }

  /**
   * Appends one frame and returns when the operating system has it.
   *
   * @throws IOException if the frame could not be written, or the writer is closed
   */
  Batch write(int kind, HeadId head, byte[] payload, int offset, int length) throws IOException {
    byte[] header = WalFormat.frameHeader(marker, kind, head, payload, offset, length);
    Batch batch;
    boolean filesToDelete;
    lock.lock();
    try {
      checkOpen();
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
      checkOpen();
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
    checkOpen();
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
      closeUnlessSyncFollows(full);
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
    try {
      publish(batch);
    } finally {
      batch.done = true;
      spare = batch.buffer.clear();
      writing = false;
      written.signalAll();
    }
    if (releasedWhileWriting) {
      dropReleased();
    }
  }

  private void publish(Batch batch) {
    Segment segment = batch.segment;
    if (segment == null) {
      if (batch.failure == null) {
        batch.failure = new IOException("the writing thread failed");
      }
      return;
    }
    segment.length = batch.end;
    for (Note note : batch.notes) {
      if (note.kind() == WalFormat.KIND_RELEASE) {
        ledger.recorded(segment, note.head());
        // Frames that went while their note was on its way leave it to be dropped, too.
        releasedWhileWriting |= !ledger.holdsFrames(note.head());
      } else {
        ledger.appended(segment, note.head());
      }
    }
    sync.written();
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

  /** Closes a sealed segment, if it is not for a later fsync to close it. */
  private void closeUnlessSyncFollows(@Nullable Segment segment) {
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
      segment.closeQuietly();
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

  /**
   * Takes segments that nobody needs off the log; the lock is held. Their files go with {@link
   * #deleteDropped}.
   */
  void dropReleased() {
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
  void deleteDropped() throws IOException {
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
      if (idle) {
        segment.closeQuietly();
      }
      folder.delete(segment.name);
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

  private void checkOpen() throws IOException {
    if (closed) {
      throw new IOException("write-ahead log in " + folder + " is closed");
    }
  }
}
