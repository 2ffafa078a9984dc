package io.tempo4j.block;

import io.tempo4j.block.BlockFormat.Part;
import io.tempo4j.column.FilterShard;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ReadPolicy;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The objects of one block, and its index once that was read. Thread-safe. */
final class BlockParts implements ChunkBytes {

  private static final long NANOS_PER_BYTE = 10;

  private final ObjectStore store;
  private final BlockMeta meta;
  private final BlockCache cache;
  private final @Nullable BlockIndex index;

  BlockParts(ObjectStore store, BlockMeta meta, BlockCache cache) {
    this(store, meta, cache, null);
  }

  private BlockParts(
      ObjectStore store, BlockMeta meta, BlockCache cache, @Nullable BlockIndex index) {
    this.store = store;
    this.meta = meta;
    this.cache = cache;
    this.index = index;
  }

  /** The same block with its index, which is kept with what is returned alone. */
  BlockParts with(byte[] indexBytes) throws IOException {
    long at = BlockFormat.offset(Part.INDEX, meta);
    return new BlockParts(
        store, meta, cache, BlockIndex.read(indexBytes, meta, cache.keys(), indexObject(), at));
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

  /** The index of an open block. */
  BlockIndex index() {
    BlockIndex known = index;
    if (known == null) {
      throw new IllegalStateException("block " + meta.blockId() + " is not open");
    }
    return known;
  }

  /** The bytes of the index. */
  byte[] readIndex() throws IOException {
    return read(Part.INDEX, 0, indexLength());
  }

  /** The bytes of the filters; behind them those of the index, where the two are one object. */
  byte[] readFilters() throws IOException {
    long index = BlockFormat.hasFiltersBeforeIndex(meta) ? indexLength() : 0;
    return read(Part.FILTER, 0, Math.toIntExact(meta.filterBytes() + index));
  }

  private int indexLength() throws CorruptBlockException {
    if (meta.indexBytes() > BlockIndex.MAX_INDEX_BYTES) {
      throw new CorruptBlockException(
          BlockFormat.key(meta.tenant(), meta.blockId(), BlockFormat.META_FILE),
          0,
          "at most " + BlockIndex.MAX_INDEX_BYTES + " bytes of index",
          meta.indexBytes() + " bytes");
    }
    return (int) meta.indexBytes();
  }

  @Override
  public Slice read(ChunkEntry chunk) throws IOException {
    return new Slice(readData(chunk.offset(), chunk.length()), 0);
  }

  byte[] readData(long offset, int length) throws IOException {
    return read(Part.DATA, offset, length);
  }

  /** Reads a shard of the filters. */
  FilterShard readShard(long offset, int length) throws IOException {
    requireShard(offset, length);
    return shard(new Slice(read(Part.FILTER, offset, length), 0), offset, length);
  }

  /** The shard in bytes that were read of the filters. */
  FilterShard shard(Slice bytes, long offset, int length) throws IOException {
    return FilterShard.read(bytes.array(), bytes.at(), length, key(Part.FILTER), offset);
  }

  void requireShard(long offset, int length) throws CorruptBlockException {
    if (offset < 0 || offset > meta.filterBytes() - length) {
      throw new CorruptBlockException(
          indexObject(),
          0,
          "a filter shard inside the " + meta.filterBytes() + " bytes of the filters",
          offset + " with " + length + " bytes");
    }
  }

  /** Whether a range of a part can be read without asking for it far away. */
  boolean isNear(Part part, long offset, int length) {
    return store.isNear(key(part), BlockFormat.offset(part, meta) + offset, length);
  }

  /** Reads a range of a part, all of it. */
  byte[] read(Part part, long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    long at = BlockFormat.offset(part, meta) + offset;
    try {
      store.read(key(part), at, bytes, 0, length);
    } catch (EOFException e) {
      CorruptBlockException corrupt =
          new CorruptBlockException(key(part), at, length + " bytes", "the end of the object");
      corrupt.initCause(e);
      throw corrupt;
    }
    return bytes;
  }

  private String key(Part part) {
    return BlockFormat.key(meta.tenant(), meta.blockId(), BlockFormat.file(part, meta));
  }
}
