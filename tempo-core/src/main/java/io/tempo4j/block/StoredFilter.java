package io.tempo4j.block;

import io.tempo4j.column.FilterDirectory;
import io.tempo4j.column.FilterShard;
import java.io.IOException;

/**
 * One of a block's filters; its shards are read when they are asked for, and cached.
 *
 * <p>Thread-safe.
 */
final class StoredFilter {

  private final BlockParts parts;
  private final FilterDirectory directory;
  private final long base;
  private final CacheSlots slots;

  /**
   * A filter.
   *
   * @param base where in the filter object its first shard begins
   */
  StoredFilter(BlockParts parts, FilterDirectory directory, long base) {
    this.parts = parts;
    this.directory = directory;
    this.base = base;
    this.slots = new CacheSlots(parts.cache(), parts.meta().blockId(), directory.shardCount());
  }

  /** Reads and checks all shards, cached or not. */
  void readAll() throws IOException {
    for (int shard = 0; shard < directory.shardCount(); shard++) {
      parts.readShard(base + directory.offset(shard), directory.length(shard));
    }
  }

  /** The shard that answers for a key. */
  FilterShard shardOf(long hash) throws IOException {
    int shard = directory.shardOf(hash);
    FilterShard cached = (FilterShard) slots.find(shard);
    if (cached != null) {
      return cached;
    }
    FilterShard read = parts.readShard(base + directory.offset(shard), directory.length(shard));
    slots.put(shard, read, read.heapBytes(), CachedGroup.READ_NANOS);
    return read;
  }
}
