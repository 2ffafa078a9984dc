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
  private final ValueFilterBuilder values = new ValueFilterBuilder();
  private final FilterWriter traceIds = new FilterWriter();

  private ByteSink out = new ByteSink();
  private Map<ColumnKey, ChunkEntry> chunks = new LinkedHashMap<>();
  private long base;

  GroupWriter(ChunkContext context) {
    this.context = context;
  }

  /** All columns written so far, in the order of their numbers. */
  Map<ColumnKey, Integer> columnNumbers() {
    return columnNumbers;
  }

  FilterWriter traceFilter() {
    return traceIds;
  }

  FilterWriter valueFilter() {
    return values.writer();
  }

  /** Appends the chunks of a row group to {@code sink}, which begins at {@code offset}. */
  GroupEntry write(RowGroup group, int ordinal, long offset, ByteSink sink) throws IOException {
    begin(offset, sink);
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
        out.size(),
        chunks);
  }

  /** Appends the chunks of the RESOURCE and SCOPE tables. */
  GroupEntry writeTables(SpanSource source, long offset, ByteSink sink) throws IOException {
    begin(offset, sink);
    int[] rowCounts = new int[Table.values().length];
    for (Table table : new Table[] {Table.RESOURCE, Table.SCOPE}) {
      ColumnSet set = source.table(table);
      requireRows(set.rowCount());
      rowCounts[table.code()] = set.rowCount();
      writeOptional(set, 0);
    }
    return new GroupEntry(rowCounts, NO_TRACE, NO_TRACE, 0, 0, offset, out.size(), chunks);
  }

  private void begin(long offset, ByteSink sink) {
    out = sink;
    base = offset - sink.size();
    chunks = new LinkedHashMap<>();
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
    int spans = parents.length;
    writeChunk(Fields.SPAN_DEPTH, required(set, Fields.SPAN_DEPTH));
    long[] starts = longs(set, Fields.SPAN_START);
    long[] storedStarts = Relations.startsToStored(starts, parents, traceOffsets, traceStarts);
    writeRelative(Fields.SPAN_START, storedStarts, starts, spans);
    long[] durations = longs(set, Fields.SPAN_DURATION);
    long[] storedDurations = Arrays.copyOf(durations, spans);
    Relations.flipFirstDurations(storedDurations, traceOffsets, traceStarts, traceEnds);
    writeRelative(Fields.SPAN_DURATION, storedDurations, durations, spans);
    for (ColumnKey key : Fields.REQUIRED_SPAN_FIELDS) {
      if (!chunks.containsKey(key)) {
        writeChunk(key, required(set, key));
      }
    }
    writeChunk(Fields.SPAN_PARENT_ID, required(set, Fields.SPAN_PARENT_ID));
    writeCounts(BlockFormat.SPAN_EVENT_COUNT, group.eventOffsets());
    writeCounts(BlockFormat.SPAN_LINK_COUNT, group.linkOffsets());
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
    int start = out.size();
    ChunkWriter writer = writer(key);
    ZoneMap zone =
        switch (column) {
          case IntColumn ints -> writer.ints(ints.values(), ints.size(), out);
          case LongColumn longs -> writer.longs(longs.values(), longs.size(), out);
          case DoubleColumn doubles -> writer.doubles(doubles.values(), doubles.size(), out);
          case BoolColumn bools -> writer.booleans(bools.values(), bools.size(), out);
          case StringColumn strings -> writeStrings(writer, strings);
        };
    note(key, start, zone);
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
    int start = out.size();
    note(key, start, writer(key).ints(values, values.length, out));
  }

  private void writeLongs(ColumnKey key, long[] values, int count) {
    int start = out.size();
    note(key, start, writer(key).longs(values, count, out));
  }

  /** Writes {@code stored} under a zone map of what it stands for. */
  private void writeRelative(ColumnKey key, long[] stored, long[] meant, int count) {
    int start = out.size();
    writer(key).longs(stored, count, out);
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      min = Math.min(min, meant[i]);
      max = Math.max(max, meant[i]);
    }
    note(key, start, ZoneMap.ofLongs(count, min, max));
  }

  private ChunkWriter writer(ColumnKey key) {
    return writers.computeIfAbsent(key, unused -> new ChunkWriter(context));
  }

  private void note(ColumnKey key, int start, ZoneMap zone) {
    number(key);
    chunks.put(key, new ChunkEntry(key, chunks.size(), base + start, out.size() - start, zone));
  }

  private int number(ColumnKey key) {
    Integer known = columnNumbers.putIfAbsent(key, columnNumbers.size());
    return known == null ? columnNumbers.size() - 1 : known;
  }
}
