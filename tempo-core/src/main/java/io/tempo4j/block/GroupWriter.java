package io.tempo4j.block;

import io.tempo4j.column.BoolColumn;
import io.tempo4j.column.ByteSink;
import io.tempo4j.column.ChunkContext;
import io.tempo4j.column.ChunkWriter;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.DoubleColumn;
import io.tempo4j.column.Fields;
import io.tempo4j.column.FilterWriter;
import io.tempo4j.column.Hash64;
import io.tempo4j.column.IntColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.model.TraceId;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Encodes row groups one after the other; what it learns of columns serves for the next group. */
final class GroupWriter {

  private static final TraceId NO_TRACE = new TraceId(0, 0);

  private final Map<ColumnKey, Integer> columnNumbers = new LinkedHashMap<>();
  private final Map<ColumnKey, ChunkWriter> writers = new HashMap<>();
  private final ChunkContext context;
  private final ValueFilterBuilder values;
  private final FilterWriter traceIds;
  private final ByteSink out;
  private Map<ColumnKey, ChunkEntry> chunks = new LinkedHashMap<>();
  private long begin;
  private long at;

  /**
   * Writes chunks to {@code out}, which is flushed after each of them.
   *
   * @param traceIds is given the ids of all traces
   * @param values is given the values of attributes
   */
  GroupWriter(ChunkContext context, ByteSink out, FilterWriter traceIds, FilterWriter values) {
    this.context = context;
    this.out = out;
    this.traceIds = traceIds;
    this.values = new ValueFilterBuilder(values);
  }

  /** All columns written so far, in the order of their numbers. */
  Map<ColumnKey, Integer> columnNumbers() {
    return columnNumbers;
  }

  /** Writes the chunks of a row group, whose first byte is at {@code offset} of the object. */
  GroupEntry write(RowGroup group, int ordinal, long offset) throws IOException {
    begin(offset);
    int spans = group.spanCount();
    requireRows(spans);
    requireRows(group.table(Table.EVENT).rowCount());
    requireRows(group.table(Table.LINK).rowCount());
    ColumnSet traceTable = group.table(Table.TRACE);
    int[] traceOffsets = group.traceOffsets();
    long[] idHigh = longs(traceTable, Fields.TRACE_ID_HIGH);
    long[] idLow = longs(traceTable, Fields.TRACE_ID_LOW);
    long[] starts = longs(traceTable, Fields.TRACE_START);
    long[] ends = longs(traceTable, Fields.TRACE_END);
    int traces = group.traceCount();
    writeTraces(traceOffsets, traces, idHigh, idLow, starts, ends);
    int[] parents = group.parentRows();
    writeSpans(group, parents, traceOffsets, starts, ends);
    writeChildren(group.table(Table.EVENT), ordinal);
    writeLinks(group, parents, traceOffsets, idHigh, idLow);
    writeOptional(group.table(Table.LINK), ordinal);
    writeOptional(group.table(Table.SPAN), ordinal);
    long minStart = -1L; // unsigned maximum
    long maxEnd = 0;
    for (int trace = 0; trace < traces; trace++) {
      traceIds.add(Hash64.ofTraceId(idHigh[trace], idLow[trace]));
      minStart = Long.compareUnsigned(starts[trace], minStart) < 0 ? starts[trace] : minStart;
      maxEnd = Long.compareUnsigned(ends[trace], maxEnd) > 0 ? ends[trace] : maxEnd;
    }
    int[] rowCounts = new int[Table.values().length];
    for (Table table : new Table[] {Table.TRACE, Table.SPAN, Table.EVENT, Table.LINK}) {
      rowCounts[table.code()] = group.table(table).rowCount();
    }
    return new GroupEntry(
        rowCounts,
        new TraceId(idHigh[0], idLow[0]),
        new TraceId(idHigh[traces - 1], idLow[traces - 1]),
        minStart,
        maxEnd,
        offset,
        length(),
        chunks);
  }

  /** Writes the chunks of the RESOURCE and SCOPE tables. */
  GroupEntry writeTables(SpanSource source, long offset) throws IOException {
    begin(offset);
    int[] rowCounts = new int[Table.values().length];
    for (Table table : new Table[] {Table.RESOURCE, Table.SCOPE}) {
      ColumnSet set = source.table(table);
      requireRows(set.rowCount());
      rowCounts[table.code()] = set.rowCount();
      writeOptional(set, 0);
    }
    return new GroupEntry(rowCounts, NO_TRACE, NO_TRACE, 0, 0, offset, length(), chunks);
  }

