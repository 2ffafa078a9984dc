package io.tempo4j.block;

import io.tempo4j.block.BlockFormat.Part;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.ColumnValue;
import io.tempo4j.column.Hash64;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.storage.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An open block.
 *
 * <p>Opening reads the index and nothing else. Columns and filter shards are read when asked for,
 * checked, and kept in the {@link BlockCache}.
 *
 * <p>Thread-safe. Needs no closing; the object store belongs to the caller and must outlive it.
 */
public final class BlockReader implements SpanSource {

  /** Larger filters are not read at once. */
  private static final int MAX_FILTER_BYTES = 4 << 20;

  private final BlockParts parts;
  private final BlockIndex index;
  private final List<RowGroup> rowGroups;
  private final CachedGroup cachedTables;
  private final StoredColumns resources;
  private final StoredColumns scopes;
  private final BlockZones zones;
  private final StoredFilter traceFilter;
  private final StoredFilter valueFilter;
  private final TraceId firstTrace;
  private final TraceId lastTrace;

  private BlockReader(BlockParts parts) throws IOException {
    this.parts = parts;
    this.index = parts.index();
    List<RowGroup> groups = new ArrayList<>();
    for (GroupEntry entry : index.groups()) {
      groups.add(new BlockRowGroup(parts, entry));
    }
    this.rowGroups = List.copyOf(groups);
    this.cachedTables = new CachedGroup(parts.cache(), parts.meta().blockId(), index.tables());
    this.resources = table(parts, index, cachedTables, Table.RESOURCE);
    this.scopes = table(parts, index, cachedTables, Table.SCOPE);
    this.zones = new BlockZones(index.groups());
    this.traceFilter = new StoredFilter(parts, index.traceFilter(), index.traceFilterOffset());
    this.valueFilter = new StoredFilter(parts, index.valueFilter(), index.valueFilterOffset());
    boolean isEmpty = groups.isEmpty();
    this.firstTrace = isEmpty ? new TraceId(-1, -1) : index.groups().getFirst().firstTrace();
    this.lastTrace = isEmpty ? new TraceId(0, 0) : index.groups().getLast().lastTrace();
  }

  private static StoredColumns table(
      BlockParts parts, BlockIndex index, CachedGroup cached, Table table) {
    ColumnKey none = BlockFormat.shapeList(table);
    return new StoredColumns(parts, index.tables(), cached, table, null, none, null);
  }

  /**
   * Opens the block that {@code meta} describes.
   *
   * @throws io.tempo4j.model.CorruptBlockException if its index is damaged
   * @throws io.tempo4j.storage.NoSuchObjectException if it is gone
   * @throws IOException if it cannot be read
   */
  public static BlockReader open(ObjectStore store, BlockMeta meta, BlockCache cache)
      throws IOException {
    return new BlockReader(new BlockParts(store, meta, cache));
  }

  /**
   * Reads the meta of a block.
   *
   * @throws io.tempo4j.storage.NoSuchObjectException if the block is not there, or not complete
   * @throws CorruptBlockException if the meta is damaged, or is that of another block
   * @throws io.tempo4j.model.UnsupportedFormatException if the block is of a later version
   */
  public static BlockMeta readMeta(ObjectStore store, TenantId tenant, UUID blockId)
      throws IOException {
    String key = metaKey(tenant, blockId);
    BlockMeta meta = MetaJson.read(store.get(key), key);
    if (!meta.tenant().equals(tenant)) {
      throw new CorruptBlockException(key, 0, "tenant " + tenant, "tenant " + meta.tenant());
    }
    if (!meta.blockId().equals(blockId)) {
      throw new CorruptBlockException(key, 0, "block " + blockId, "block " + meta.blockId());
    }
    return meta;
  }

  /** The keys of all objects of a block. */
  public static List<String> keys(TenantId tenant, UUID blockId) {
    List<String> keys = new ArrayList<>();
    keys.add(metaKey(tenant, blockId));
    for (BlockFormat.Part part : BlockFormat.Part.values()) {
      keys.add(BlockFormat.key(tenant, blockId, part.fileName));
    }
    return keys;
  }

  /** The key of a block's meta, which exists if and only if the block is visible. */
  public static String metaKey(TenantId tenant, UUID blockId) {
    return BlockFormat.key(tenant, blockId, BlockFormat.META_FILE);
  }

  /** What is known of the block without opening it. */
  public BlockMeta meta() {
    return parts.meta();
  }

  @Override
  public String name() {
    return parts.meta().blockId().toString();
  }

  @Override
  public long minStartNanos() {
    return parts.meta().minStartNanos();
  }

