package io.tempo4j.block;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.ColumnValue;
import io.tempo4j.column.Fields;
import io.tempo4j.column.Hash64;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ParallelReads;
import java.io.IOException;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A block that can be read.
 *
 * <p>Opening reads the index and, if that is asked for, filters. Columns and filter shards are read
 * when asked for, checked, and kept in the {@link BlockCache}. The cache's budget for indexes
 * bounds how many blocks are open: one that was not used lately is closed, keeps its meta, its
 * bounds and where its filters are, and is opened again when a query needs more than these. Where a
 * method of it, or of what it returns, may throw no {@link IOException}, one that comes of that is
 * within an {@link java.io.UncheckedIOException}.
 *
 * <p>Thread-safe. Needs no closing; the object store belongs to the caller and must outlive it.
 */
public final class BlockReader implements SpanSource {

  /** Larger filters are read shard by shard, when they are asked for. */
  private static final int MAX_FILTER_BYTES = 4 << 20;

  private final BlockParts parts;
  private final OpenBlocks opens;
  private final StoredFilter traceFilter;
  private final StoredFilter valueFilter;
  private final TraceId firstTrace;
  private final TraceId lastTrace;
  private final @Nullable ZoneMap traceStarts;
  private final @Nullable ZoneMap traceEnds;
  private final AtomicReference<@Nullable CompletableFuture<OpenBlock>> opening =
      new AtomicReference<>();
  private volatile @Nullable OpenBlock open;
  private volatile boolean used;

  private BlockReader(BlockParts parts, OpenBlock block) {
    this.parts = parts;
    this.opens = parts.cache().openBlocks();
    BlockIndex index = block.index();
    this.traceFilter = new StoredFilter(parts, index.traceFilter(), index.traceFilterOffset());
    this.valueFilter = new StoredFilter(parts, index.valueFilter(), index.valueFilterOffset());
    boolean isEmpty = index.groups().isEmpty();
    this.firstTrace = isEmpty ? new TraceId(-1, -1) : index.groups().getFirst().firstTrace();
    this.lastTrace = isEmpty ? new TraceId(0, 0) : index.groups().getLast().lastTrace();
    this.traceStarts = block.zones().of(Fields.TRACE_START);
    this.traceEnds = block.zones().of(Fields.TRACE_END);
    this.open = block;
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
    BlockParts parts = new BlockParts(store, meta, cache);
    return open(parts, parts.readIndex());
  }

  private static BlockReader open(BlockParts parts, byte[] index) throws IOException {
    OpenBlock block = OpenBlock.of(parts, index);
    BlockReader reader = new BlockReader(parts, block);
    reader.opens.opened(reader, block.heapBytes());
    return reader;
  }

  /**
   * As {@link #open}; of a block that lies far away, filters that are not large come along, with
   * the same request where the format allows it, and are cached. Filters that are damaged or gone
   * are left to who needs them.
   */
  public static BlockReader openWithFilters(ObjectStore store, BlockMeta meta, BlockCache cache)
      throws IOException {
    if (!store.readPolicy().isPlanned() || meta.filterBytes() > MAX_FILTER_BYTES) {
      return open(store, meta, cache);
    }
    BlockParts parts = new BlockParts(store, meta, cache);
    if (BlockFormat.hasFiltersBeforeIndex(meta)) {
      byte[] both = parts.readFilters();
      byte[] index = Arrays.copyOfRange(both, (int) meta.filterBytes(), both.length);
      BlockReader reader = open(parts, index);
      reader.keepFilters(() -> both);
      return reader;
    }
    BlockReader reader = open(parts, parts.readIndex());
    reader.keepFilters(parts::readFilters);
    return reader;
  }

  /** Where the bytes of filters come from. */
  @FunctionalInterface
  private interface FilterBytes {
    byte[] read() throws IOException;
  }

