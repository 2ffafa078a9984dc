package io.tempo4j.block;

import io.tempo4j.block.BlockFormat.Part;
import io.tempo4j.column.FilterShard;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.storage.ObjectStore;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The objects of one block and what was read of them; the index is read once and kept. */
final class BlockParts {

  private final ObjectStore store;
  private final BlockMeta meta;
  private final BlockCache cache;
  private volatile @Nullable BlockIndex index;

  BlockParts(ObjectStore store, BlockMeta meta, BlockCache cache) {
    this.store = store;
    this.meta = meta;
    this.cache = cache;
  }

  BlockMeta meta() {
    return meta;
  }

  BlockCache cache() {
    return cache;
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

  byte[] readData(long offset, int length) throws IOException {
    return read(Part.DATA, offset, length);
  }

  /** Reads a shard of the filter object. */
  FilterShard readShard(long offset, int length) throws IOException {
    if (offset < 0 || offset > meta.filterBytes() - length) {
      throw new CorruptBlockException(
          indexObject(),
          0,
          "a filter shard inside the " + meta.filterBytes() + " bytes of the filter object",
          offset + " with " + length + " bytes");
    }
    byte[] bytes = read(Part.FILTER, offset, length);
    return FilterShard.read(bytes, 0, length, key(Part.FILTER), offset);
  }

  private byte[] read(Part part, long offset, int length) throws IOException {
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
