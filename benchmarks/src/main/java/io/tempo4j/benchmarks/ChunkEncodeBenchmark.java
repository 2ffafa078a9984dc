package io.tempo4j.benchmarks;

import io.tempo4j.column.ByteSink;
import io.tempo4j.column.ChunkContext;
import io.tempo4j.column.ChunkWriter;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Encodes chunks of 32,768 values: nanoseconds a value, and bytes a value on the side. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@State(Scope.Thread)
public class ChunkEncodeBenchmark {

  static final int COUNT = 32_768;

  /** What the column holds. */
  @Param public ColumnSample column;

  private final ByteSink sink = new ByteSink(1 << 20);
  private ChunkContext context;
  private ChunkWriter writer;
  private ColumnSample.Values values;

  /** Makes the values and opens the writer. */
  @Setup(Level.Trial)
  public void open() {
    values = column.values(COUNT);
    context = new ChunkContext();
    writer = new ChunkWriter(context);
  }

  /** Says what a value took, and closes the writer. */
  @TearDown(Level.Trial)
  public void close() {
    System.out.printf("%s: %.3f bytes a value%n", column, (double) sink.size() / COUNT);
    context.close();
  }

  /** One chunk of a column whose encoding is known; every 16th chooses anew. */
  @Benchmark
  @OperationsPerInvocation(COUNT)
  public int encode() {
    sink.reset();
    values.encoder().write(writer, sink);
    return sink.size();
  }
}
