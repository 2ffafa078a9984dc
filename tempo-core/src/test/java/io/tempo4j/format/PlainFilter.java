package io.tempo4j.format;

import static io.tempo4j.format.PlainBytes.require;

import java.util.ArrayList;
import java.util.List;

/** A filter as docs/format/filter-v1.md describes it. XXH64 comes from elsewhere. */
final class PlainFilter {

  private final int shardBits;
  private final List<byte[]> shards;

  private PlainFilter(int shardBits, List<byte[]> shards) {
    this.shardBits = shardBits;
    this.shards = shards;
  }

  /** Reads offset, length and directory from the index, the shards from {@code filter}. */
  static PlainFilter read(PlainBytes index, byte[] filter) {
    int at = index.count();
    int length = index.count();
    byte[] directory = index.take(length);
    PlainBytes in = PlainBytes.checked(directory, 0, length);
    int shardBits = in.u8();
    List<byte[]> shards = new ArrayList<>();
    for (int shard = 0; shard < 1 << shardBits; shard++) {
      int end = at + in.count();
      PlainBytes checked = PlainBytes.checked(filter, at, end);
      shards.add(checked.take(checked.remaining()));
      at = end;
    }
    require(in.remaining() == 0, "end of a directory");
    return new PlainFilter(shardBits, shards);
  }

  /** Section 2: the key of a value with this hash in a row group. */
  static long key(long valueHash, int rowGroup) {
    return valueHash & 0xFFFF_0000_0000_0000L
        | mix(valueHash + 0x9E3779B97F4A7C15L * (rowGroup + 1)) >>> 16;
  }

  boolean mayContain(long key) {
    PlainBytes in =
        new PlainBytes(shards.get(shardBits == 0 ? 0 : (int) (key >>> (64 - shardBits))));
    int form = in.u8();
    int count = in.count();
    return form == 0 ? isListed(in, count, key) : isFused(in, key);
  }

  private static boolean isListed(PlainBytes in, int count, long key) {
    for (int i = 0; i < count; i++) {
      if (in.i32() == (int) mix(key)) {
        return true;
      }
    }
    require(in.remaining() == 0, "end of a list");
    return false;
  }

  private static boolean isFused(PlainBytes in, long key) {
    long seed = in.u64();
    long segment = 1L << in.u8();
    long segments = in.varint();
    byte[] fingerprints = in.take(Math.toIntExact((segments + 2) * segment));
    require(in.remaining() == 0, "end of the fingerprints");
    long h = mix(key + seed);
    long first = Math.unsignedMultiplyHigh(h, segments * segment);
    long second = (first + segment) ^ ((h >>> 18) & (segment - 1));
    long third = (first + 2 * segment) ^ (h & (segment - 1));
    int found = fingerprints[(int) first] ^ fingerprints[(int) second] ^ fingerprints[(int) third];
    return (byte) found == (byte) (h ^ (h >>> 32));
  }

  private static long mix(long hash) {
    long h = hash;
    h ^= h >>> 33;
    h *= 0xC2B2AE3D27D4EB4FL;
    h ^= h >>> 29;
    h *= 0x165667B19E3779F9L;
    return h ^ h >>> 32;
  }
}
