package io.tempo4j.benchmarks;

import io.tempo4j.column.SpanSource;
import io.tempo4j.model.TraceId;
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
 * Looks traces up in one block and writes them as OTLP: with its columns decoded and cached, and
 * with none of them.
 */
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
  private List<TraceId> traces;
  private int next;

  /** Writes the block. */
  @Setup
  public void write() throws IOException, MalformedOtlpException {
    sample = SampleBlock.of(file);
    traces = sample.traces();
    System.out.printf("%nlargest trace: %d spans%n", largest().spanCount());
  }

  /** The trace with the most spans. */
  @Benchmark
  public AssembledTrace largest() throws IOException {
    return assembler.assemble(
        List.of(sample.block()), sample.largestTrace(), QueryContext.unbounded());
  }

  /** The block as it is before its first column was decoded. */
  @State(Scope.Thread)
  public static class Cold {
    private SpanSource block;

    /** Opens it. */
    @Setup(Level.Invocation)
    public void open(TraceLookupBenchmark benchmark) throws IOException {
      block = benchmark.sample.opened();
    }
  }

  /** The trace with the most spans, the first that is asked for. */
  @Benchmark
  public AssembledTrace firstLargest(Cold cold) throws IOException {
    return assembler.assemble(List.of(cold.block), sample.largestTrace(), QueryContext.unbounded());
  }

  /** One trace after the other, each the first that is asked for. */
  @Benchmark
  public AssembledTrace first(Cold cold) throws IOException {
    return assembler.assemble(List.of(cold.block), someTrace(), QueryContext.unbounded());
  }

  /** One trace after the other. */
  @Benchmark
  public AssembledTrace any() throws IOException {
    return assembler.assemble(List.of(sample.block()), someTrace(), QueryContext.unbounded());
  }

  private TraceId someTrace() {
    next = (next + 1) % traces.size();
    return traces.get(next);
  }

  /** A trace that the block does not hold. */
  @Benchmark
  public AssembledTrace missing() throws IOException {
    return assembler.assemble(
        List.of(sample.block()), SampleBlock.UNKNOWN_TRACE, QueryContext.unbounded());
  }
}
