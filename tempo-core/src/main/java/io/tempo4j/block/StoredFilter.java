package io.tempo4j.block;

import io.tempo4j.column.FilterDirectory;
import io.tempo4j.column.FilterShard;
import io.tempo4j.model.CorruptBlockException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

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
   * @param base where among the block's filters its first shard begins
   */
  StoredFilter(BlockParts parts, FilterDirectory directory, long base) {
    this.parts = parts;
    this.directory = directory;
    this.base = base;
    this.slots = new CacheSlots(parts.cache(), parts.meta().blockId(), directory.shardCount());
  }

  /** Where the bytes of shards come from. */
  @FunctionalInterface
  interface Shards {
    FilterShard read(long offset, int length) throws IOException;
  }

  /** Reads and checks all shards, cached or not. */
  void readAll() throws IOException {
    for (int shard = 0; shard < directory.shardCount(); shard++) {
      parts.readShard(base + directory.offset(shard), directory.length(shard));
    }
  }

  /** The shard that answers for a key. */
  FilterShard shardOf(long hash, Shards shards) throws IOException {
    int shard = directory.shardOf(hash);
    FilterShard cached = (FilterShard) slots.find(shard);
    if (cached != null) {
      return cached;
    }
    FilterShard read = shards.read(base + directory.offset(shard), directory.length(shard));
    keep(shard, read);
    return read;
  }

  private void keep(int shard, FilterShard read) {
    slots.put(shard, read, read.heapBytes(), parts.requestNanos());
  }

  /**
   * Where the shard that answers for a key lies among the block's filters; null if it is cached.
   */
  @Nullable ByteRange missing(long hash) throws CorruptBlockException {
    int shard = directory.shardOf(hash);
    if (slots.holds(shard)) {
      return null;
    }
    long offset = base + directory.offset(shard);
    parts.requireShard(offset, directory.length(shard));
    return new ByteRange(offset, directory.length(shard));
  }

  /**
   * Caches all shards.
   *
   * @param filters all filters of the block
   */
  void keepAll(Slice filters) throws IOException {
    for (int shard = 0; shard < directory.shardCount(); shard++) {
      long offset = base + directory.offset(shard);
      int length = directory.length(shard);
      parts.requireShard(offset, length);
      Slice bytes = new Slice(filters.array(), filters.at() + (int) offset);
      keep(shard, parts.shard(bytes, offset, length));
    }
  }
}
