package io.tempo4j.catalog;

import io.tempo4j.block.BlockMeta;
import io.tempo4j.column.ByteSink;
import io.tempo4j.column.ByteSource;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.model.UnsupportedFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Writes and reads the bytes of {@code docs/format/catalog-v1.md}. */
final class CatalogFormat {

  static final int VERSION = 1;

  private static final int ENTRY_MAGIC = 0x45433454; // "T4CE"
  private static final int CHECKPOINT_MAGIC = 0x43433454; // "T4CC"
  private static final int ID_BYTES = 16;

  /** No block's record is shorter: three ids, two times, and one byte for each number. */
  private static final int MIN_BLOCK_BYTES = 3 * ID_BYTES + 8 + 11;

  /** An id, and one byte for each number of a time. */
  private static final int MIN_REMOVED_BYTES = ID_BYTES + 2;

  private CatalogFormat() {}

  static byte[] write(TenantId tenant, CatalogEntry entry) {
    ByteSink sink = new ByteSink();
    putHead(sink, ENTRY_MAGIC, tenant, entry.number(), entry.commitId());
    putId(sink, entry.predecessor());
    putInstant(sink, entry.writtenAt());
    List<CatalogBlock> added = entry.change().added();
    sink.putVarint(added.size());
    added.forEach(block -> putBlock(sink, block));
    putIds(sink, entry.change().removed());
    putIds(sink, entry.change().forgotten());
    sink.putCrc32c(0);
    return sink.toByteArray();
  }

  static byte[] write(CatalogVersion version) {
    List<CatalogBlock> blocks = version.blocks();
    ByteSink sink = new ByteSink(256 + 2 * MIN_BLOCK_BYTES * Math.min(blocks.size(), 1 << 20));
    putHead(sink, CHECKPOINT_MAGIC, version.tenant(), version.number(), version.commitId());
    sink.putVarint(blocks.size());
    blocks.forEach(block -> putBlock(sink, block));
    sink.putVarint(version.removed().size());
    for (Map.Entry<UUID, Instant> removed : version.removed().entrySet()) {
      putId(sink, removed.getKey());
      putInstant(sink, removed.getValue());
    }
    sink.putCrc32c(0);
    return sink.toByteArray();
  }

  static CatalogEntry readEntry(byte[] bytes, String key, TenantId tenant, long number)
      throws IOException {
    ByteSource source = open(bytes, key, ENTRY_MAGIC, tenant, number);
    try {
      UUID commitId = id(source);
      UUID predecessor = id(source);
      Instant writtenAt = instant(source);
      int addedCount = count(source, MIN_BLOCK_BYTES, "added blocks");
      List<CatalogBlock> added = new ArrayList<>(addedCount);
      for (int i = 0; i < addedCount; i++) {
        added.add(block(source, tenant));
      }
      CatalogChange change = new CatalogChange(added, ids(source), ids(source));
      source.expectEnd();
      return new CatalogEntry(number, commitId, predecessor, writtenAt, change);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw source.corrupt("a valid entry", String.valueOf(e.getMessage()));
    }
  }

  static CatalogVersion readCheckpoint(byte[] bytes, String key, TenantId tenant, long number)
      throws IOException {
    ByteSource source = open(bytes, key, CHECKPOINT_MAGIC, tenant, number);
    try {
      UUID commitId = id(source);
      CatalogBlock[] blocks = new CatalogBlock[count(source, MIN_BLOCK_BYTES, "blocks")];
      for (int i = 0; i < blocks.length; i++) {
        blocks[i] = block(source, tenant);
        if (i > 0 && CatalogBlock.ID_ORDER.compare(blocks[i - 1].id(), blocks[i].id()) >= 0) {
          throw source.corrupt("blocks ascending by id", "block " + blocks[i].id());
        }
      }
      TreeMap<UUID, Instant> removed = new TreeMap<>(CatalogBlock.ID_ORDER);
      int removedCount = count(source, MIN_REMOVED_BYTES, "removed blocks");
      for (int i = 0; i < removedCount; i++) {
        UUID id = id(source);
        if (!removed.isEmpty() && CatalogBlock.ID_ORDER.compare(removed.lastKey(), id) >= 0) {
          throw source.corrupt("removed blocks ascending by id", "block " + id);
        }
        removed.put(id, instant(source));
      }
      source.expectEnd();
      return CatalogVersion.of(tenant, number, commitId, blocks, removed);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw source.corrupt("a valid checkpoint", String.valueOf(e.getMessage()));
    }
  }

  private static void putHead(
      ByteSink sink, int magic, TenantId tenant, long number, UUID commitId) {
    sink.putIntLE(magic);
    sink.putByte(VERSION);
    byte[] name = tenant.value().getBytes(StandardCharsets.US_ASCII);
    sink.putByte(name.length);
    sink.putBytes(name);
    sink.putVarint(number);
    putId(sink, commitId);
  }

