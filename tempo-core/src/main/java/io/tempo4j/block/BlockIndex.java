package io.tempo4j.block;

import com.github.luben.zstd.Zstd;
import io.tempo4j.block.BlockFormat.Part;
import io.tempo4j.column.ByteSink;
import io.tempo4j.column.ByteSource;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.FilterDirectory;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TraceId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a block: which columns there are, where their chunks stand, what is known of
 * them, and where the filter shards lie.
 *
 * @param columns all columns; chunks and shapes refer to them by position
 * @param tables the group of the RESOURCE and SCOPE tables
 * @param groups the row groups, ascending by trace id
 * @param traceFilter shards over trace ids
 * @param traceFilterOffset first byte of its shards in the filter object
 * @param valueFilter shards over attribute values
 * @param valueFilterOffset first byte of its shards in the filter object
 */
record BlockIndex(
    List<ColumnKey> columns,
    GroupEntry tables,
    List<GroupEntry> groups,
    FilterDirectory traceFilter,
    long traceFilterOffset,
    FilterDirectory valueFilter,
    long valueFilterOffset) {

  static final int MAX_INDEX_BYTES = 1 << 30;
  private static final int LEVEL = 3;
  private static final Table[] TABLES = Table.values();
  private static final ValueType[] TYPES = ValueType.values();
  private static final int HAS_BOUNDS = 1;
  private static final int HAS_BYTES = 2;
  private static final int HAS_MAX_BYTES = 4;

  /**
   * Heap bytes of this and of what {@link OpenBlock} makes from it, roughly: entries of chunks with
   * their bounds, in three maps and lists.
   */
  long heapBytes() {
    long bytes = 2_000 + 150L * columns.size();
    bytes += 8L * (traceFilter.shardCount() + valueFilter.shardCount());
    for (GroupEntry group : groups) {
      bytes += 1_000 + heapBytes(group);
    }
    return bytes + heapBytes(tables);
  }

  private static long heapBytes(GroupEntry group) {
    long bytes = 0;
    for (ChunkEntry chunk : group.chunks().values()) {
      bytes += 200 + length(chunk.zone().minBytes()) + length(chunk.zone().maxBytes());
    }
    return bytes;
  }

  private static int length(byte @Nullable [] bound) {
    return bound == null ? 0 : 16 + bound.length;
  }

  /** What a writer knows when it is done; directories are bytes as FilterWriter made them. */
  record Draft(
      UUID blockId,
      Map<ColumnKey, Integer> columns,
      GroupEntry tables,
      List<GroupEntry> groups,
      ByteSink traceFilterDirectory,
      long traceFilterOffset,
      ByteSink valueFilterDirectory,
      long valueFilterOffset) {}

  static byte[] write(Draft draft) {
    ByteSink body = new ByteSink();
    body.putVarint(draft.columns.size());
    for (ColumnKey key : draft.columns.keySet()) {
      body.putByte(key.table().code());
      body.putByte(key.isAttribute() ? 1 : 0);
      body.putByte(key.type().code());
      byte[] name = BlockFormat.utf8(key.name());
      body.putVarint(name.length);
      body.putBytes(name);
    }
    writeGroup(draft.tables, draft.columns, body);
    body.putVarint(draft.groups.size());
    for (GroupEntry group : draft.groups) {
      writeGroup(group, draft.columns, body);
    }
    writeFilter(draft.traceFilterDirectory, draft.traceFilterOffset, body);
    writeFilter(draft.valueFilterDirectory, draft.valueFilterOffset, body);
    byte[] compressed = Zstd.compress(body.toByteArray(), LEVEL);
    ByteSink index = new ByteSink(compressed.length + 64);
    BlockFormat.writeHeader(Part.INDEX, draft.blockId, index);
    index.putVarint(body.size());
    index.putBytes(compressed);
    index.putCrc32c(0);
    return index.toByteArray();
  }

  private static void writeFilter(ByteSink directory, long offset, ByteSink body) {
    body.putVarint(offset);
    body.putVarint(directory.size());
    body.putSink(directory);
  }

  private static void writeGroup(GroupEntry group, Map<ColumnKey, Integer> columns, ByteSink body) {
    for (int rows : group.rowCounts()) {
      body.putVarint(rows);
    }
    body.putLongLE(group.firstTrace().high());
    body.putLongLE(group.firstTrace().low());
    body.putLongLE(group.lastTrace().high());
    body.putLongLE(group.lastTrace().low());
    body.putLongLE(group.minStartNanos());
    body.putLongLE(group.maxEndNanos());
    body.putVarint(group.offset());
    body.putVarint(group.chunks().size());
    for (ChunkEntry chunk : group.chunks().values()) {
      body.putVarint(java.util.Objects.requireNonNull(columns.get(chunk.key())));
      body.putVarint(chunk.length());
      writeZone(chunk.zone(), body);
    }
  }

  private static void writeZone(ZoneMap zone, ByteSink body) {
    body.putVarint(zone.valueCount());
    byte[] min = zone.minBytes();
    byte[] max = zone.maxBytes();
    int flags =
        (zone.hasBounds() && min == null ? HAS_BOUNDS : 0)
            | (min != null ? HAS_BYTES : 0)
            | (max != null ? HAS_MAX_BYTES : 0);
    body.putByte(flags);
    if ((flags & HAS_BOUNDS) != 0) {
      body.putZigzag(zone.min());
      body.putZigzag(zone.max());
    }
    if (min != null) {
      body.putVarint(min.length);
      body.putBytes(min);
    }
    if (max != null) {
      body.putVarint(max.length);
      body.putBytes(max);
    }
  }

  /**
   * Reads and checks an index.
   *
   * @param at where in the object {@code bytes} begin
   */
  static BlockIndex read(byte[] bytes, BlockMeta meta, SharedKeys keys, String object, long at)
      throws IOException {
    BlockFormat.checkHeader(Part.INDEX, meta.blockId(), bytes, object, at);
    ByteSource whole = new ByteSource(bytes, 0, bytes.length, object, at);
    whole.verifyCrc32c();
    whole.skip(BlockFormat.HEADER_BYTES, "header");
    int size = whole.readCount(MAX_INDEX_BYTES, "length of the index");
    byte[] body = decompress(whole, size);
    ByteSource in = new ByteSource(body, 0, body.length, object + " (decompressed)", 0);
    List<ColumnKey> columns = readColumns(in, keys);
    GroupEntry tables = readGroup(in, columns, meta.dataBytes());
    int groupCount = in.readCount(in.remaining(), "number of row groups");
    List<GroupEntry> groups = new ArrayList<>();
    for (int i = 0; i < groupCount; i++) {
      groups.add(readGroup(in, columns, meta.dataBytes()));
    }
    long traceOffset = in.readVarint();
    FilterDirectory traceFilter = readFilter(in, object);
    long valueOffset = in.readVarint();
    FilterDirectory valueFilter = readFilter(in, object);
    in.expectEnd();
    return new BlockIndex(
        columns, tables, List.copyOf(groups), traceFilter, traceOffset, valueFilter, valueOffset);
  }

  private static byte[] decompress(ByteSource in, int size) throws CorruptBlockException {
    int length = in.remaining();
    // a zstd frame cannot expand without bound, so neither may the stated size
    if (size / 4096 > length) {
      throw in.corrupt("an index of at most 4096 times its " + length + " bytes", "" + size);
    }
    byte[] body = new byte[size];
    long written = Zstd.decompressByteArray(body, 0, size, in.array(), in.position(), length);
    if (written != size) {
      String found =
          Zstd.isError(written) ? Zstd.getErrorName(written) : written + " bytes when decompressed";
      throw in.corrupt(size + " bytes", found);
    }
    return body;
  }

  private static FilterDirectory readFilter(ByteSource in, String object)
      throws CorruptBlockException {
    int length = in.readCount(in.remaining(), "length of a filter directory");
    int at = in.skip(length, "a filter directory");
    return FilterDirectory.read(in.array(), at, length, object, at);
  }

  private static List<ColumnKey> readColumns(ByteSource in, SharedKeys keys)
      throws CorruptBlockException {
    int count = in.readCount(in.remaining(), "number of columns");
    List<ColumnKey> columns = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int table = in.readByte();
      int kind = in.readByte();
      int type = in.readByte();
      if (table >= TABLES.length || kind > 1 || type >= TYPES.length) {
        throw in.corrupt("codes of table, kind and type", table + ", " + kind + ", " + type);
      }
      int length = in.readCount(in.remaining(), "length of a column's name");
      int at = in.skip(length, "a column's name");
      String name = new String(in.array(), at, length, StandardCharsets.UTF_8);
      ColumnKey.Kind keyKind = kind == 1 ? ColumnKey.Kind.ATTRIBUTE : ColumnKey.Kind.FIELD;
      columns.add(keys.shared(new ColumnKey(TABLES[table], keyKind, name, TYPES[type])));
    }
    return List.copyOf(columns);
  }

  private static GroupEntry readGroup(ByteSource in, List<ColumnKey> columns, long dataBytes)
      throws CorruptBlockException {
    int[] rowCounts = new int[TABLES.length];
    for (int i = 0; i < rowCounts.length; i++) {
      rowCounts[i] = in.readCount(BlockFormat.MAX_ROWS, "number of rows");
    }
    TraceId first = new TraceId(in.readLongLE(), in.readLongLE());
    TraceId last = new TraceId(in.readLongLE(), in.readLongLE());
    long minStart = in.readLongLE();
    long maxEnd = in.readLongLE();
    long offset = in.readVarint();
    int count = in.readCount(in.remaining(), "number of chunks");
    Map<ColumnKey, ChunkEntry> chunks = LinkedHashMap.newLinkedHashMap(count);
    long at = offset;
    for (int i = 0; i < count; i++) {
      ColumnKey key = columns.get(in.readCount(columns.size() - 1, "number of a column"));
      int length = in.readCount(Integer.MAX_VALUE, "length of a chunk");
      if (at < BlockFormat.HEADER_BYTES || at > dataBytes - length) {
        throw in.corrupt(
            "a chunk inside the " + dataBytes + " bytes of the data object",
            at + " with " + length + " bytes");
      }
      ChunkEntry chunk = new ChunkEntry(key, i, at, length, readZone(in));
      if (chunks.put(key, chunk) != null) {
        throw in.corrupt("each column once in a group", "column " + key.name() + " twice");
      }
      at += length;
    }
    if (at - offset > Integer.MAX_VALUE - 16) {
      throw in.corrupt("a row group of at most 2 GiB", (at - offset) + " bytes");
    }
    return new GroupEntry(
        rowCounts, first, last, minStart, maxEnd, offset, (int) (at - offset), chunks);
  }

  private static ZoneMap readZone(ByteSource in) throws CorruptBlockException {
    // shapes of a table are listed in one column, whose length is not a number of rows
    int valueCount = in.readCount(Integer.MAX_VALUE - 16, "number of values");
    int flags = in.readByte();
    if ((flags & HAS_BOUNDS) != 0) {
      return ZoneMap.ofLongs(valueCount, in.readZigzag(), in.readZigzag());
    }
    if ((flags & HAS_BYTES) == 0) {
      return ZoneMap.unbounded(valueCount);
    }
    byte[] min = readBytes(in);
    byte[] max = (flags & HAS_MAX_BYTES) != 0 ? readBytes(in) : null;
    return new ZoneMap(valueCount, true, 0, 0, min, max);
  }

  private static byte[] readBytes(ByteSource in) throws CorruptBlockException {
    int length = in.readCount(in.remaining(), "length of a bound");
    int at = in.skip(length, "a bound");
    return java.util.Arrays.copyOfRange(in.array(), at, at + length);
  }
}
