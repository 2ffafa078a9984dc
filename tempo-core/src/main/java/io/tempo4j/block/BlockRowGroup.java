package io.tempo4j.block;

import io.tempo4j.block.CachedGroup.Rows;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.Fields;
import io.tempo4j.column.IntColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanTree;
import io.tempo4j.column.Table;
import io.tempo4j.model.CorruptBlockException;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A row group of a block. Thread-safe. */
/*
 * A reader of one trace wants a few rows of a hundred columns. Decoding these rows alone costs about
 * half of decoding the columns, but leaves nothing behind for the next reader. So the first one picks,
 * and those who come later decode whole columns, which are then cached: nobody pays more than one and
 * a half times what he would, had he known the future.
 */
final class BlockRowGroup implements RowGroup {

  private final BlockParts parts;
  private final GroupEntry group;
  private final CachedGroup cached;
  private final ChunkBytes bytes;
  private final AtomicBoolean wasPicked;
  private final StoredColumns traces;
  private final StoredColumns spans;
  private final StoredColumns events;
  private final StoredColumns links;

  BlockRowGroup(BlockParts parts, GroupEntry group) {
    this.parts = parts;
    this.group = group;
    this.cached = new CachedGroup(parts.cache(), parts.meta().blockId(), group);
    this.bytes = parts;
    this.wasPicked = new AtomicBoolean();
    this.traces = columns(Table.TRACE, this::resolveTrace);
    this.spans = columns(Table.SPAN, this::resolveSpan);
    this.events = columns(Table.EVENT, null);
    this.links = columns(Table.LINK, this::resolveLink);
  }

  private StoredColumns columns(Table table, StoredColumns.@Nullable Resolver resolver) {
    return new StoredColumns(
        parts, group, cached, table, resolver, Fields.SPAN_PARENT_ID, unused -> topRows());
  }

  private BlockRowGroup(BlockRowGroup origin, ChunkBytes bytes, StoredColumns.Few few) {
    this.parts = origin.parts;
    this.group = origin.group;
    this.cached = origin.cached;
    this.bytes = bytes;
    this.wasPicked = origin.wasPicked;
    this.traces = columns(origin.traces, few, this::resolveTrace);
    this.spans = columns(origin.spans, few, this::resolveSpan);
    this.events = columns(origin.events, few, null);
    this.links = columns(origin.links, few, this::resolveLink);
  }

  private StoredColumns columns(
      StoredColumns origin, StoredColumns.Few few, StoredColumns.@Nullable Resolver resolver) {
    return new StoredColumns(origin, bytes, few, resolver, unused -> topRows());
  }

  @Override
  public ColumnSet table(Table table) {
    return stored(table);
  }

  StoredColumns stored(Table table) {
    return switch (table) {
      case TRACE -> traces;
      case SPAN -> spans;
      case EVENT -> events;
      case LINK -> links;
      case RESOURCE, SCOPE ->
          throw new IllegalArgumentException(table + " belongs to the source, not to a row group");
    };
  }

  @Override
  public RowGroup readAtOnce() {
    return new BlockRowGroup(
        this,
        bytes == parts ? new GroupBytes(parts, group) : bytes,
        wasPicked.getAndSet(true) ? StoredColumns.Few.WHOLE : StoredColumns.Few.PICKED);
  }

  /** The same row group with the chunks that are not cached taken from {@code bytes}. */
  BlockRowGroup over(ChunkBytes bytes) {
    return new BlockRowGroup(this, bytes, StoredColumns.Few.PICKED);
  }

  GroupEntry entry() {
    return group;
  }

  CachedGroup cached() {
    return cached;
  }

  /** Reads and checks all columns, and what follows from them. */
  void readAll() throws IOException {
    BlockRowGroup whole = over(new GroupBytes(parts, group));
    whole.traceOffsets();
    whole.eventOffsets();
    whole.linkOffsets();
    whole.parentRows();
    whole.traces.readAll();
    whole.spans.readAll();
    whole.events.readAll();
    whole.links.readAll();
  }

  @Override
  public int[] traceOffsets() throws IOException {
    return derived(
        Rows.TRACE_OFFSETS,
        () -> offsets(traces, BlockFormat.TRACE_SPAN_COUNT, traces.rowCount(), spans.rowCount()));
  }

  @Override
  public int[] eventOffsets() throws IOException {
    return derived(
        Rows.EVENT_OFFSETS,
        () -> offsets(spans, BlockFormat.SPAN_EVENT_COUNT, spans.rowCount(), events.rowCount()));
  }

  @Override
  public int[] linkOffsets() throws IOException {
    return derived(
        Rows.LINK_OFFSETS,
        () -> offsets(spans, BlockFormat.SPAN_LINK_COUNT, spans.rowCount(), links.rowCount()));
  }

  @Override
  public int[] parentRows() throws IOException {
    return derived(Rows.PARENTS, this::findParentRows);
  }

