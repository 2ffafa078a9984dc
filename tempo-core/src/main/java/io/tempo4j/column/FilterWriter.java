package io.tempo4j.column;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects 64-bit keys and writes them as a filter in shards; docs/format/filter-v1.md.
 *
 * <p>A key's high bits choose its shard, so a probe reads one shard of some 50 KiB. Keys may be
 * added repeatedly and in any order, and the bytes written depend on the set of keys and on how
 * many were added alone. Keeps eight bytes per added key until {@link #finish}; with scratch bytes
 * at most {@value #KEPT_KEYS} keys and twice the keys of a shard, and the rest there.
 *
 * <p>Not thread-safe. Methods throw {@link UncheckedIOException} if scratch bytes fail.
 */
/*
 * Keys beyond those kept go to scratch in runs, each in the order of the keys' high bits and with a
 * note of where every part begins. At the end the parts are put together again one by one: a part
 * has whole shards, or several parts make a shard.
 */
public final class FilterWriter {

  /** Shards hold up to this many keys, so that building one stays in the second-level cache. */
  static final int KEYS_PER_SHARD = 49_152;

  static final int MAX_SHARD_BITS = 16;

  /** Up to this many keys a list of hashes is smaller and simpler. */
  private static final int LIST_UP_TO = 24;

  /** Most keys in memory where there is scratch. */
  private static final int KEPT_KEYS = 1 << 18;

  private static final int PART_BITS = 6;
  private static final int PARTS = 1 << PART_BITS;
  private static final int STEP_KEYS = 1 << 12;

  private final @Nullable ScratchBytes scratch;
  private final List<int[]> runs = new ArrayList<>();
  private long[] keys = new long[1024];
  private int size;
  private long added;
  private final BinaryFuse fuse = new BinaryFuse();

  /** A writer that keeps all keys in memory. */
  public FilterWriter() {
    this(null);
  }

  /** A writer that keeps most of many keys in {@code scratch}, which it has for itself. */
  public FilterWriter(@Nullable ScratchBytes scratch) {
    this.scratch = scratch;
  }

  /** Adds a key, every bit of which must be well mixed, as those of {@link Hash64} are. */
  public void add(long key) {
    if (size == keys.length) {
      if (scratch != null && size >= KEPT_KEYS) {
        spill(scratch);
      } else {
        keys = Arrays.copyOf(keys, (int) Math.min(Integer.MAX_VALUE - 16, 2L * size));
      }
    }
    keys[size++] = key;
    added++;
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
  public long size() {
    return added;
  }

  /**
   * Writes the filter and forgets all keys.
   *
   * @param shards receives the shards one behind the other
   * @param directory receives what {@link FilterDirectory#read} reads
   */
  public void finish(ByteSink shards, ByteSink directory) {
    int shardBits = 0;
    while (shardBits < MAX_SHARD_BITS && (long) KEYS_PER_SHARD << shardBits < added) {
      shardBits++;
    }
    int count = 1 << shardBits;
    int from = directory.size();
    directory.putByte(shardBits);
    if (scratch == null || runs.isEmpty()) {
      writeShards(0, count, shardBits, shards, directory);
    } else {
      spill(scratch);
      int step = Math.max(1, count >>> PART_BITS);
      for (int shard = 0; shard < count; shard += step) {
        int firstPart = (int) ((long) shard * PARTS >>> shardBits);
        int endPart = (int) ((long) (shard + step) * PARTS >>> shardBits);
        gather(scratch, firstPart, endPart);
        writeShards(shard, shard + step, shardBits, shards, directory);
      }
    }
    directory.putCrc32c(from);
    runs.clear();
    size = 0;
    added = 0;
  }

  /** Writes some shards, all keys of which are in memory, and no others. */
  private void writeShards(
      int fromShard, int toShard, int shardBits, ByteSink shards, ByteSink directory) {
    int[] starts = partition(shardBits);
    long[] distinct = new long[0];
    for (int shard = fromShard; shard < toShard; shard++) {
      int length = starts[shard + 1] - starts[shard];
      if (distinct.length < length) {
        distinct = new long[length];
      }
      long shardFrom = shards.totalBytes();
      write(distinct, distinct(starts[shard], length, distinct), shards);
      directory.putVarint(shards.totalBytes() - shardFrom);
      shards.flush();
    }
  }

  private void spill(ScratchBytes scratch) {
    runs.add(partition(PART_BITS));
    byte[] bytes = new byte[STEP_KEYS * Long.BYTES];
    try {
      for (int at = 0; at < size; at += STEP_KEYS) {
        int count = Math.min(STEP_KEYS, size - at);
        ByteBuffer.wrap(bytes).asLongBuffer().put(keys, at, count);
        scratch.write(bytes, 0, count * Long.BYTES);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    size = 0;
  }

  /** Brings the keys of some parts into memory, and those alone. */
  private void gather(ScratchBytes scratch, int firstPart, int endPart) {
    size = 0;
    long runStart = 0;
    byte[] bytes = new byte[STEP_KEYS * Long.BYTES];
    try {
      for (int[] starts : runs) {
        int from = starts[firstPart];
        int to = starts[endPart];
        if (keys.length - size < to - from) {
          keys = Arrays.copyOf(keys, Math.addExact(size, to - from));
        }
        for (int at = from; at < to; at += STEP_KEYS) {
          int count = Math.min(STEP_KEYS, to - at);
          scratch.read((runStart + at) * Long.BYTES, bytes, 0, count * Long.BYTES);
          ByteBuffer.wrap(bytes).asLongBuffer().get(keys, size, count);
          size += count;
        }
        runStart += starts[PARTS];
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
