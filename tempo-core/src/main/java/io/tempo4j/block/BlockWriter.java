package io.tempo4j.block;

import io.tempo4j.block.BlockFormat.Part;
import io.tempo4j.column.ByteSink;
import io.tempo4j.column.ChunkContext;
import io.tempo4j.column.FilterWriter;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.NewObject;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ScratchFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Writes a block: encodes the row groups of a source and stores data, filters with the index, and
 * last {@code meta.json}.
 *
 * <p>A block that is not complete is invisible; writing it again under the same id replaces what
 * was left of it.
 *
 * <p>What is encoded goes to scratch files chunk by chunk and from there to the store. In memory
 * are one chunk without its long texts, the columns of one row group as the source gives them, the
 * index, and at most some megabytes of keys of filters: {@link #HEAP_BYTES} beside what the source
 * needs.
 */
public final class BlockWriter {

  /** Heap that writing takes at most beside the columns of a row group; 6 MiB were measured. */
  public static final int HEAP_BYTES = 8 << 20;

  /** As {@link #HEAP_BYTES}, of a source of at most 256 KiB; 0.75 MiB were measured. */
  public static final int SMALL_HEAP_BYTES = 1 << 20;

  private BlockWriter() {}

  /**
   * Writes all spans of {@code source} as one block, with scratch files where the system keeps
   * temporary ones.
   *
   * @see #write(ObjectStore, TenantId, UUID, SpanSource, Instant, ScratchFolder)
   */
  public static BlockMeta write(
      ObjectStore store, TenantId tenant, UUID blockId, SpanSource source, Instant createdAt)
      throws IOException {
    try (ScratchFolder scratch = ScratchFolder.temporary()) {
      return write(store, tenant, blockId, source, createdAt, scratch);
    }
  }

  /**
   * Writes all spans of {@code source} as one block.
   *
   * @param source has at least one span; its row groups are read in order, each once
   * @param createdAt noted in the block's meta
   * @param scratch gets files of about the size of the block, which are gone on return
   * @return the meta of the block, which is visible now
   * @throws IOException if reading the source or storing the block fails; the block is then
   *     invisible, unless only the answer to storing {@code meta.json} was lost
   */
  public static BlockMeta write(
      ObjectStore store,
      TenantId tenant,
      UUID blockId,
      SpanSource source,
      Instant createdAt,
      ScratchFolder scratch)
      throws IOException {
    try (ObjectDraft data = new ObjectDraft(scratch);
        ObjectDraft index = new ObjectDraft(scratch)) {
      BlockMeta meta = encode(new Target(tenant, blockId, createdAt, data, index), source, scratch);
      store.putAll(
          List.of(
              object(meta, BlockFormat.file(Part.DATA, meta), data.body()),
              object(meta, BlockFormat.file(Part.INDEX, meta), index.body()),
              object(meta, BlockFormat.META_FILE, ObjectBody.of(MetaJson.write(meta)))));
      return meta;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static NewObject object(BlockMeta meta, String file, ObjectBody content) {
    return new NewObject(BlockFormat.key(meta.tenant(), meta.blockId(), file), content);
  }

  /** Where a block goes; {@code index} gets the filters and the index behind them. */
  private record Target(
      TenantId tenant, UUID blockId, Instant createdAt, ObjectDraft data, ObjectDraft index) {}

  private static BlockMeta encode(Target target, SpanSource source, ScratchFolder scratch)
      throws IOException {
    ObjectDraft data = target.data;
    long spans = 0;
    long traces = 0;
    long minStart = -1L; // unsigned maximum
    long maxEnd = 0;
    List<GroupEntry> groups = new ArrayList<>();
    GroupEntry tables;
    GroupWriter writer;
    ByteSink filter = new ByteSink(1 << 16, target.index);
    ByteSink traceDirectory = new ByteSink();
    ByteSink valueDirectory = new ByteSink();
    long valueOffset;
    BlockFormat.writeHeader(Part.FILTER, target.blockId, filter);
    filter.flush();
    try (ObjectDraft traceKeys = new ObjectDraft(scratch);
        ObjectDraft valueKeys = new ObjectDraft(scratch)) {
      FilterWriter traceFilter = new FilterWriter(traceKeys);
      FilterWriter valueFilter = new FilterWriter(valueKeys);
      try (ChunkContext context = new ChunkContext()) {
        ByteSink sink = new ByteSink(1 << 16, data);
        BlockFormat.writeHeader(Part.DATA, target.blockId, sink);
        sink.flush();
        writer = new GroupWriter(context, sink, traceFilter, valueFilter);
        for (RowGroup group : source.rowGroups()) {
          GroupEntry entry = writer.write(group, groups.size(), data.length());
          groups.add(entry);
          spans += group.spanCount();
          traces += group.traceCount();
          minStart =
              Long.compareUnsigned(entry.minStartNanos(), minStart) < 0
                  ? entry.minStartNanos()
                  : minStart;
          maxEnd =
              Long.compareUnsigned(entry.maxEndNanos(), maxEnd) > 0 ? entry.maxEndNanos() : maxEnd;
        }
        tables = writer.writeTables(source, data.length());
      }
      if (groups.isEmpty()) {
        throw new IllegalArgumentException("a block needs at least one span");
      }
      traceFilter.finish(filter, traceDirectory);
      valueOffset = target.index.length();
      valueFilter.finish(filter, valueDirectory);
    }
    long filterBytes = target.index.length();
    byte[] index =
        BlockIndex.write(
            new BlockIndex.Draft(
                target.blockId,
                writer.columnNumbers(),
                tables,
                groups,
                traceDirectory,
                BlockFormat.HEADER_BYTES,
                valueDirectory,
                valueOffset));
    target.index.write(index, 0, index.length);
    return new BlockMeta(
        BlockFormat.VERSION,
        target.tenant,
        target.blockId,
        spans,
        traces,
        groups.size(),
        minStart,
        maxEnd,
        data.length(),
        index.length,
        filterBytes,
        0,
        target.createdAt);
  }
}