  private void begin(long offset) {
    begin = offset;
    at = offset;
    chunks = new LinkedHashMap<>();
  }

  private int length() {
    return Math.toIntExact(at - begin);
  }

  private static void requireRows(int rows) {
    if (rows > BlockFormat.MAX_ROWS) {
      throw new IllegalArgumentException(
          rows + " rows exceed the " + BlockFormat.MAX_ROWS + " that a row group may have");
    }
  }

  private void writeTraces(
      int[] offsets, int traces, long[] idHigh, long[] idLow, long[] starts, long[] ends) {
    int[] counts = new int[traces];
    long[] durations = new long[traces];
    for (int trace = 0; trace < traces; trace++) {
      counts[trace] = offsets[trace + 1] - offsets[trace];
      durations[trace] = ends[trace] - starts[trace];
    }
    writeInts(BlockFormat.TRACE_SPAN_COUNT, counts);
    writeLongs(Fields.TRACE_ID_HIGH, idHigh, traces);
    writeLongs(Fields.TRACE_ID_LOW, idLow, traces);
    writeLongs(Fields.TRACE_START, starts, traces);
    writeRelative(Fields.TRACE_END, durations, ends, traces);
  }

  private void writeSpans(
      RowGroup group, int[] parents, int[] traceOffsets, long[] traceStarts, long[] traceEnds)
      throws IOException {
    ColumnSet set = group.table(Table.SPAN);
    writeChunk(Fields.SPAN_DEPTH, required(set, Fields.SPAN_DEPTH));
    writeStarts(longs(set, Fields.SPAN_START), parents, traceOffsets, traceStarts);
    writeDurations(longs(set, Fields.SPAN_DURATION), traceOffsets, traceStarts, traceEnds);
    for (ColumnKey key : Fields.REQUIRED_SPAN_FIELDS) {
      if (!chunks.containsKey(key)) {
        writeChunk(key, required(set, key));
      }
    }
    writeChunk(Fields.SPAN_PARENT_ID, required(set, Fields.SPAN_PARENT_ID));
    writeCounts(BlockFormat.SPAN_EVENT_COUNT, group.eventOffsets());
    writeCounts(BlockFormat.SPAN_LINK_COUNT, group.linkOffsets());
  }

  private void writeStarts(long[] starts, int[] parents, int[] traceOffsets, long[] traceStarts) {
    long[] stored = Relations.startsToStored(starts, parents, traceOffsets, traceStarts);
    writeRelative(Fields.SPAN_START, stored, starts, parents.length);
  }

  private void writeDurations(
      long[] durations, int[] traceOffsets, long[] traceStarts, long[] traceEnds) {
    int spans = traceOffsets[traceOffsets.length - 1];
    long[] stored = Arrays.copyOf(durations, spans);
    Relations.flipFirstDurations(stored, traceOffsets, traceStarts, traceEnds);
    writeRelative(Fields.SPAN_DURATION, stored, durations, spans);
  }

  private void writeCounts(ColumnKey key, int[] offsets) {
    int rows = offsets.length - 1;
    if (offsets[rows] > 0) {
      int[] counts = new int[rows];
      for (int row = 0; row < rows; row++) {
        counts[row] = offsets[row + 1] - offsets[row];
      }
      writeInts(key, counts);
    }
  }

  private void writeChildren(ColumnSet events, int ordinal) throws IOException {
    if (events.rowCount() > 0) {
      writeChunk(Fields.EVENT_TIME, required(events, Fields.EVENT_TIME));
      writeChunk(Fields.EVENT_NAME, required(events, Fields.EVENT_NAME));
      writeOptional(events, ordinal);
    }
  }