  @Override
  public long maxEndNanos() {
    return parts.meta().maxEndNanos();
  }

  @Override
  public ColumnSet table(Table table) {
    return switch (table) {
      case RESOURCE -> resources;
      case SCOPE -> scopes;
      default -> throw new IllegalArgumentException(table + " belongs to a row group");
    };
  }

  @Override
  public List<RowGroup> rowGroups() {
    return rowGroups;
  }

  @Override
  public int findTrace(TraceId id) throws IOException {
    return findTrace(id, parts::readShard);
  }

  int findTrace(TraceId id, StoredFilter.Shards shards) throws IOException {
    if (!isWithinIds(id)) {
      return -1;
    }
    long hash = Hash64.ofTraceId(id.high(), id.low());
    return traceFilter.shardOf(hash, shards).mayContain(hash) ? groupOf(id) : -1;
  }

  private boolean isWithinIds(TraceId id) {
    return id.compareTo(firstTrace) >= 0 && id.compareTo(lastTrace) <= 0;
  }

  private int groupOf(TraceId id) {
    int low = 0;
    int high = index.groups().size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      GroupEntry group = index.groups().get(middle);
      if (id.compareTo(group.firstTrace()) < 0) {
        high = middle - 1;
      } else if (id.compareTo(group.lastTrace()) > 0) {
        low = middle + 1;
      } else {
        return middle;
      }
    }
    return -1;
  }

  @Override
  public BitSet mayContain(ColumnValue value) throws IOException {
    return mayContain(value, parts::readShard);
  }

  BitSet mayContain(ColumnValue value, StoredFilter.Shards shards) throws IOException {
    if (!ValueFilterBuilder.covers(value.column())) {
      BitSet all = new BitSet();
      all.set(0, rowGroups.size());
      return all;
    }
    return valueFilter.shardOf(value.hash(), shards).probe(value.hash(), rowGroups.size());
  }

  @Override
  public @Nullable ZoneMap zone(ColumnKey key) {
    return zones.of(key);
  }

  /**
   * Reads all filters with one request and caches them.
   *
   * @throws IOException if they cannot be read; what was read of them stays cached
   */
  public void loadFilters() throws IOException {
    if (parts.meta().filterBytes() > MAX_FILTER_BYTES) {
      return; // shard by shard, when they are asked for
    }
    int length = (int) parts.meta().filterBytes();
    Slice whole = new Slice(parts.read(Part.FILTER, 0, length), 0);
    traceFilter.keepAll(whole);
    valueFilter.keepAll(whole);
  }

  // ---- for planned reads

  BlockParts parts() {
    return parts;
  }

  BlockIndex index() {
    return index;
  }

  CachedGroup cachedTables() {
    return cachedTables;
  }

  StoredColumns stored(Table table) {
    return table == Table.RESOURCE ? resources : scopes;
  }

  /** Where the filter shard for a trace lies, or null if it is cached or not needed. */
  @Nullable ByteRange missingFor(TraceId id) throws CorruptBlockException {
    return isWithinIds(id) ? traceFilter.missing(Hash64.ofTraceId(id.high(), id.low())) : null;
  }

  /** Where the filter shard for a value lies, or null if it is cached or not needed. */
  @Nullable ByteRange missingFor(ColumnValue value) throws CorruptBlockException {
    return ValueFilterBuilder.covers(value.column()) ? valueFilter.missing(value.hash()) : null;
  }

  /**
   * Reads and checks everything: every filter and every column of every row group. Holds the bytes
   * of one row group at a time.
   *
   * @throws CorruptBlockException if something is damaged
   * @throws io.tempo4j.storage.NoSuchObjectException if an object is gone
   * @throws IOException if something cannot be read
   */
  public void readAll() throws IOException {
    traceFilter.readAll();
    valueFilter.readAll();
    resources.readAll();
    scopes.readAll();
    for (RowGroup group : rowGroups) {
      ((BlockRowGroup) group).readAll();
    }
  }

  /** Bytes that each column takes in the data object, by column; for reports of what costs what. */
  public java.util.Map<ColumnKey, Long> columnBytes() {
    java.util.Map<ColumnKey, Long> bytes = new java.util.LinkedHashMap<>();
    add(index.tables(), bytes);
    index.groups().forEach(group -> add(group, bytes));
    return bytes;
  }

  private static void add(GroupEntry group, java.util.Map<ColumnKey, Long> bytes) {
    for (ChunkEntry chunk : group.chunks().values()) {
      bytes.merge(chunk.key(), (long) chunk.length(), Long::sum);
    }
  }
}
