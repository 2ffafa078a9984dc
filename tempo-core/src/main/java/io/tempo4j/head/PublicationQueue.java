package io.tempo4j.head;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a head that are decoded and not visible yet, in the order of their rows.
 *
 * <p>Guarded by the lock of the head's writers.
 */
/*
 * Readers see a prefix of the rows, so a request becomes visible when it and all before it are in the
 * log. Rows of a request that the log refused are taken back together with all rows behind them, none
 * of which anybody has seen; whoever waits for those decodes its request once more. That costs nothing
 * as long as the log takes what it is given.
 */
final class PublicationQueue {

  /** What has become of a request. */
  enum Fate {
    WAITING,
    PUBLISHED,
    TAKEN_BACK
  }

  /** A request; {@code before} is how far the columns were before it. */
  static final class Entry {
    private final HeadMark before;
    private final HeadState after;
    private boolean isLogged;
    private Fate fate = Fate.WAITING;

    Entry(HeadMark before, HeadState after) {
      this.before = before;
      this.after = after;
    }

    Fate fate() {
      return fate;
    }
  }

  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private final Condition changed;

  PublicationQueue(Lock writers) {
    this.changed = writers.newCondition();
  }

  /** Adds a request whose rows stand behind all others. */
  Entry add(HeadMark before, HeadState after) {
    Entry entry = new Entry(before, after);
    entries.addLast(entry);
    return entry;
  }

  /** Notes that a request is in the log; returns the state to publish now, or null. */
  @Nullable HeadState logged(Entry entry) {
    entry.isLogged = true;
    HeadState newest = null;
    while (!entries.isEmpty() && entries.getFirst().isLogged) {
      Entry first = entries.removeFirst();
      first.fate = Fate.PUBLISHED;
      newest = first.after;
    }
    if (newest != null) {
      changed.signalAll();
    }
    return newest;
  }

  /** Takes a request back and all behind it; returns how far the columns go then, or null. */
  @Nullable HeadMark takeBack(Entry entry) {
    if (entry.fate != Fate.WAITING) {
      return null; // with one before it
    }
    Iterator<Entry> newestFirst = entries.descendingIterator();
    Entry last;
    do {
      last = newestFirst.next();
      last.fate = Fate.TAKEN_BACK;
      newestFirst.remove();
    } while (last != entry);
    changed.signalAll();
    return entry.before;
  }

  /** Waits until a request is published or taken back. */
  Fate await(Entry entry) {
    while (entry.fate == Fate.WAITING) {
      changed.awaitUninterruptibly();
    }
    return entry.fate;
  }
}