  private static ByteSource open(byte[] bytes, String key, int magic, TenantId tenant, long number)
      throws IOException {
    ByteSource source = new ByteSource(bytes, 0, bytes.length, key, 0);
    int foundMagic = source.readIntLE();
    if (foundMagic != magic) {
      throw new CorruptBlockException(
          key, 0, "magic " + Integer.toHexString(magic), Integer.toHexString(foundMagic));
    }
    int version = source.readByte();
    if (version != VERSION) {
      throw new UnsupportedFormatException(key, VERSION, version);
    }
    source.verifyCrc32c();
    int length = source.readByte();
    int at = source.skip(length, "the tenant's name");
    String name = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
    if (!name.equals(tenant.value())) {
      throw source.corrupt("tenant " + tenant, "another one");
    }
    long foundNumber = source.readVarint();
    if (foundNumber != number) {
      throw source.corrupt("number " + number, Long.toUnsignedString(foundNumber));
    }
    return source;
  }

  private static void putBlock(ByteSink sink, CatalogBlock block) {
    BlockMeta meta = block.meta();
    putId(sink, block.id());
    putTraceId(sink, block.minTraceId());
    putTraceId(sink, block.maxTraceId());
    sink.putLongLE(meta.minStartNanos());
    sink.putVarint(meta.maxEndNanos() - meta.minStartNanos());
    sink.putVarint(meta.version());
    sink.putVarint(meta.compactionLevel());
    sink.putVarint(meta.spans());
    sink.putVarint(meta.traces());
    sink.putVarint(meta.rowGroups());
    sink.putVarint(meta.dataBytes());
    sink.putVarint(meta.indexBytes());
    sink.putVarint(meta.filterBytes());
    putInstant(sink, meta.createdAt());
  }

  private static CatalogBlock block(ByteSource source, TenantId tenant)
      throws CorruptBlockException {
    UUID id = id(source);
    TraceId minTraceId = traceId(source);
    TraceId maxTraceId = traceId(source);
    long minStart = source.readLongLE();
    long maxEnd = minStart + source.readVarint();
    int version = source.readCount(Integer.MAX_VALUE, "format version");
    int level = source.readCount(Integer.MAX_VALUE, "compaction level");
    BlockMeta meta =
        new BlockMeta(
            version,
            tenant,
            id,
            number(source, "number of spans"),
            number(source, "number of traces"),
            source.readCount(Integer.MAX_VALUE, "number of row groups"),
            minStart,
            maxEnd,
            number(source, "bytes of data"),
            number(source, "bytes of the index"),
            number(source, "bytes of filters"),
            level,
            instant(source));
    return new CatalogBlock(meta, minTraceId, maxTraceId);
  }

  private static long number(ByteSource source, String what) throws CorruptBlockException {
    long number = source.readVarint();
    if (number < 0) {
      throw source.corrupt(what + " below 2^63", Long.toUnsignedString(number));
    }
    return number;
  }

  /** A number of things that are yet to come, so that there is room for them. */
  private static int count(ByteSource source, int minBytes, String what)
      throws CorruptBlockException {
    int count = source.readCount(Integer.MAX_VALUE, what);
    if (count > source.remaining() / minBytes) {
      throw source.corrupt(
          "at most " + source.remaining() / minBytes + " " + what, Integer.toString(count));
    }
    return count;
  }

  private static void putIds(ByteSink sink, List<UUID> ids) {
    sink.putVarint(ids.size());
    ids.forEach(id -> putId(sink, id));
  }

  private static List<UUID> ids(ByteSource source) throws CorruptBlockException {
    int count = count(source, ID_BYTES, "ids");
    List<UUID> ids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ids.add(id(source));
    }
    return ids;
  }

  private static void putId(ByteSink sink, UUID id) {
    putBigEndian(sink, id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  private static UUID id(ByteSource source) throws CorruptBlockException {
    return new UUID(longBigEndian(source), longBigEndian(source));
  }

  private static void putTraceId(ByteSink sink, TraceId id) {
    putBigEndian(sink, id.high(), id.low());
  }

  private static TraceId traceId(ByteSource source) throws CorruptBlockException {
    return new TraceId(longBigEndian(source), longBigEndian(source));
  }

  private static void putBigEndian(ByteSink sink, long high, long low) {
    sink.putLongLE(Long.reverseBytes(high));
    sink.putLongLE(Long.reverseBytes(low));
  }

  private static long longBigEndian(ByteSource source) throws CorruptBlockException {
    return Long.reverseBytes(source.readLongLE());
  }

  private static void putInstant(ByteSink sink, Instant instant) {
    sink.putZigzag(instant.getEpochSecond());
    sink.putVarint(instant.getNano());
  }

  private static Instant instant(ByteSource source) throws CorruptBlockException {
    long seconds = source.readZigzag();
    return Instant.ofEpochSecond(seconds, source.readCount(999_999_999, "nanoseconds"));
  }
}