  /** Computes rows from whole columns. */
  @FunctionalInterface
  private interface Derivation {
    int[] derive() throws IOException;
  }

  private int[] derived(Rows kind, Derivation derivation) throws IOException {
    int[] known = cached.rows(kind);
    if (known == null) {
      known = derivation.derive();
      cached.put(kind, known);
    }
    return known;
  }

  private int[] findParentRows() throws IOException {
    IntColumn depths = (IntColumn) spans.require(Fields.SPAN_DEPTH);
    int[] parents;
    try {
      parents = SpanTree.parentRows(depths.values(), spans.rowCount());
    } catch (IllegalArgumentException e) {
      throw corrupt("depths of a pre-order", String.valueOf(e.getMessage()));
    }
    int[] starts = traceOffsets();
    for (int trace = 0; trace < starts.length - 1; trace++) {
      if (parents[starts[trace]] >= 0) {
        throw corrupt("depth 0 of the first span of a trace", "a deeper one");
      }
    }
    return parents;
  }

  private int[] offsets(StoredColumns set, ColumnKey counts, int rows, int total)
      throws IOException {
    int[] offsets = new int[rows + 1];
    if (total > 0) {
      int[] values = ((IntColumn) set.require(counts)).values();
      for (int row = 0; row < rows; row++) {
        if (values[row] < 0 || values[row] > total - offsets[row]) {
          throw corrupt(counts.name() + " that add up to " + total, "" + values[row]);
        }
        offsets[row + 1] = offsets[row] + values[row];
      }
      if (offsets[rows] != total) {
        throw corrupt(counts.name() + " that add up to " + total, "" + offsets[rows]);
      }
    }
    return offsets;
  }

  private int[] topRows() throws IOException {
    IntColumn depths = (IntColumn) spans.require(Fields.SPAN_DEPTH);
    int[] rows = new int[depths.size()];
    int count = 0;
    for (int row = 0; row < depths.size(); row++) {
      if (depths.values()[row] == 0) {
        rows[count++] = row;
      }
    }
    return Arrays.copyOf(rows, count);
  }

  private Column resolveTrace(ColumnKey key, Column stored) throws IOException {
    if (key.equals(Fields.TRACE_END)) {
      long[] ends = ((LongColumn) stored).values();
      long[] starts = longs(traces, Fields.TRACE_START);
      for (int trace = 0; trace < stored.size(); trace++) {
        ends[trace] += starts[trace];
      }
    }
    return stored;
  }

  private Column resolveSpan(ColumnKey key, Column stored) throws IOException {
    if (key.equals(Fields.SPAN_START)) {
      Relations.storedToStarts(
          ((LongColumn) stored).values(),
          parentRows(),
          traceOffsets(),
          longs(traces, Fields.TRACE_START));
    } else if (key.equals(Fields.SPAN_DURATION)) {
      Relations.flipFirstDurations(
          ((LongColumn) stored).values(),
          traceOffsets(),
          longs(traces, Fields.TRACE_START),
          longs(traces, Fields.TRACE_END));
    } else if (key.equals(Fields.SPAN_RESOURCE)) {
      requireBelow(key, stored, parts.index().tables().rowCount(Table.RESOURCE));
    } else if (key.equals(Fields.SPAN_SCOPE)) {
      requireBelow(key, stored, parts.index().tables().rowCount(Table.SCOPE));
    }
    return stored;
  }

  private Column resolveLink(ColumnKey key, Column stored) throws IOException {
    if (key.equals(Fields.LINK_TRACE_ID_HIGH)) {
      Relations.flipLinkTraceIds(
          ((LongColumn) stored).values(),
          linkOffsets(),
          traceOffsets(),
          longs(traces, Fields.TRACE_ID_HIGH));
    } else if (key.equals(Fields.LINK_TRACE_ID_LOW)) {
      Relations.flipLinkTraceIds(
          ((LongColumn) stored).values(),
          linkOffsets(),
          traceOffsets(),
          longs(traces, Fields.TRACE_ID_LOW));
    } else if (key.equals(Fields.LINK_SPAN_ID)) {
      Relations.flipLinkSpanIds(
          ((LongColumn) stored).values(),
          linkOffsets(),
          parentRows(),
          longs(spans, Fields.SPAN_ID));
    }
    return stored;
  }

  private void requireBelow(ColumnKey key, Column stored, int rows) throws IOException {
    int[] values = ((IntColumn) stored).values();
    for (int row = 0; row < stored.size(); row++) {
      if (values[row] < 0 || values[row] >= rows) {
        throw corrupt(key.name() + " rows below " + rows, "" + values[row]);
      }
    }
  }

  private static long[] longs(StoredColumns set, ColumnKey key) throws IOException {
    return ((LongColumn) set.require(key)).values();
  }

  private CorruptBlockException corrupt(String expected, String found) {
    return new CorruptBlockException(parts.dataObject(), group.offset(), expected, found);
  }
}