  private void writeLinks(
      RowGroup group, int[] parents, int[] traceOffsets, long[] idHigh, long[] idLow)
      throws IOException {
    ColumnSet links = group.table(Table.LINK);
    int rows = links.rowCount();
    if (rows == 0) {
      return;
    }
    int[] linkOffsets = group.linkOffsets();
    long[] high = longs(links, Fields.LINK_TRACE_ID_HIGH);
    long[] storedHigh = Arrays.copyOf(high, rows);
    Relations.flipLinkTraceIds(storedHigh, linkOffsets, traceOffsets, idHigh);
    writeRelative(Fields.LINK_TRACE_ID_HIGH, storedHigh, high, rows);
    long[] low = longs(links, Fields.LINK_TRACE_ID_LOW);
    long[] storedLow = Arrays.copyOf(low, rows);
    Relations.flipLinkTraceIds(storedLow, linkOffsets, traceOffsets, idLow);
    writeRelative(Fields.LINK_TRACE_ID_LOW, storedLow, low, rows);
    long[] spanIds = longs(links, Fields.LINK_SPAN_ID);
    long[] storedIds = Arrays.copyOf(spanIds, rows);
    long[] owners = longs(group.table(Table.SPAN), Fields.SPAN_ID);
    Relations.flipLinkSpanIds(storedIds, linkOffsets, parents, owners);
    writeRelative(Fields.LINK_SPAN_ID, storedIds, spanIds, rows);
  }

  private void writeOptional(ColumnSet set, int ordinal) throws IOException {
    if (set.rowCount() == 0) {
      return;
    }
    ShapeBuilder shapes = new ShapeBuilder(set.rowCount());
    Table table = null;
    for (ColumnKey key : set.keys()) {
      if (BlockFormat.isRequired(key) || key.equals(Fields.SPAN_PARENT_ID)) {
        continue;
      }
      table = key.table();
      Column column = required(set, key);
      shapes.add(number(key), column.rows(), column.size());
      writeChunk(key, column);
      values.add(key, column, context, ordinal);
    }
    if (table != null) {
      writeInts(BlockFormat.shapeNumbers(table), shapes.shapeNumbers());
      writeInts(BlockFormat.shapeList(table), shapes.shapeList());
    }
  }

  private static Column required(ColumnSet set, ColumnKey key) throws IOException {
    Column column = set.read(key);
    if (column == null) {
      throw new IllegalStateException("source lacks column " + key);
    }
    return column;
  }

  private static long[] longs(ColumnSet set, ColumnKey key) throws IOException {
    return ((LongColumn) required(set, key)).values();
  }

  private void writeChunk(ColumnKey key, Column column) {
    ChunkWriter writer = writer(key);
    ZoneMap zone =
        switch (column) {
          case IntColumn ints -> writer.ints(ints.values(), ints.size(), out);
          case LongColumn longs -> writer.longs(longs.values(), longs.size(), out);
          case DoubleColumn doubles -> writer.doubles(doubles.values(), doubles.size(), out);
          case BoolColumn bools -> writer.booleans(bools.values(), bools.size(), out);
          case StringColumn strings -> writeStrings(writer, strings);
        };
    note(key, zone);
  }

  private ZoneMap writeStrings(ChunkWriter writer, StringColumn strings) {
    int[] codes = strings.codes();
    if (codes == null) {
      codes = new int[strings.size()];
      Arrays.setAll(codes, i -> i);
    }
    return writer.strings(codes, strings.size(), strings.dictionary(), out);
  }

  private void writeInts(ColumnKey key, int[] values) {
    note(key, writer(key).ints(values, values.length, out));
  }

  private void writeLongs(ColumnKey key, long[] values, int count) {
    note(key, writer(key).longs(values, count, out));
  }

  /** Writes {@code stored} under a zone map of what it stands for. */
  private void writeRelative(ColumnKey key, long[] stored, long[] meant, int count) {
    writer(key).longs(stored, count, out);
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      min = Math.min(min, meant[i]);
      max = Math.max(max, meant[i]);
    }
    note(key, ZoneMap.ofLongs(count, min, max));
  }

  private ChunkWriter writer(ColumnKey key) {
    return writers.computeIfAbsent(key, unused -> new ChunkWriter(context));
  }

  /** Ends the chunk of a column. */
  private void note(ColumnKey key, ZoneMap zone) {
    number(key);
    int length = Math.toIntExact(out.totalBytes());
    chunks.put(key, new ChunkEntry(key, chunks.size(), at, length, zone));
    at += length;
    out.flush();
  }

  private int number(ColumnKey key) {
    Integer known = columnNumbers.putIfAbsent(key, columnNumbers.size());
    return known == null ? columnNumbers.size() - 1 : known;
  }
}
