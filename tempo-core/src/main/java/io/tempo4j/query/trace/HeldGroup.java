package io.tempo4j.query.trace;

import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.query.QueryMemory;
import io.tempo4j.query.scan.ColumnReads;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row group and the tables of its source, as one that puts a trace together reads them: the bytes
 * of a column are taken before it is read, and held until {@link #release}. Not thread-safe.
 */
/*
 * A column that a cache keeps is counted there, and here only by the share that the trace has in it:
 * the cache may let it go when others need room, and then it is this trace that holds it.
 */
final class HeldGroup implements RowGroup {

  private final SpanSource source;
  private final RowGroup group;
  private final QueryMemory memory;
  private final Map<Table, ColumnSet> tables = new EnumMap<>(Table.class);
  private int rows;
  private long heldBytes;

  HeldGroup(SpanSource source, RowGroup group, QueryMemory memory) {
    this.source = source;
    this.group = group;
    this.memory = memory;
  }

  /** Says how many spans of the row group are wanted, before the first of their columns is read. */
  void want(int spans) {
    rows = spans;
  }

  /** Gives back what was taken, when nothing that was read is used any more. */
  void release() {
    memory.give(heldBytes);
    heldBytes = 0;
  }

  /** The columns of any table. */
  @Override
  public ColumnSet table(Table table) {
    return tables.computeIfAbsent(table, t -> new Held(columns(t), t == Table.SPAN ? rows : 0));
  }

  private ColumnSet columns(Table table) {
    return switch (table) {
      case RESOURCE, SCOPE -> source.table(table);
      case TRACE, SPAN, EVENT, LINK -> group.table(table);
    };
  }

  @Override
  public int[] traceOffsets() throws IOException {
    return group.traceOffsets();
  }

  @Override
  public int[] eventOffsets() throws IOException {
    return group.eventOffsets();
  }

  @Override
  public int[] linkOffsets() throws IOException {
    return group.linkOffsets();
  }

  @Override
  public int[] parentRows() throws IOException {
    return group.parentRows();
  }

  /** A column set that counts. */
  private final class Held implements ColumnSet {
    private final ColumnSet columns;
    private final int wanted;
    private final Set<ColumnKey> counted = new HashSet<>();

    /**
     * Counts the columns of {@code columns}.
     *
     * @param wanted so many rows of a column that is kept count
     */
    Held(ColumnSet columns, int wanted) {
      this.columns = columns;
      this.wanted = wanted;
    }

    @Override
    public @Nullable Column read(ColumnKey key) throws IOException {
      return counted.add(key)
          ? counted(key, ColumnReads.expectedBytes(columns, key), () -> columns.read(key))
          : columns.read(key);
    }

    @Override
    public @Nullable Column readFew(ColumnKey key, int[] few, int count) throws IOException {
      long expected = ColumnReads.expectedBytesOfFew(columns, key, count);
      return counted(key, expected, () -> columns.readFew(key, few, count));
    }

    private @Nullable Column counted(ColumnKey key, long expected, Reading reading)
        throws IOException {
      long share =
          ColumnReads.expectedBytes(columns, key) * wanted / Math.max(1, columns.rowCount());
      long taken = columns.isKept(key) ? share : expected;
      memory.take(taken);
      heldBytes += taken;
      Column column = reading.read();
      long needed = column == null ? 0 : columns.isKept(key) ? share : column.heapBytes();
      if (needed > taken) {
        memory.take(needed - taken);
      } else {
        memory.give(taken - needed);
      }
      heldBytes += needed - taken;
      return column;
    }

    @Override
    public int rowCount() {
      return columns.rowCount();
    }

    @Override
    public Collection<ColumnKey> keys() {
      return columns.keys();
    }

    @Override
    public List<ColumnKey> keysWithin(int fromRow, int toRow) throws IOException {
      return columns.keysWithin(fromRow, toRow);
    }

    @Override
    public @Nullable ZoneMap zone(ColumnKey key) {
      return columns.zone(key);
    }
  }

  /** Reads a column. */
  @FunctionalInterface
  private interface Reading {
    @Nullable Column read() throws IOException;
  }
}