  private void keepFilters(FilterBytes bytes) {
    try {
      Slice whole = new Slice(bytes.read(), 0);
      traceFilter.keepAll(whole);
      valueFilter.keepAll(whole);
    } catch (IOException e) {
      // who asks for a shard hears of it
    }
  }

  /**
   * What is in memory while the block is open; reads the index if it is closed. Threads that need
   * it at the same time read it once.
   */
  OpenBlock open() throws IOException {
    OpenBlock known = open;
    if (known != null) {
      used = true;
      return known;
    }
    CompletableFuture<OpenBlock> mine = new CompletableFuture<>();
    CompletableFuture<OpenBlock> others = opening.compareAndExchange(null, mine);
    if (others != null) {
      return ParallelReads.await(others);
    }
    try {
      OpenBlock read = open;
      if (read == null) {
        read = OpenBlock.of(parts, parts.readIndex());
        open = read;
        opens.opened(this, read.heapBytes());
      }
      mine.complete(read);
      return read;
    } catch (Throwable e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      opening.set(null);
    }
  }

  boolean isOpen() {
    return open != null;
  }

  // ---- under the lock of the open blocks

  /** Whether it was used since this was last asked. */
  boolean wasUsed() {
    boolean was = used;
    used = false;
    return was;
  }

  @Nullable OpenBlock close() {
    OpenBlock known = open;
    open = null;
    return known;
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

  /** The keys of all objects of a block; that of its meta is the first. */
  public static List<String> keys(BlockMeta meta) {
    return keys(meta.tenant(), meta.blockId(), BlockFormat.files(meta));
  }

  /** The keys that objects of a block may have, whatever its version. */
  public static List<String> possibleKeys(TenantId tenant, UUID blockId) {
    return keys(tenant, blockId, BlockFormat.FILES);
  }

  private static List<String> keys(TenantId tenant, UUID blockId, List<String> files) {
    return files.stream().map(file -> BlockFormat.key(tenant, blockId, file)).toList();
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
    if (table != Table.RESOURCE && table != Table.SCOPE) {
      throw new IllegalArgumentException(table + " belongs to a row group");
    }
    return new LazyColumns(() -> open().columns(table));
  }

  @Override
  public List<RowGroup> rowGroups() {
    return new AbstractList<>() {
      @Override
      public RowGroup get(int index) {
        Objects.checkIndex(index, size());
        return new LazyGroup(() -> open().rowGroups().get(index));
      }

      @Override
      public int size() {
        return meta().rowGroups();
      }
    };
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

  private int groupOf(TraceId id) throws IOException {
    List<GroupEntry> groups = open().index().groups();
    int low = 0;
    int high = groups.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      GroupEntry group = groups.get(middle);
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
      all.set(0, meta().rowGroups());
      return all;
    }
    return valueFilter.shardOf(value.hash(), shards).probe(value.hash(), meta().rowGroups());
  }

  /** As the contract says; of a closed block only when its traces begin and end is known. */
  @Override
  public @Nullable ZoneMap zone(ColumnKey key) {
    if (key.equals(Fields.TRACE_START)) {
      return traceStarts;
    }
    if (key.equals(Fields.TRACE_END)) {
      return traceEnds;
    }
    OpenBlock known = open;
    return known == null ? ZoneMap.unbounded(Integer.MAX_VALUE) : known.zones().of(key);
  }

  // ---- for planned reads

  BlockParts parts() {
    return parts;
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
    OpenBlock block = open();
    block.columns(Table.RESOURCE).readAll();
    block.columns(Table.SCOPE).readAll();
    for (BlockRowGroup group : block.rowGroups()) {
      group.readAll();
    }
  }

  /** Bytes that each column takes in the data object, by column; for reports of what costs what. */
  public java.util.Map<ColumnKey, Long> columnBytes() throws IOException {
    java.util.Map<ColumnKey, Long> bytes = new java.util.LinkedHashMap<>();
    BlockIndex index = open().index();
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
