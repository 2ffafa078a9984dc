package io.tempo4j.benchmarks;

import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.metrics.MetricsEngine;
import io.tempo4j.query.metrics.MetricsPartial;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
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

/** Counts the spans of one block over time; its columns are decoded and cached. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@State(Scope.Benchmark)
public class MetricsBenchmark {

  private static final int STEPS = 60;

  /** A file of requests, see {@link Workload}; empty for generated ones. */
  @Param("")
  public String file;

  /** What is counted. */
  @Param({
    "{ } | rate()",
    "{ } | rate() by (resource.service.name)",
    "{ } | count_over_time() by (resource.service.name, status)",
    "{ } | histogram_over_time(duration)",
    "{ kind = server } | quantile_over_time(duration, .5, .9, .99) by (resource.service.name)",
    "{ } | count_over_time() by (span.user.id) | topk(5)",
    "{ } | compare({ status = error })"
  })
  public String query;

  private final MetricsEngine engine = new MetricsEngine();
  private SampleBlock sample;
  private MetricsRequest request;
  private MetricsPartial counted;

  /** Writes the block, and counts once for {@link #seriesOfCounts}. */
  @Setup
  public void write() throws IOException, MalformedOtlpException {
    sample = SampleBlock.of(file);
    long start = sample.block().minStartNanos() - 1;
    long end = sample.block().maxEndNanos();
    request = MetricsRequest.range(query, start, end, (end - start) / STEPS).withExemplars(100);
    counted = count();
  }

  /** From columns to counts. */
  @Benchmark
  public MetricsPartial count() throws IOException {
    return engine.evaluate(List.of(sample.block()), request, QueryContext.unbounded());
  }

  /** From counts to series. */
  @Benchmark
  public MetricsResult seriesOfCounts() {
    return engine.finish(request, counted);
  }
}
