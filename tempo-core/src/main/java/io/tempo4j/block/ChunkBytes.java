package io.tempo4j.block;

import java.io.IOException;

/** Where the undecoded bytes of a group's chunks come from. */
@FunctionalInterface
interface ChunkBytes {
  Slice read(ChunkEntry chunk) throws IOException;
}
