package io.tempo4j.block;

import io.tempo4j.block.BlockFormat.Part;
import io.tempo4j.column.ByteSink;
import io.tempo4j.column.ChunkContext;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Writes a block: encodes the row groups of a source and stores data, index, filter and, last,
 * {@code meta.json}.
 *
 * <p>A block that is not complete is invisible; writing it again under the same id replaces what
 * was left of it. The encoded bytes are held in memory until they are stored.
 */
public final class BlockWriter {

  private BlockWriter() {}

  /**
   * Writes all spans of {@code source} as one block.
   *
   * @param source has at least one span; its row groups are read in order, each once
   * @param createdAt noted in the block's meta
   * @return the meta of the block, which is visible now
   * @throws IOException if reading the source or storing the block fails; the block is then
   *     invisible, unless only the answer to storing {@code meta.json} was lost
   */
  public static BlockMeta write(
      ObjectStore store, TenantId tenant, UUID blockId, SpanSource source, Instant createdAt)
      throws IOException {
    Encoded encoded = encode(tenant, blockId, source, createdAt);
    put(store, tenant, blockId, Part.DATA.fileName, encoded.data);
    put(store, tenant, blockId, Part.INDEX.fileName, List.of(encoded.index));
    put(store, tenant, blockId, Part.FILTER.fileName, List.of(encoded.filter));
    ByteBuffer meta = ByteBuffer.wrap(MetaJson.write(encoded.meta));
    put(store, tenant, blockId, BlockFormat.META_FILE, List.of(meta));
    return encoded.meta;
  }

  private static void put(
      ObjectStore store, TenantId tenant, UUID blockId, String file, List<ByteBuffer> content)
      throws IOException {
    store.put(BlockFormat.key(tenant, blockId, file), ObjectBody.of(content));
  }

  private record Encoded(
      List<ByteBuffer> data, ByteBuffer index, ByteBuffer filter, BlockMeta meta) {}

  private static Encoded encode(TenantId tenant, UUID blockId, SpanSource source, Instant createdAt)
      throws IOException {
    List<ByteBuffer> data = new ArrayList<>();
    ByteSink header = new ByteSink(BlockFormat.HEADER_BYTES);
    BlockFormat.writeHeader(Part.DATA, blockId, header);
    data.add(buffer(header));
    long offset = header.size();
    long spans = 0;
    long traces = 0;
    long minStart = -1L; // unsigned maximum
    long maxEnd = 0;
    List<GroupEntry> groups = new ArrayList<>();
    GroupEntry tables;
    GroupWriter writer;
    ByteSink sink = new ByteSink(1 << 20);
    try (ChunkContext context = new ChunkContext()) {
      writer = new GroupWriter(context);
      for (RowGroup group : source.rowGroups()) {
        sink.reset();
        GroupEntry entry = writer.write(group, groups.size(), offset, sink);
        data.add(ByteBuffer.wrap(sink.toByteArray()));
        groups.add(entry);
        offset += sink.size();
        spans += group.spanCount();
        traces += group.traceCount();
        minStart =
            Long.compareUnsigned(entry.minStartNanos(), minStart) < 0
                ? entry.minStartNanos()
                : minStart;
        maxEnd =
            Long.compareUnsigned(entry.maxEndNanos(), maxEnd) > 0 ? entry.maxEndNanos() : maxEnd;
      }
      sink.reset();
      tables = writer.writeTables(source, offset, sink);
      data.add(ByteBuffer.wrap(sink.toByteArray()));
      offset += sink.size();
    }
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("a block needs at least one span");
    }
    ByteSink filter = new ByteSink(1 << 20);
    BlockFormat.writeHeader(Part.FILTER, blockId, filter);
    long traceOffset = filter.size();
    ByteSink traceDirectory = new ByteSink();
    writer.traceFilter().finish(filter, traceDirectory);
    long valueOffset = filter.size();
    ByteSink valueDirectory = new ByteSink();
    writer.valueFilter().finish(filter, valueDirectory);
    byte[] index =
        BlockIndex.write(
            new BlockIndex.Draft(
                blockId,
                writer.columnNumbers(),
                tables,
                groups,
                traceDirectory,
                traceOffset,
                valueDirectory,
                valueOffset));
    BlockMeta meta =
        new BlockMeta(
            tenant,
            blockId,
            spans,
            traces,
            groups.size(),
            minStart,
            maxEnd,
            offset,
            index.length,
            filter.size(),
            0,
            createdAt);
    return new Encoded(data, ByteBuffer.wrap(index), buffer(filter), meta);
  }

  private static ByteBuffer buffer(ByteSink sink) {
    return ByteBuffer.wrap(sink.array(), 0, sink.size());
  }
}
