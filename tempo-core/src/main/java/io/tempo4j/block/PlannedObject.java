package io.tempo4j.block;

import io.tempo4j.block.BlockFormat.Part;
import io.tempo4j.storage.ParallelReads;
import io.tempo4j.storage.ReadPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a query has read, or is reading, of one object of a block. Thread-safe. */
final class PlannedObject {

  private final QueryReads reads;
  private final BlockParts parts;
  private final Part part;
  private final ReadTotals totals;
  private final List<Piece> pieces = new ArrayList<>(); // guarded by the query's lock

  PlannedObject(QueryReads reads, BlockParts parts, Part part, ReadTotals totals) {
    this.reads = reads;
    this.parts = parts;
    this.part = part;
    this.totals = totals;
  }

  /**
   * Begins to read what is not there yet.
   *
   * @return false if there is no room for all of it
   */
  boolean prefetch(List<ByteRange> wanted) {
    ReadPolicy policy = reads.planner().policy();
    List<Piece> begun = new ArrayList<>();
    boolean hasRoom = true;
    reads.lock().lock();
    try {
      List<ByteRange> missing = new ArrayList<>();
      for (ByteRange range : wanted) {
        if (find(range.offset(), range.length()) == null) {
          missing.add(range);
        }
      }
      for (ByteRange range : ByteRange.joined(missing, policy)) {
        if (!reads.takeAhead(range.length())) {
          hasRoom = false;
          break;
        }
        Piece piece = new Piece(this, range, reads.planner());
        piece.reading(begin(piece));
        pieces.add(piece);
        reads.hold(piece);
        begun.add(piece);
      }
    } finally {
      reads.lock().unlock();
    }
    begun.forEach(piece -> totals.read(piece.range().length()));
    return hasRoom;
  }

  private CompletableFuture<byte[]> begin(Piece piece) {
    ByteRange range = piece.range();
    return reads.planner().threads().begin(() -> read(range), piece::ended);
  }

  private byte[] read(ByteRange range) throws IOException {
    if (parts.isNear(part, range.offset(), range.length())) {
      totals.fromDisk();
    }
    return parts.read(part, range.offset(), range.length());
  }

  /**
   * The bytes of a range. If nobody announced them, they are read now, and {@code around} with them
   * if that is not too long.
   */
  Slice read(long offset, int length, ByteRange around) throws IOException {
    Piece piece;
    reads.lock().lock();
    try {
      piece = find(offset, length);
      if (piece != null) {
        piece.use();
      }
    } finally {
      reads.lock().unlock();
    }
    if (piece != null) {
      byte[] bytes = await(piece);
      if (bytes != null) {
        return new Slice(bytes, (int) (offset - piece.range().offset()));
      }
    }
    return readNow(offset, length, around);
  }

  /** The bytes of a piece; null if they could not be read, so that the caller finds out why. */
  private byte @Nullable [] await(Piece piece) throws IOException {
    long begin = System.nanoTime();
    try {
      return ParallelReads.await(piece.bytes(), reads.check());
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      reads.lock().lock();
      try {
        reads.remove(piece);
      } finally {
        reads.lock().unlock();
      }
      return null;
    } finally {
      totals.waited(System.nanoTime() - begin);
    }
  }

  /** By a thread of its own all the same, so that a query may end while a store hangs. */
  private Slice readNow(long offset, int length, ByteRange around) throws IOException {
    Piece piece = null;
    if (around.length() <= reads.planner().policy().maxRangeBytes()) {
      reads.lock().lock();
      try {
        if (reads.takeNow(around.length())) {
          piece = new Piece(this, around, reads.planner());
          piece.reading(begin(piece));
          piece.use();
          pieces.add(piece);
          reads.hold(piece);
        }
      } finally {
        reads.lock().unlock();
      }
    }
    ByteRange range = piece == null ? new ByteRange(offset, length) : around;
    CompletableFuture<byte[]> bytes =
        piece == null ? reads.planner().threads().begin(() -> read(range)) : piece.bytes();
    long begin = System.nanoTime();
    try {
      totals.read(range.length());
      return new Slice(ParallelReads.await(bytes, reads.check()), (int) (offset - range.offset()));
    } finally {
      totals.waited(System.nanoTime() - begin);
    }
  }

  // ---- under the query's lock

  private @Nullable Piece find(long offset, int length) {
    for (Piece piece : pieces) {
      if (piece.range().contains(offset, length)) {
        return piece;
      }
    }
    return null;
  }

  void remove(Piece piece) {
    pieces.remove(piece);
  }
}
