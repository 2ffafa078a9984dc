package io.tempo4j.benchmarks;

import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.search.SearchEngine;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchResult;
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

/** Searches one block whose columns are decoded and cached. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@State(Scope.Benchmark)
public class PredicateScanBenchmark {

  /** A file of requests, see {@link Workload}; empty for generated ones. */
  @Param("")
  public String file;

  /** What is searched for. */
  @Param({
    "{ status = error }",
    "{ span.user.id = \"nobody\" }",
    "{ span.http.response.status_code >= 500 }",
    "{ span.db.statement =~ \".*WHERE id = 77.*\" }",
    "{ .db.system = \"redis\" && duration > 20ms }",
    "{ }",
    "{ kind = server } >> { span.db.system = \"redis\" }",
    "{ kind = server } ~ { status = error }",
    "{ span.db.system = \"redis\" } | count() > 3",
    "{ status = error } | by(resource.service.name) | avg(duration) > 10ms"
  })
  public String query;

  private final SearchEngine engine = new SearchEngine();
  private SampleBlock sample;

  /** Writes the block. */
  @Setup
  public void write() throws IOException, MalformedOtlpException {
    sample = SampleBlock.of(file);
  }

  /** Every match with all its spans. */
  @Benchmark
  public SearchResult everything() throws IOException {
    return search(Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  /** The twenty newest matches, as a user interface asks for them. */
  @Benchmark
  public SearchResult newestTwenty() throws IOException {
    return search(20, 3);
  }

  private SearchResult search(int limit, int spansPerSpanset) throws IOException {
    SearchRequest request = new SearchRequest(query, 0, Long.MAX_VALUE, limit, spansPerSpanset);
    return engine.search(List.of(sample.block()), request, QueryContext.unbounded());
  }
}
