package io.tempo4j.block;

import io.tempo4j.column.Column;
import io.tempo4j.column.FilterShard;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Decoded columns, what follows from them, and filter shards of all blocks of a store, least
 * recently used out first.
 *
 * <p>Bounded by heap bytes. Entries are immutable, so they are shared by all queries. The lock is
 * held for a look-up or an insertion, never while something is read or decoded; two threads that
 * miss the same entry both decode it.
 *
 * <p>Thread-safe.
 */
public final class BlockCache {

  /** What an entry is; its offset is that of the chunk or shard it comes from, or of its group. */
  enum Kind {
    COLUMN,
    SHARD,
    SHAPES,
    TRACE_OFFSETS,
    EVENT_OFFSETS,
    LINK_OFFSETS,
    PARENT_ROWS
  }

  private record Key(UUID block, Kind kind, long offset) {}

  private record Entry(Object value, long bytes) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<Key, Entry> entries = new LinkedHashMap<>(256, 0.75f, true);
  private final long maxBytes;
  private long bytes;
  private long hits;
  private long misses;

  /**
   * An empty cache.
   *
   * @param maxBytes most heap bytes to hold; 0 to cache nothing
   */
  public BlockCache(long maxBytes) {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("maxBytes must not be negative, got " + maxBytes);
    }
    this.maxBytes = maxBytes;
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
      return new Stats(hits, misses, bytes);
    } finally {
      lock.unlock();
    }
  }

  /** Forgets everything of a block that is gone. */
  public void evict(UUID block) {
    lock.lock();
    try {
      entries
          .entrySet()
          .removeIf(entry -> {
            boolean gone = entry.getKey().block.equals(block);
            bytes -= gone ? entry.getValue().bytes : 0;
            return gone;
          });
    } finally {
      lock.unlock();
    }
  }

  @Nullable Column column(UUID block, long offset) {
    return (Column) find(new Key(block, Kind.COLUMN, offset));
  }

  void put(UUID block, long offset, Column column) {
    insert(new Key(block, Kind.COLUMN, offset), new Entry(column, column.heapBytes()));
  }

  @Nullable FilterShard shard(UUID block, long offset) {
    return (FilterShard) find(new Key(block, Kind.SHARD, offset));
  }

  void put(UUID block, long offset, FilterShard shard) {
    insert(new Key(block, Kind.SHARD, offset), new Entry(shard, shard.heapBytes()));
  }

  @Nullable ShapeIndex shapes(UUID block, long offset) {
    return (ShapeIndex) find(new Key(block, Kind.SHAPES, offset));
  }

  void put(UUID block, long offset, ShapeIndex shapes) {
    insert(new Key(block, Kind.SHAPES, offset), new Entry(shapes, shapes.heapBytes()));
  }

  /** Row numbers that follow from whole columns of a row group. */
  int @Nullable [] rows(UUID block, Kind kind, long offset) {
    return (int[]) find(new Key(block, kind, offset));
  }

  void put(UUID block, Kind kind, long offset, int[] rows) {
    insert(new Key(block, kind, offset), new Entry(rows, 16 + 4L * rows.length));
  }

  private @Nullable Object find(Key key) {
    lock.lock();
    try {
      Entry entry = entries.get(key);
      if (entry == null) {
        misses++;
        return null;
      }
      hits++;
      return entry.value;
    } finally {
      lock.unlock();
    }
  }

  private void insert(Key key, Entry entry) {
    if (entry.bytes > maxBytes / 4) {
      return; // one giant must not throw everything else out
    }
    lock.lock();
    try {
      Entry replaced = entries.put(key, entry);
      bytes += entry.bytes - (replaced == null ? 0 : replaced.bytes);
      var eldest = entries.entrySet().iterator();
      while (bytes > maxBytes && eldest.hasNext()) {
        Map.Entry<Key, Entry> victim = eldest.next();
        bytes -= victim.getValue().bytes;
        eldest.remove();
      }
    } finally {
      lock.unlock();
    }
  }
}
