package io.tempo4j.block;

import io.tempo4j.column.Decompressors;
import io.tempo4j.memory.ByteBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Decoded columns, what follows from them, and filter shards of all blocks of a store: those that
 * spare most work for their size; the native decompressors that decoding them needs, and the
 * columns that blocks have.
 *
 * <p>Bounded by a budget of heap bytes. Entries are immutable, so they are shared by all queries. A
 * look-up takes no lock and allocates nothing. The lock is held for an insertion, never while
 * something is read or decoded; two threads that miss the same entry both decode it.
 *
 * <p>Thread-safe.
 */
/*
 * An entry lies in a slot that its block owns, so that a hit is a volatile read where the block is
 * asked anyway, and no key is hashed. The cache has the list of the slots that hold something.
 *
 * An entry ranks by what it spares per byte that it takes: how often it was used lately, times what
 * reading and decoding it costs, by its size (GreedyDual-Size-Frequency of Cherkasova, 1998). Uses are
 * counted up to a small maximum, and halved whenever so many entries asked for room as there are; a
 * slot keeps its count when it is emptied, so that an entry which comes back is known (TinyLFU of
 * Einziger, Friedman and Manes, 2017, without its sketch). Where there is no room, the lowest of the
 * next few entries of the list makes it (sampling as in Psounis and Prabhakar, 2001), but only for one
 * that ranked higher before; so a scan of everything passes by what is used again and again, and a
 * scan that repeats finds the same part of it each time. docs/design/0005-block-cache.md has figures.
 */
public final class BlockCache {

  /** So many entries are compared to find one to let go. */
  private static final int SAMPLE = 8;

  /** Uses are halved when this many times as many entries asked for room as are held. */
  private static final int PUTS_PER_AGE = 4;

  private final ByteBudget budget;
  private final OpenBlocks openBlocks;
  private final SharedKeys keys = new SharedKeys();
  private final Decompressors decompressors =
      Decompressors.keeping(Runtime.getRuntime().availableProcessors());
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final ReentrantLock lock = new ReentrantLock();

  // guarded by the lock
  private final List<CacheSlot> held = new ArrayList<>();
  private long bytes;
  private int next;
  private int age;
  private long putsOfAge;

  /**
   * An empty cache.
   *
   * @param maxBytes most heap bytes to hold; 0 to cache nothing
   */
  public BlockCache(long maxBytes) {
    this(ByteBudget.of("cached columns", maxBytes));
  }

  /** An empty cache that takes what it holds from {@code budget}, and lets all blocks be open. */
  public BlockCache(ByteBudget budget) {
    this(budget, ByteBudget.unbounded("indexes of blocks"));
  }

  /**
   * An empty cache.
   *
   * @param budget what it takes the bytes of columns and filters from
   * @param indexes what open blocks take the bytes of their indexes from
   */
  public BlockCache(ByteBudget budget, ByteBudget indexes) {
    this.budget = budget;
    this.openBlocks = new OpenBlocks(indexes);
  }

  /**
   * Counts since the cache was made, and what it holds now.
   *
   * @param hits look-ups that found something
   * @param misses look-ups that did not
   * @param bytes heap bytes held
   */
  public record Stats(long hits, long misses, long bytes) {}

  /** What happened so far. */
  public Stats stats() {
    lock.lock();
    try {
      return new Stats(hits.sum(), misses.sum(), bytes);
    } finally {
      lock.unlock();
    }
  }

  /** Which blocks are open. */
  OpenBlocks openBlocks() {
    return openBlocks;
  }

  /** The columns that blocks have, one object for each. */
  SharedKeys keys() {
    return keys;
  }

  /** What decompresses all that comes into the cache. */
  Decompressors decompressors() {
    return decompressors;
  }

  /** Forgets everything of a block that is gone. */
  public void evict(UUID block) {
    lock.lock();
    try {
      for (int i = held.size() - 1; i >= 0; i--) {
        if (held.get(i).block().equals(block)) {
          release(i);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets about {@code wanted} bytes of the lowest ranks go, for whoever needs the room; all it has
   * if that is less. Does nothing for a thread that is putting something in.
   */
  public void reclaim(long wanted) {
    if (lock.isHeldByCurrentThread()) {
      return;
    }
    lock.lock();
    try {
      long goal = bytes - wanted;
      while (bytes > goal && !held.isEmpty()) {
        release(lowestOfNext());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets go of what slots hold. */
  void forget(List<CacheSlot> slots) {
    lock.lock();
    try {
      for (CacheSlot slot : slots) {
        if (slot.value() != null) {
          release(slot.position());
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** What the slot holds, or null. */
  @Nullable Object find(CacheSlot slot) {
    Object value = slot.value();
    if (value == null) {
      misses.increment();
    } else {
      hits.increment();
      slot.use();
    }
    return value;
  }

  /**
   * Offers something to hold; whether it is held depends on what else is.
   *
   * @param slot whose it is
   * @param value what {@link #find} is to return
   * @param size heap bytes of it
   * @param cost nanoseconds that making it anew would take, roughly
   */
  void put(CacheSlot slot, Object value, long size, long cost) {
    if (size > budget.limitBytes() / 4) {
      return; // one giant must not throw everything else out
    }
    lock.lock();
    try {
      boolean isHeld = slot.value() != null;
      double worth = (double) cost / Math.max(1, size);
      double rank = slot.uses(age) * worth;
      slot.use();
      if (!isHeld && makeRoom(size, rank)) {
        slot.fill(value, size, worth);
        slot.moveTo(held.size());
        held.add(slot);
        bytes += size;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets entries of lower rank go until there is room; false if there are not enough of them. */
  private boolean makeRoom(long size, double rank) {
    if (budget.tryTake(size)) {
      return true;
    }
    if (++putsOfAge > (long) PUTS_PER_AGE * held.size()) {
      age++;
      putsOfAge = 0;
    }
    do {
      if (held.isEmpty()) {
        return false; // others hold what the budget is a part of
      }
      int lowest = lowestOfNext();
      double lowestRank = held.get(lowest).rank(age);
      if (lowestRank > 0 && lowestRank >= rank) {
        return false;
      }
      release(lowest);
    } while (!budget.tryTake(size));
    return true;
  }

  private int lowestOfNext() {
    int lowest = -1;
    double lowestRank = Double.POSITIVE_INFINITY;
    for (int i = 0; i < SAMPLE; i++) {
      next = next + 1 < held.size() ? next + 1 : 0;
      double rank = held.get(next).rank(age);
      if (lowest < 0 || rank < lowestRank) {
        lowest = next;
        lowestRank = rank;
      }
    }
    return lowest;
  }

  private void release(int index) {
    CacheSlot slot = held.get(index);
    bytes -= slot.size();
    budget.give(slot.size());
    slot.empty();
    CacheSlot last = held.removeLast();
    if (last != slot) {
      last.moveTo(index);
      held.set(index, last);
    }
  }
}
