package io.tempo4j.column;

import io.tempo4j.model.CorruptBlockException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * One shard of a filter: says of a key that it is surely not there, or that it may be. It errs in
 * one of 256 cases, on the side of "may be".
 *
 * <p>Immutable and thread-safe. Keeps the array it was read from, which must not change.
 */
public final class FilterShard {

  // Codes are part of the format.
  static final int LIST = 0;
  static final int FUSE = 1;

  private static final int MAX_SEGMENT_BITS = 18;

  private final byte[] bytes;
  private final int at;
  private final int segments;
  private final int segmentBits;
  private final long seed;
  private final int[] list;

  private FilterShard(byte[] bytes, int at, int segments, int segmentBits, long seed, int[] list) {
    this.bytes = bytes;
    this.at = at;
    this.segments = segments;
    this.segmentBits = segmentBits;
    this.seed = seed;
    this.list = list;
  }

  /**
   * Reads a shard that {@link FilterWriter#finish} wrote.
   *
   * @param object the name of the object it was read from, for errors
   * @param objectOffset where in the object it stands, for errors
   * @throws CorruptBlockException if the bytes are damaged
   */
  public static FilterShard read(
      byte[] bytes, int offset, int length, String object, long objectOffset)
      throws CorruptBlockException {
    ByteSource source = new ByteSource(bytes, offset, length, object, objectOffset);
    source.verifyCrc32c();
    int form = source.readByte();
    int count = source.readCount(Integer.MAX_VALUE, "number of keys");
    return switch (form) {
      case LIST -> readList(source, count);
      case FUSE -> readFuse(source);
      default -> throw source.corrupt("the form of a shard, 0 or 1", Integer.toString(form));
    };
  }

  private static FilterShard readList(ByteSource source, int count) throws CorruptBlockException {
    if (source.remaining() != 4L * count) {
      throw source.corrupt(4L * count + " bytes of hashes", source.remaining() + " bytes");
    }
    int[] list = new int[count];
    for (int i = 0; i < count; i++) {
      list[i] = source.readIntLE();
      if (i > 0 && list[i] < list[i - 1]) {
        throw source.corrupt("ascending hashes", list[i] + " behind " + list[i - 1]);
      }
    }
    return new FilterShard(source.array(), 0, 0, 0, 0, list);
  }

  private static FilterShard readFuse(ByteSource source) throws CorruptBlockException {
    long seed = source.readLongLE();
    int segmentBits = source.readCount(MAX_SEGMENT_BITS, "bits of the segment length");
    int segments = source.readCount(Integer.MAX_VALUE >>> segmentBits, "number of segments");
    long slots = (segments + 2L) << segmentBits;
    if (segments == 0 || source.remaining() != slots) {
      throw source.corrupt(
          slots + " fingerprints in at least 3 segments", source.remaining() + " bytes");
    }
    int at = source.skip((int) slots, "fingerprints");
    return new FilterShard(source.array(), at, segments, segmentBits, seed, new int[0]);
  }

  /** What a list keeps of a key. */
  static int listed(long key) {
    return (int) Hash64.avalanche(key);
  }

  /** False if the key was surely not added. */
  public boolean mayContain(long key) {
    return segments == 0
        ? Arrays.binarySearch(list, listed(key)) >= 0
        : BinaryFuse.mayContain(key, seed, segments, segmentBits, bytes, at);
  }

  /** The row groups of 0 to {@code rowGroups - 1} in which the value may occur. */
  public BitSet probe(long valueHash, int rowGroups) {
    BitSet may = new BitSet(rowGroups);
    for (int rowGroup = 0; rowGroup < rowGroups; rowGroup++) {
      if (mayContain(FilterWriter.rowGroupKey(valueHash, rowGroup))) {
        may.set(rowGroup);
      }
    }
    return may;
  }

  /** Bytes of memory that this shard keeps alive, for cache accounting. */
  public long heapBytes() {
    return 64L + bytes.length + 4L * list.length;
  }
}
