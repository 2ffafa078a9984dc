package io.tempo4j.benchmarks;

import io.tempo4j.block.BlockCache;
import io.tempo4j.block.BlockMeta;
import io.tempo4j.block.BlockReader;
import io.tempo4j.block.BlockWriter;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.Table;
import io.tempo4j.head.Head;
import io.tempo4j.model.TenantId;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.storage.InMemoryObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Sorts and encodes the block of a full head, and decodes every column of it. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 3)
@Measurement(iterations = 4, time = 3)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@State(Scope.Benchmark)
public class BlockBenchmark {

  /** A file of requests, see {@link Workload}; empty for generated ones. */
  @Param("")
  public String file;

  private static final UUID ID = new UUID(1, 2);

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private Head head;
  private BlockMeta meta;

  /** Spans per second, and bytes per span of the block. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Rate {
    /** Spans. */
    public long spans;
  }

  /** Fills the head and writes its block once. */
  @Setup
  public void fill() throws IOException, MalformedOtlpException {
    head = new Head("benchmark", 16_384);
    for (byte[] request : Workload.of(file).requests()) {
      head.append(request, 0, request.length);
    }
    meta = encode();
    System.out.printf("%n%.2f bytes per span%n", (double) meta.totalBytes() / meta.spans());
  }

  private BlockMeta encode() throws IOException {
    return BlockWriter.write(store, TenantId.SINGLE, ID, head.viewForWriting(), Instant.EPOCH);
  }

  /** Sorting, encoding, filters, storing in memory. */
  @Benchmark
  public BlockMeta encode(Rate rate) throws IOException {
    rate.spans += head.spanCount();
    return encode();
  }

  /** Opening, checking and decoding all columns of all row groups, nothing cached. */
  @Benchmark
  public void decode(Rate rate, Blackhole blackhole) throws IOException {
    BlockReader block = BlockReader.open(store, meta, new BlockCache(0));
    for (RowGroup group : block.rowGroups()) {
      RowGroup whole = group.readAtOnce();
      for (Table table : new Table[] {Table.TRACE, Table.SPAN, Table.EVENT, Table.LINK}) {
        ColumnSet columns = whole.table(table);
        for (ColumnKey key : columns.keys()) {
          Column column = columns.read(key);
          blackhole.consume(column);
        }
      }
    }
    rate.spans += meta.spans();
  }
}
