package io.tempo4j.block;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ReadCounts;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.WantedColumns;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one query reads of blocks that lie far away: says what it will need, has it read in few
 * large requests at the same time, and finds it there.
 *
 * <p>Holds at most as many bytes as the store's {@link io.tempo4j.storage.ReadPolicy} allows, plus
 * the range that is being read for something nobody announced. Closing drops what was read and what
 * was not begun; requests under way end by themselves.
 *
 * <p>Its sources are thread-safe; one thread begins and closes it.
 */
/*
 * Bytes are held in pieces, one per request. Where there is no room for another one, pieces that were
 * used go, oldest first: most chunks are decoded once, and the columns are then held by the query
 * or by the cache. What was announced and not used yet goes only for something that is needed at
 * once. A piece that is asked for after it went is read again.
 */
public final class QueryReads implements AutoCloseable {

  private final ReadPlanner planner;
  private final Runnable check;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<PlannedSource> opened = new ArrayList<>();

  // guarded by the lock
  private final Deque<Piece> held = new ArrayDeque<>();
  private long bytes;
  private boolean isClosed;

  private @Nullable WantedColumns lastWanted;
  private Set<ColumnKey> lastKeys = Set.of();

  QueryReads(ReadPlanner planner, Runnable check) {
    this.planner = planner;
    this.check = check;
  }

  /** The sources as this query should read them: those that lie near as they are. */
  public List<SpanSource> of(List<SpanSource> sources) {
    if (!planner.policy().isPlanned()) {
      return sources;
    }
    List<SpanSource> planned = new ArrayList<>(sources.size());
    for (SpanSource source : sources) {
      if (source instanceof BlockReader block && block.parts().readPolicy().isPlanned()) {
        PlannedSource one = new PlannedSource(block, this);
        planned.add(one);
        opened.add(one);
      } else {
        planned.add(source);
      }
    }
    return planned;
  }

  @Override
  public void close() {
    ReadCounts counts = ReadCounts.NONE;
    for (PlannedSource source : opened) {
      counts = counts.plus(source.readCounts());
    }
    opened.clear();
    planner.ended(counts);
    lock.lock();
    try {
      isClosed = true;
      for (Piece piece : held) {
        piece.drop();
      }
      held.clear();
      bytes = 0;
    } finally {
      lock.unlock();
    }
  }

  ReadPlanner planner() {
    return planner;
  }

  /** Throws if the query should end. */
  Runnable check() {
    return check;
  }

  ReentrantLock lock() {
    return lock;
  }

  /** The columns and all that they need to be decoded. */
  Set<ColumnKey> keys(WantedColumns wanted) {
    lock.lock();
    try {
      if (lastWanted != wanted) {
        lastKeys = Dependencies.with(wanted.keys());
        lastWanted = wanted;
      }
      return lastKeys;
    } finally {
      lock.unlock();
    }
  }

  // ---- under the lock

  /** Makes room for bytes by letting go of what was used; false if that is not enough. */
  boolean takeAhead(int length) {
    return take(length, Piece::wasUsed);
  }

  /** Makes room for bytes that are needed at once; false if there is none. */
  boolean takeNow(int length) {
    return take(length, Piece::isDone);
  }

  private boolean take(int length, java.util.function.Predicate<Piece> mayGo) {
    if (isClosed || length > planner.policy().aheadBytes()) {
      return false;
    }
    Iterator<Piece> oldest = held.iterator();
    while (bytes > planner.policy().aheadBytes() - length && oldest.hasNext()) {
      Piece piece = oldest.next();
      if (mayGo.test(piece)) {
        oldest.remove();
        forget(piece);
      }
    }
    if (bytes > planner.policy().aheadBytes() - length || !planner.take(length)) {
      return false;
    }
    bytes += length;
    return true;
  }

  void hold(Piece piece) {
    held.add(piece);
  }

  /** Lets go of a piece that could not be read. */
  void remove(Piece piece) {
    if (held.remove(piece)) {
      forget(piece);
    }
  }

  private void forget(Piece piece) {
    piece.drop();
    bytes -= piece.range().length();
  }
}
