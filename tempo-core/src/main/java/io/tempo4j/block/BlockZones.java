package io.tempo4j.block;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ZoneMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bounds of columns over all row groups of a block, so that most blocks are ruled out by one look.
 *
 * <p>Immutable and thread-safe.
 */
final class BlockZones {

  private final Map<ColumnKey, ZoneMap> zones;

  BlockZones(List<GroupEntry> groups) {
    Map<ColumnKey, ZoneMap> joined = new HashMap<>();
    for (GroupEntry group : groups) {
      for (ChunkEntry chunk : group.chunks().values()) {
        ColumnKey key = chunk.key();
        joined.merge(key, chunk.zone(), (one, other) -> one.joined(other, key.type()));
      }
    }
    zones = joined;
  }

  /** The bounds, or null if no row group has a value of the column. */
  @Nullable ZoneMap of(ColumnKey key) {
    return zones.get(key);
  }
}
