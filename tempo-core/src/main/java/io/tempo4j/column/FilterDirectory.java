package io.tempo4j.column;

import io.tempo4j.model.CorruptBlockException;

/**
 * Where the shards of a filter lie, relative to the first byte of the first shard.
 *
 * <p>Immutable and thread-safe.
 */
public final class FilterDirectory {

  private final int shardBits;
  private final long[] offsets;

  private FilterDirectory(int shardBits, long[] offsets) {
    this.shardBits = shardBits;
    this.offsets = offsets;
  }

  /**
   * Reads a directory that {@link FilterWriter#finish} wrote; nothing may follow it in the range.
   *
   * @param object the name of the object it was read from, for errors
   * @param objectOffset where in the object it stands, for errors
   * @throws CorruptBlockException if the bytes are damaged
   */
  public static FilterDirectory read(
      byte[] bytes, int offset, int length, String object, long objectOffset)
      throws CorruptBlockException {
    ByteSource source = new ByteSource(bytes, offset, length, object, objectOffset);
    source.verifyCrc32c();
    int shardBits = source.readCount(FilterWriter.MAX_SHARD_BITS, "shard bits");
    int count = 1 << shardBits;
    if (source.remaining() < count) {
      throw source.corrupt("lengths of " + count + " shards", source.remaining() + " bytes");
    }
    long[] offsets = new long[count + 1];
    for (int shard = 0; shard < count; shard++) {
      offsets[shard + 1] = offsets[shard] + source.readCount(Integer.MAX_VALUE, "shard length");
    }
    source.expectEnd();
    return new FilterDirectory(shardBits, offsets);
  }

  /** Number of shards, a power of two. */
  public int shardCount() {
    return 1 << shardBits;
  }

  /** The shard that answers for a key, or for a value's hash in all row groups. */
  public int shardOf(long key) {
    return shardBits == 0 ? 0 : (int) (key >>> (64 - shardBits));
  }

  /** Offset of a shard behind the start of the first one. */
  public long offset(int shard) {
    return offsets[shard];
  }

  /** Length of a shard in bytes. */
  public int length(int shard) {
    return (int) (offsets[shard + 1] - offsets[shard]);
  }

  /** Length of all shards in bytes. */
  public long totalBytes() {
    return offsets[offsets.length - 1];
  }
}
