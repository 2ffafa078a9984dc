package io.tempo4j.block;

import io.tempo4j.column.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is in memory of a block while it is open: its index, and what gives access to its columns.
 * Immutable and thread-safe.
 */
final class OpenBlock {

  private final BlockIndex index;
  private final List<BlockRowGroup> rowGroups;
  private final CachedGroup cachedTables;
  private final StoredColumns resources;
  private final StoredColumns scopes;
  private final BlockZones zones;
  private final long heapBytes;

  private OpenBlock(BlockParts parts) {
    this.index = parts.index();
    List<BlockRowGroup> groups = new ArrayList<>();
    for (GroupEntry entry : index.groups()) {
      groups.add(new BlockRowGroup(parts, entry));
    }
    this.rowGroups = List.copyOf(groups);
    this.cachedTables = new CachedGroup(parts.cache(), parts.meta().blockId(), index.tables());
    this.resources = columns(parts, Table.RESOURCE);
    this.scopes = columns(parts, Table.SCOPE);
    this.zones = new BlockZones(index.groups());
    this.heapBytes = index.heapBytes();
  }

  /** Opens a block by the bytes of its index. */
  static OpenBlock of(BlockParts parts, byte[] index) throws IOException {
    return new OpenBlock(parts.with(index));
  }

  private StoredColumns columns(BlockParts parts, Table table) {
    return new StoredColumns(
        parts, index.tables(), cachedTables, table, null, BlockFormat.shapeList(table), null);
  }

  BlockIndex index() {
    return index;
  }

  List<BlockRowGroup> rowGroups() {
    return rowGroups;
  }

  CachedGroup cachedTables() {
    return cachedTables;
  }

  StoredColumns columns(Table table) {
    return switch (table) {
      case RESOURCE -> resources;
      case SCOPE -> scopes;
      default -> throw new IllegalArgumentException(table + " belongs to a row group");
    };
  }

  BlockZones zones() {
    return zones;
  }

  /** Heap of the index and of what is made from it, roughly; cached columns not counted. */
  long heapBytes() {
    return heapBytes;
  }

  /** Takes what is cached of its columns out of the cache: nobody could find it any more. */
  void forgetColumns() {
    cachedTables.forget();
    rowGroups.forEach(group -> group.cached().forget());
  }
}
