package io.tempo4j.benchmarks;

import io.tempo4j.column.ByteSink;
import io.tempo4j.column.Column;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.ColumnValue;
import io.tempo4j.column.FilterDirectory;
import io.tempo4j.column.FilterShard;
import io.tempo4j.column.FilterWriter;
import io.tempo4j.column.Hash64;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.StringColumn;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TraceId;
import io.tempo4j.otlp.MalformedOtlpException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Builds the filter over the text attributes of a workload's spans, and asks it, and the block that
 * holds the workload, for what is not there.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@State(Scope.Thread)
public class FilterProbeBenchmark {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final ColumnKey USER =
      ColumnKey.attribute(Table.SPAN, "user.id", ValueType.STRING);

  /** A file of requests, see {@link Workload}; empty for generated ones. */
  @Param("")
  public String file;

  private SpanSource block;
  private int rowGroups;
  private long[] hashes = new long[1024];
  private int[] rowGroupOf = new int[1024];
  private int count;
  private byte[] bytes;
  private int length;
  private FilterShard shard;
  private long next;

  /** Keys of the filter that is built. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Keys {
    /** The score is the time for each. */
    public long keys;

    /** Starts an iteration. */
    @Setup(Level.Iteration)
    public void reset() {
      keys = 0;
    }
  }

  /** Writes the block, collects its values, and reads the first shard of their filter. */
  @Setup(Level.Trial)
  public void open() throws IOException, MalformedOtlpException {
    block = SampleBlock.of(file).block();
    rowGroups = block.rowGroups().size();
    for (int i = 0; i < rowGroups; i++) {
      collect(block.rowGroups().get(i), i);
    }
    ByteSink shards = new ByteSink();
    ByteSink directoryBytes = new ByteSink();
    write(shards, directoryBytes);
    FilterDirectory directory =
        FilterDirectory.read(directoryBytes.array(), 0, directoryBytes.size(), "filter", 0);
    bytes = shards.toByteArray();
    length = directory.length(0);
    shard = FilterShard.read(bytes, 0, length, "filter", 0);
    System.out.printf(
        "%n%d values in %d row groups, %.2f bits each, first shard %d bytes%n",
        count, rowGroups, 8.0 * bytes.length / count, length);
  }

  private void collect(RowGroup group, int rowGroup) throws IOException {
    ColumnSet spans = group.table(Table.SPAN);
    for (ColumnKey key : spans.keys()) {
      Column column = spans.read(key);
      if (key.isAttribute()
          && key.type() == ValueType.STRING
          && column instanceof StringColumn texts) {
        long seed = Hash64.ofColumn(key);
        for (int code = 0; code < texts.dictionary().size(); code++) {
          add(
              Hash64.ofBytes(
                  texts.dictionary().bytes(code),
                  texts.dictionary().offset(code),
                  texts.dictionary().length(code),
                  seed),
              rowGroup);
        }
      }
    }
  }

  private void add(long hash, int rowGroup) {
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * count);
      rowGroupOf = Arrays.copyOf(rowGroupOf, 2 * count);
    }
    hashes[count] = hash;
    rowGroupOf[count++] = rowGroup;
  }

  private void write(ByteSink shards, ByteSink directory) {
    FilterWriter writer = new FilterWriter();
    for (int i = 0; i < count; i++) {
      writer.add(hashes[i], rowGroupOf[i]);
    }
    writer.finish(shards, directory);
  }

  /** The whole filter; {@code keys} is the time for each value in a row group. */
  @Benchmark
  public int build(Keys keys) {
    ByteSink shards = new ByteSink();
    write(shards, new ByteSink());
    keys.keys += count;
    return shards.size();
  }

  /** Asking a decoded shard for one key that is not there. */
  @Benchmark
  public boolean probeKey() {
    return shard.mayContain(Hash64.ofLong(next++, 1));
  }

  /** Asking a decoded shard for the row groups of a value that is not there. */
  @Benchmark
  public BitSet probeRowGroups() {
    return shard.probe(Hash64.ofLong(next++, 1), rowGroups);
  }

  /** Asking the block for the row groups of a value that is not there, shards cached. */
  @Benchmark
  public BitSet probeValue() throws IOException {
    byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(next++).array();
    return block.mayContain(ColumnValue.ofText(USER, value));
  }

  /** Asking the block for a trace that is not there, shards cached. */
  @Benchmark
  public int probeTrace() throws IOException {
    next++;
    return block.findTrace(new TraceId(next * GOLDEN, next));
  }

  /** Reading a shard, which is mostly verifying its checksum. */
  @Benchmark
  public FilterShard read() throws CorruptBlockException {
    return FilterShard.read(bytes, 0, length, "filter", 0);
  }
}
