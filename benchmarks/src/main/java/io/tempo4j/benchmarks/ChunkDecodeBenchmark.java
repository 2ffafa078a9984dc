package io.tempo4j.benchmarks;

import io.tempo4j.column.ByteSink;
import io.tempo4j.column.ChunkContext;
import io.tempo4j.column.ChunkWriter;
import io.tempo4j.column.Column;
import io.tempo4j.column.ValuePicks;
import io.tempo4j.model.CorruptBlockException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Decodes chunks of 32,768 values, checksum included: nanoseconds a value. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@State(Scope.Thread)
public class ChunkDecodeBenchmark {

  private static final int EVERY = 32;

  /** What the column holds. */
  @Param public ColumnSample column;

  private final ByteSink sink = new ByteSink(1 << 20);
  private ColumnSample.Values values;
  private ValuePicks picks;

  /** Encodes the chunk. */
  @Setup(Level.Trial)
  public void encode() {
    values = column.values(ChunkEncodeBenchmark.COUNT);
    int[] wanted =
        IntStream.iterate(0, i -> i < ChunkEncodeBenchmark.COUNT, i -> i + EVERY).toArray();
    picks = new ValuePicks(wanted, wanted, wanted.length);
    try (ChunkContext context = new ChunkContext()) {
      values.encoder().write(new ChunkWriter(context), sink);
    }
  }

  /** One chunk. */
  @Benchmark
  @OperationsPerInvocation(ChunkEncodeBenchmark.COUNT)
  public Column decode() throws CorruptBlockException {
    return values.decoder().read(sink.array(), sink.size(), ChunkEncodeBenchmark.COUNT);
  }

  /** One value in {@link #EVERY}; nanoseconds by all values of the chunk. */
  @Benchmark
  @OperationsPerInvocation(ChunkEncodeBenchmark.COUNT)
  public Column pick() throws CorruptBlockException {
    return values.picker().read(sink.array(), sink.size(), ChunkEncodeBenchmark.COUNT, picks);
  }
}
