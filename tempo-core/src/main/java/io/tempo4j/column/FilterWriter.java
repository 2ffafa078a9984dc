package io.tempo4j.column;

import java.util.Arrays;

/**
 * Collects 64-bit keys and writes them as a filter in shards; docs/format/filter-v1.md.
 *
 * <p>A key's high bits choose its shard, so a probe reads one shard of some 50 KiB. Keys may be
 * added repeatedly and in any order, and the bytes written depend on the set of keys alone. Keeps
 * eight bytes per added key until {@link #finish}.
 *
 * <p>Not thread-safe.
 */
public final class FilterWriter {

  /** Shards hold up to this many keys, so that building one stays in the second-level cache. */
  static final int KEYS_PER_SHARD = 49_152;

  static final int MAX_SHARD_BITS = 16;

  /** Up to this many keys a list of hashes is smaller and simpler. */
  private static final int LIST_UP_TO = 24;

  private long[] keys = new long[1024];
  private int size;
  private final BinaryFuse fuse = new BinaryFuse();

  /** Adds a key, every bit of which must be well mixed, as those of {@link Hash64} are. */
  public void add(long key) {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, (int) Math.min(Integer.MAX_VALUE - 16, 2L * size));
    }
    keys[size++] = key;
  }

  /** Adds a value that occurs in a row group; {@link FilterShard#probe} asks for it. */
  public void add(long valueHash, int rowGroup) {
    add(rowGroupKey(valueHash, rowGroup));
  }

  /**
   * The key of a value in a row group: the 16 high bits of the value's hash, so that all row groups
   * of a value lie in one shard, above 48 bits that depend on both.
   */
  static long rowGroupKey(long valueHash, int rowGroup) {
    long mixed = Hash64.avalanche(valueHash + 0x9E3779B97F4A7C15L * (rowGroup + 1L));
    return valueHash & 0xFFFF_0000_0000_0000L | mixed >>> 16;
  }

  /** Number of keys added so far, repeated ones included. */
  public int size() {
    return size;
  }

  /**
   * Writes the filter and forgets all keys.
   *
   * @param shards receives the shards one behind the other
   * @param directory receives what {@link FilterDirectory#read} reads
   */
  public void finish(ByteSink shards, ByteSink directory) {
    int shardBits = 0;
    while (shardBits < MAX_SHARD_BITS && (long) KEYS_PER_SHARD << shardBits < size) {
      shardBits++;
    }
    int count = 1 << shardBits;
    int[] starts = partition(shardBits);
    int from = directory.size();
    directory.putByte(shardBits);
    long[] distinct = new long[0];
    for (int shard = 0; shard < count; shard++) {
      int length = starts[shard + 1] - starts[shard];
      if (distinct.length < length) {
        distinct = new long[length];
      }
      int shardFrom = shards.size();
      write(distinct, distinct(starts[shard], length, distinct), shards);
      directory.putVarint(shards.size() - shardFrom);
    }
    directory.putCrc32c(from);
    size = 0;
  }

  /** Brings the keys into the order of shards, in place; returns where each shard starts. */
  private int[] partition(int shardBits) {
    int count = 1 << shardBits;
    int[] starts = new int[count + 1];
    if (shardBits == 0) {
      starts[1] = size;
      return starts;
    }
    int shift = 64 - shardBits;
    for (int i = 0; i < size; i++) {
      starts[(int) (keys[i] >>> shift) + 1]++;
    }
    for (int shard = 0; shard < count; shard++) {
      starts[shard + 1] += starts[shard];
    }
    int[] next = Arrays.copyOf(starts, count);
    for (int shard = 0; shard < count; shard++) {
      while (next[shard] < starts[shard + 1]) {
        long key = keys[next[shard]];
        // Puts the key where it belongs and goes on with the one that stood there.
        for (int home = (int) (key >>> shift); home != shard; home = (int) (key >>> shift)) {
          int at = next[home]++;
          long other = keys[at];
          keys[at] = key;
          key = other;
        }
        keys[next[shard]++] = key;
      }
    }
    return starts;
  }

  /** Copies the distinct ones of some keys; their order is that of the slots of a hash table. */
  private int distinct(int from, int length, long[] target) {
    if (length == 0) {
      return 0;
    }
    int bits = 33 - Integer.numberOfLeadingZeros(length);
    long[] table = new long[1 << bits];
    int mask = table.length - 1;
    boolean zero = false;
    int found = 0;
    for (int i = from; i < from + length; i++) {
      long key = keys[i];
      if (key == 0) {
        zero = true;
        continue;
      }
      // The high bits are alike within a shard.
      int slot = (int) (key ^ key >>> 24) & mask;
      while (table[slot] != 0 && table[slot] != key) {
        slot = slot + 1 & mask;
      }
      if (table[slot] == 0) {
        table[slot] = key;
        target[found++] = key;
      }
    }
    if (zero) {
      target[found++] = 0;
    }
    return found;
  }

  private void write(long[] distinct, int count, ByteSink out) {
    int from = out.size();
    if (count > LIST_UP_TO && fuse.build(distinct, count)) {
      out.putByte(FilterShard.FUSE);
      out.putVarint(count);
      out.putLongLE(fuse.seed());
      out.putByte(fuse.segmentBits());
      out.putVarint(fuse.segments());
      out.putBytes(fuse.fingerprints(), 0, fuse.slots());
    } else {
      int[] list = new int[count];
      for (int i = 0; i < count; i++) {
        list[i] = FilterShard.listed(distinct[i]);
      }
      Arrays.sort(list);
      out.putByte(FilterShard.LIST);
      out.putVarint(count);
      for (int hash : list) {
        out.putIntLE(hash);
      }
    }
    out.putCrc32c(from);
  }
}
