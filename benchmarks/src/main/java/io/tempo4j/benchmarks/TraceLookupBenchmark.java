package io.tempo4j.benchmarks;

import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.query.trace.TraceAssembler;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

/** Looks traces up in one block whose columns are decoded and cached, and writes them as OTLP. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@State(Scope.Benchmark)
public class TraceLookupBenchmark {

  /** A file of requests, see {@link Workload}; empty for generated ones. */
  @Param("")
  public String file;

  private final TraceAssembler assembler = new TraceAssembler(1 << 30);
  private SampleBlock sample;

  /** Writes the block. */
  @Setup
  public void write() throws IOException, MalformedOtlpException {
    sample = SampleBlock.of(file);
    System.out.printf("%nlargest trace: %d spans%n", largest().spanCount());
  }

  /** The trace with the most spans. */
  @Benchmark
  public AssembledTrace largest() throws IOException {
    return assembler.assemble(
        List.of(sample.block()), sample.largestTrace(), QueryContext.unbounded());
  }

  /** A trace that the block does not hold. */
  @Benchmark
  public AssembledTrace missing() throws IOException {
    return assembler.assemble(
        List.of(sample.block()), SampleBlock.UNKNOWN_TRACE, QueryContext.unbounded());
  }
}
