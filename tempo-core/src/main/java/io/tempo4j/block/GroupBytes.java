package io.tempo4j.block;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of all chunks of a group, read with one request when the first of them is asked for.
 *
 * <p>Thread-safe; two threads that ask first both read.
 */
final class GroupBytes implements ChunkBytes {

  private final BlockParts parts;
  private final GroupEntry group;
  private volatile byte @Nullable [] bytes;

  GroupBytes(BlockParts parts, GroupEntry group) {
    this.parts = parts;
    this.group = group;
  }

  @Override
  public Slice read(ChunkEntry chunk) throws IOException {
    byte[] known = bytes;
    if (known == null) {
      known = parts.readData(group.offset(), group.length());
      bytes = known;
    }
    return new Slice(known, (int) (chunk.offset() - group.offset()));
  }
}
