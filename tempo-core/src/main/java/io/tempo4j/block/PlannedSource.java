package io.tempo4j.block;

import io.tempo4j.block.BlockFormat.Part;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.ColumnValue;
import io.tempo4j.column.FilterShard;
import io.tempo4j.column.ReadCounts;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.column.WantedColumns;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TraceId;
import java.io.IOException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A block as one query reads it, that says before what it will read. Thread-safe. */
final class PlannedSource implements SpanSource {

  private final BlockReader block;
  private final QueryReads reads;
  private final PlannedObject data;
  private final PlannedObject filter;
  private final ReadTotals totals = new ReadTotals();
  private final List<RowGroup> groups;

  PlannedSource(BlockReader block, QueryReads reads) {
    this.block = block;
    this.reads = reads;
    this.data = new PlannedObject(reads, block.parts(), Part.DATA, totals);
    this.filter = new PlannedObject(reads, block.parts(), Part.FILTER, totals);
    this.groups = new Groups(block.meta().rowGroups());
  }

  /** The row groups, made when they are asked for: most queries look into few. */
  private final class Groups extends AbstractList<RowGroup> {
    private final AtomicReferenceArray<@Nullable RowGroup> made;

    Groups(int count) {
      made = new AtomicReferenceArray<>(count);
    }

    @Override
    public RowGroup get(int index) {
      RowGroup known = made.get(index);
      if (known != null) {
        return known;
      }
      RowGroup planned = new LazyGroup(() -> planned(block.open().rowGroups().get(index)));
      RowGroup first = made.compareAndExchange(index, null, planned);
      return first == null ? planned : first;
    }

    @Override
    public int size() {
      return made.length();
    }
  }

  private BlockRowGroup planned(BlockRowGroup origin) {
    GroupEntry entry = origin.entry();
    return origin.over(chunk -> read(chunk, entry));
  }

  private Slice read(ChunkEntry chunk, GroupEntry group) throws IOException {
    return data.read(chunk.offset(), chunk.length(), wholeIfSmall(group.offset(), group.length()));
  }

  private ByteRange wholeIfSmall(long offset, int length) {
    return isSmall() ? whole(block.meta().dataBytes()) : new ByteRange(offset, length);
  }

  private boolean isSmall() {
    return block.meta().dataBytes() <= reads.planner().policy().joinGapBytes();
  }

  private static ByteRange whole(long bytes) {
    return new ByteRange(0, (int) bytes);
  }

  @Override
  public String name() {
    return block.name();
  }

  @Override
  public long minStartNanos() {
    return block.minStartNanos();
  }

  @Override
  public long maxEndNanos() {
    return block.maxEndNanos();
  }

  @Override
  public ColumnSet table(Table table) {
    var unused = block.table(table); // says so if it belongs to a row group
    return new LazyColumns(() -> {
      OpenBlock open = block.open();
      GroupEntry tables = open.index().tables();
      return new StoredColumns(
          open.columns(table), chunk -> read(chunk, tables), StoredColumns.Few.PICKED, null, null);
    });
  }

  @Override
  public List<RowGroup> rowGroups() {
    return groups;
  }

  @Override
  public @Nullable ZoneMap zone(ColumnKey key) {
    return block.zone(key);
  }

  // ---- filters

  @Override
  public int findTrace(TraceId id) throws IOException {
    return block.findTrace(id, this::shard);
  }

  @Override
  public BitSet mayContain(ColumnValue value) throws IOException {
    return block.mayContain(value, this::shard);
  }

  private FilterShard shard(long offset, int length) throws IOException {
    block.parts().requireShard(offset, length);
    long all = block.meta().filterBytes();
    ByteRange around =
        all <= reads.planner().policy().joinGapBytes() ? whole(all) : new ByteRange(offset, length);
    return block.parts().shard(filter.read(offset, length, around), offset, length);
  }

  @Override
  public boolean readsAhead() {
    return true;
  }

  @Override
  public void prefetchTrace(TraceId id) {
    try {
      prefetchShard(block.missingFor(id));
    } catch (CorruptBlockException e) {
      // who asks for the shard hears of it
    }
  }

  @Override
  public void prefetchValues(Collection<ColumnValue> values) {
    try {
      for (ColumnValue value : values) {
        if (block.zone(value.column()) != null) {
          prefetchShard(block.missingFor(value));
        }
      }
    } catch (CorruptBlockException e) {
      // who asks for the shard hears of it
    }
  }

  private void prefetchShard(@Nullable ByteRange shard) {
    totals.filter(shard == null);
    if (shard == null) {
      return;
    }
    long all = block.meta().filterBytes();
    boolean isSmall = all <= reads.planner().policy().joinGapBytes();
    filter.prefetch(List.of(isSmall ? whole(all) : shard));
  }

  // ---- columns

  @Override
  public void prefetchIndex() {
    if (!block.isOpen()) {
      var unused = reads.planner().threads().begin(block::open);
    }
  }

  @Override
  public boolean prefetch(BitSet wantedGroups, WantedColumns columns) {
    OpenBlock open;
    try {
      open = block.open();
    } catch (IOException e) {
      return true; // who reads the columns hears of it
    }
    BitSet all = wantedGroups;
    if (isSmall()) {
      all = new BitSet();
      all.set(0, groups.size());
    }
    List<ByteRange> missing = new ArrayList<>();
    List<ByteRange> along = new ArrayList<>();
    int cached = 0;
    for (int i = all.nextSetBit(0); i >= 0; i = all.nextSetBit(i + 1)) {
      BlockRowGroup group = open.rowGroups().get(i);
      cached += addMissing(group.entry(), group.cached(), columns, missing);
      cached += addMissing(group.entry(), group.cached(), columns.along(), along);
    }
    cached += addMissing(open.index().tables(), open.cachedTables(), columns, missing);
    if (!missing.isEmpty()) {
      missing.addAll(along);
    }
    totals.columns(missing.size(), cached);
    return missing.isEmpty() || data.prefetch(missing);
  }

  /** Adds the chunks that are not cached, and returns the number of those that are. */
  private int addMissing(
      GroupEntry group, CachedGroup cached, WantedColumns columns, List<ByteRange> into) {
    int found = 0;
    switch (columns.reach()) {
      case ALL -> {
        for (ChunkEntry chunk : group.chunks().values()) {
          found += addMissing(chunk, cached, into);
        }
      }
      case KEYS -> found += addMissing(group, cached, reads.keys(columns), into);
    }
    return found;
  }

  private static int addMissing(
      GroupEntry group, CachedGroup cached, Set<ColumnKey> keys, List<ByteRange> into) {
    int found = 0;
    for (ColumnKey key : keys) {
      ChunkEntry chunk = group.chunks().get(key);
      found += chunk == null ? 0 : addMissing(chunk, cached, into);
    }
    return found;
  }

  private static int addMissing(ChunkEntry chunk, CachedGroup cached, List<ByteRange> into) {
    if (cached.holds(chunk)) {
      return 1;
    }
    into.add(new ByteRange(chunk.offset(), chunk.length()));
    return 0;
  }

  @Override
  public ReadCounts readCounts() {
    return totals.counts();
  }
}
