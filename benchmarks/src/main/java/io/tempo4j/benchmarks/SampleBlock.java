package io.tempo4j.benchmarks;

import io.tempo4j.block.BlockCache;
import io.tempo4j.block.BlockMeta;
import io.tempo4j.block.BlockReader;
import io.tempo4j.block.BlockWriter;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.Fields;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.head.Head;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.storage.InMemoryObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workload as one block, with room to keep all its columns decoded.
 *
 * @param block the block
 * @param store what it is in
 * @param meta what describes it there
 * @param largestTrace the id of the trace with the most spans
 */
record SampleBlock(
    SpanSource block, InMemoryObjectStore store, BlockMeta meta, TraceId largestTrace) {

  static final TraceId UNKNOWN_TRACE = new TraceId(1, 1);

  private static final UUID ID = new UUID(1, 2);
  private static final int ROW_GROUP_SPANS = 16_384;

  static SampleBlock of(String file) throws IOException, MalformedOtlpException {
    Head head = new Head("benchmark", ROW_GROUP_SPANS);
    for (byte[] request : Workload.of(file).requests()) {
      head.append(request, 0, request.length);
    }
    InMemoryObjectStore store = new InMemoryObjectStore();
    BlockMeta meta =
        BlockWriter.write(store, TenantId.SINGLE, ID, head.viewForWriting(), Instant.EPOCH);
    SpanSource block = BlockReader.open(store, meta, new BlockCache(1L << 30));
    return new SampleBlock(block, store, meta, largestTrace(block));
  }

  /** The same block with none of its columns decoded, and room for all of them. */
  SpanSource opened() throws IOException {
    return BlockReader.open(store, meta, new BlockCache(1L << 30));
  }

  /** The ids of all traces, in no order that means anything. */
  List<TraceId> traces() throws IOException {
    List<TraceId> ids = new ArrayList<>();
    for (RowGroup group : block.rowGroups()) {
      ColumnSet traces = group.table(Table.TRACE);
      Column high = traces.read(Fields.TRACE_ID_HIGH);
      Column low = traces.read(Fields.TRACE_ID_LOW);
      for (int trace = 0; trace < group.traceCount(); trace++) {
        ids.add(new TraceId(value(high, trace), value(low, trace)));
      }
    }
    Collections.shuffle(ids, new Random(1));
    return ids;
  }

  private static TraceId largestTrace(SpanSource block) throws IOException {
    TraceId largest = UNKNOWN_TRACE;
    int most = 0;
    for (RowGroup group : block.rowGroups()) {
      int[] offsets = group.traceOffsets();
      for (int trace = 0; trace < group.traceCount(); trace++) {
        if (offsets[trace + 1] - offsets[trace] > most) {
          most = offsets[trace + 1] - offsets[trace];
          ColumnSet traces = group.table(Table.TRACE);
          largest =
              new TraceId(
                  value(traces.read(Fields.TRACE_ID_HIGH), trace),
                  value(traces.read(Fields.TRACE_ID_LOW), trace));
        }
      }
    }
    return largest;
  }

  private static long value(@Nullable Column column, int row) {
    if (!(column instanceof LongColumn longs)) {
      throw new IllegalStateException("trace ids are required");
    }
    return longs.values()[row];
  }
}
