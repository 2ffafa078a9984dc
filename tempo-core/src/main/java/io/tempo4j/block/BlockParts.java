package io.tempo4j.block;

import io.tempo4j.block.BlockFormat.Part;
import io.tempo4j.column.FilterShard;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ReadPolicy;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The objects of one block and what was read of them; the index is read once and kept. */
final class BlockParts implements ChunkBytes {

  private static final long NANOS_PER_BYTE = 10;

  private final ObjectStore store;
  private final BlockMeta meta;
  private final BlockCache cache;
  private volatile @Nullable BlockIndex index;

  BlockParts(ObjectStore store, BlockMeta meta, BlockCache cache) {
    this.store = store;
    this.meta = meta;
    this.cache = cache;
  }

  /** The same block, with an index that is read anew and kept with what is returned alone. */
  BlockParts withoutIndex() {
    return new BlockParts(store, meta, cache);
  }

  BlockMeta meta() {
    return meta;
  }

  BlockCache cache() {
    return cache;
  }

  ReadPolicy readPolicy() {
    return store.readPolicy();
  }

  /** What a request costs, roughly: far away, the time in which bytes of a gap would be sent. */
  long requestNanos() {
    return Math.max(CachedGroup.READ_NANOS, NANOS_PER_BYTE * readPolicy().joinGapBytes());
  }

  String dataObject() {
    return key(Part.DATA);
  }

  String indexObject() {
    return key(Part.INDEX);
  }

  BlockIndex index() throws IOException {
    BlockIndex known = index;
    if (known == null) {
      known =
          BlockIndex.read(
              store.get(indexObject()),
              meta.blockId(),
              meta.dataBytes(),
              cache.keys(),
              indexObject());
      index = known;
    }
    return known;
  }

  @Override
  public Slice read(ChunkEntry chunk) throws IOException {
    return new Slice(readData(chunk.offset(), chunk.length()), 0);
  }

  byte[] readData(long offset, int length) throws IOException {
    return read(Part.DATA, offset, length);
  }

  /** Reads a shard of the filter object. */
  FilterShard readShard(long offset, int length) throws IOException {
    requireShard(offset, length);
    return shard(new Slice(read(Part.FILTER, offset, length), 0), offset, length);
  }

  /** The shard in bytes that were read of the filter object. */
  FilterShard shard(Slice bytes, long offset, int length) throws IOException {
    return FilterShard.read(bytes.array(), bytes.at(), length, key(Part.FILTER), offset);
  }

  void requireShard(long offset, int length) throws CorruptBlockException {
    if (offset < 0 || offset > meta.filterBytes() - length) {
      throw new CorruptBlockException(
          indexObject(),
          0,
          "a filter shard inside the " + meta.filterBytes() + " bytes of the filter object",
          offset + " with " + length + " bytes");
    }
  }

  /** Whether a range of a part can be read without asking for it far away. */
  boolean isNear(Part part, long offset, int length) {
    return store.isNear(key(part), offset, length);
  }

  /** Reads a range of a part, all of it. */
  byte[] read(Part part, long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    try {
      store.read(key(part), offset, bytes, 0, length);
    } catch (EOFException e) {
      CorruptBlockException corrupt =
          new CorruptBlockException(key(part), offset, length + " bytes", "the end of the object");
      corrupt.initCause(e);
      throw corrupt;
    }
    return bytes;
  }

  private String key(Part part) {
    return BlockFormat.key(meta.tenant(), meta.blockId(), part.fileName);
  }
}
