package io.tempo4j.block;

import io.tempo4j.column.Column;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is cached of one group of chunks: decoded columns, and what follows from them.
 *
 * <p>Thread-safe. What is put in must not be changed any more.
 */
/*
 * Costs are those of blocks of the shared workload on a local disk: 12 µs to read a chunk, and then
 * about 1 ns for a byte of decoded numbers, 3 ns for one of strings, 4 ns for what follows from whole
 * columns. That they are known to the half or the double is enough to rank by them.
 */
final class CachedGroup {

  /** Row numbers that follow from whole columns. */
  enum Rows {
    TRACE_OFFSETS,
    EVENT_OFFSETS,
    LINK_OFFSETS,
    PARENTS
  }

  static final long READ_NANOS = 12_000;
  private static final long NANOS_PER_STRING_BYTE = 3;
  private static final long NANOS_PER_DERIVED_BYTE = 4;
  private static final int ROW_KINDS = Rows.values().length;
  private static final int TABLES = Table.values().length;

  private final CacheSlots slots;
  private final int chunks;

  CachedGroup(BlockCache cache, UUID block, GroupEntry group) {
    chunks = group.chunks().size();
    slots = new CacheSlots(cache, block, chunks + ROW_KINDS + TABLES);
  }

  @Nullable Column column(ChunkEntry chunk) {
    return (Column) slots.find(chunk.position());
  }

  /** Whether the column is there; counts as no use. */
  boolean holds(ChunkEntry chunk) {
    return slots.holds(chunk.position());
  }

  /** Lets go of everything. */
  void forget() {
    slots.forget();
  }

  void put(ChunkEntry chunk, Column column) {
    long bytes = column.heapBytes();
    long decoding = column instanceof StringColumn ? NANOS_PER_STRING_BYTE * bytes : bytes;
    slots.put(chunk.position(), column, bytes, READ_NANOS + decoding);
  }

  int @Nullable [] rows(Rows kind) {
    return (int[]) slots.find(chunks + kind.ordinal());
  }

  void put(Rows kind, int[] rows) {
    long bytes = 16 + 4L * rows.length;
    slots.put(chunks + kind.ordinal(), rows, bytes, NANOS_PER_DERIVED_BYTE * bytes);
  }

  @Nullable ShapeIndex shapes(Table table) {
    return (ShapeIndex) slots.find(chunks + ROW_KINDS + table.ordinal());
  }

  void put(Table table, ShapeIndex shapes) {
    long bytes = shapes.heapBytes();
    slots.put(chunks + ROW_KINDS + table.ordinal(), shapes, bytes, NANOS_PER_DERIVED_BYTE * bytes);
  }
}
