package io.tempo4j.benchmarks;

import io.tempo4j.head.Head;
import io.tempo4j.head.HeadFullException;
import io.tempo4j.otlp.MalformedOtlpException;
import java.io.IOException;
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

/** Decodes OTLP requests into the columns of a head: a whole workload per call. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 3)
@Measurement(iterations = 4, time = 3)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@State(Scope.Benchmark)
public class HeadDecodeBenchmark {

  /** A file of requests, see {@link Workload}; empty for generated ones. */
  @Param("")
  public String file;

  private Workload workload;

  /** Megabytes and spans per second. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Rate {
    /** OTLP megabytes. */
    public double megabytes;

    /** Spans. */
    public long spans;
  }

  /** Reads or makes the requests. */
  @Setup
  public void load() throws IOException {
    workload = Workload.of(file);
  }

  /** Every request of the workload into one head. */
  @Benchmark
  public Head decode(Rate rate) throws MalformedOtlpException, HeadFullException {
    Head head = new Head("benchmark", 16_384);
    for (byte[] request : workload.requests()) {
      head.append(request, 0, request.length);
    }
    rate.megabytes += workload.bytes() / 1e6;
    rate.spans += head.spanCount();
    return head;
  }
}
