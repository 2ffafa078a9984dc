package io.tempo4j.benchmarks;

import io.tempo4j.column.ByteSink;
import io.tempo4j.column.FilterDirectory;
import io.tempo4j.column.FilterShard;
import io.tempo4j.column.FilterWriter;
import io.tempo4j.column.Hash64;
import io.tempo4j.model.CorruptBlockException;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Builds filters of 200,000 keys and probes one shard of them: nanoseconds a key or probe. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@State(Scope.Thread)
public class FilterProbeBenchmark {

  private static final int KEYS = 200_000;
  private static final int ROW_GROUPS = 17;

  private byte[] bytes;
  private int length;
  private FilterShard shard;
  private long next;

  /** Builds a filter of values in row groups and reads its first shard. */
  @Setup(Level.Trial)
  public void open() throws CorruptBlockException {
    FilterWriter writer = new FilterWriter();
    for (int i = 0; i < KEYS; i++) {
      writer.add(Hash64.ofLong(i, 0), i % ROW_GROUPS);
    }
    ByteSink shards = new ByteSink();
    ByteSink directoryBytes = new ByteSink();
    writer.finish(shards, directoryBytes);
    FilterDirectory directory =
        FilterDirectory.read(directoryBytes.array(), 0, directoryBytes.size(), "filter", 0);
    bytes = shards.toByteArray();
    length = directory.length(0);
    shard = FilterShard.read(bytes, 0, length, "filter", 0);
  }

  /** Building, for each key. */
  @Benchmark
  @OperationsPerInvocation(KEYS)
  public int build() {
    FilterWriter writer = new FilterWriter();
    for (int i = 0; i < KEYS; i++) {
      writer.add(Hash64.ofLong(i, next), i % ROW_GROUPS);
    }
    next++;
    ByteSink shards = new ByteSink();
    writer.finish(shards, new ByteSink());
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
    return shard.probe(Hash64.ofLong(next++, 1), ROW_GROUPS);
  }

  /** Reading a shard, which is mostly verifying its checksum. */
  @Benchmark
  public FilterShard read() throws CorruptBlockException {
    return FilterShard.read(bytes, 0, length, "filter", 0);
  }
}
