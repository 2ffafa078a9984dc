package io.tempo4j.benchmarks;

import io.tempo4j.engine.TraceStore;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.query.tags.TagLimits;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ReadPolicy;
import io.tempo4j.traceql.AttributeScope;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The first query of a store that was just opened on some blocks, in an object store that takes so
 * many milliseconds to answer a request; and how many requests it sends.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 10)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@State(Scope.Benchmark)
public class ColdReadBenchmark {

  private static final long END = Long.MAX_VALUE;

  /** A file of requests, see {@link Workload}; empty for generated ones. */
  @Param("")
  public String file;

  /** How long the store takes for each request. */
  @Param({"5", "20", "100"})
  public int latencyMillis;

  /** How fast the bytes of an answer come; 0 for at once. */
  @Param("0")
  public int megabytesPerSecond;

  /** How many blocks there are. */
  @Param("10")
  public int blocks;

  /** The largest gap that is read over, where the store is read as one far away. */
  @Param("512")
  public int gapKib;

  /** The longest range that is joined, likewise. */
  @Param("4096")
  public int rangeKib;

  /** What is asked. */
  @Param({"TRACE", "NEEDLE", "ERRORS", "RATE"})
  public Query query;

  /** How the store is read: as one far away, or as if it were near. */
  @Param("REMOTE")
  public Policy policy;

  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private TraceId trace;
  private String needle;
  private LatentObjectStore far;
  private TraceStore store;

  /** What is asked. */
  public enum Query {
    /** One trace by its id. */
    TRACE,
    /** The traces with one value of an attribute that has many. */
    NEEDLE,
    /** All traces with an error, all of its spans. */
    ERRORS,
    /** The rate of spans by service. */
    RATE
  }

  /** How the store is read. */
  public enum Policy {
    /** Each chunk when it is needed. */
    DIRECT,
    /** Planned. */
    REMOTE
  }

  private ReadPolicy reads() {
    return switch (policy) {
      case DIRECT -> ReadPolicy.DIRECT;
      case REMOTE ->
          new ReadPolicy(
              gapKib << 10,
              rangeKib << 10,
              ReadPolicy.REMOTE.concurrency(),
              ReadPolicy.REMOTE.aheadBytes());
    };
  }

  /** The requests of a query. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Sent {
    /** So many. */
    public long requests;

    /** Kilobytes of ranges. */
    public long kilobytes;
  }

  /** Writes the blocks, and looks for a trace and a value to ask for. */
  @Setup
  public void write() throws IOException {
    List<byte[]> requests = Workload.of(file).requests();
    try (TraceStore writer =
        TraceStore.builder()
            .blocks(new LatentObjectStore(objects, Duration.ZERO, 0, ReadPolicy.DIRECT))
            .withoutWal()
            .open()) {
      for (int i = 0; i < requests.size(); i++) {
        writer.append(TenantId.SINGLE, requests.get(i), 0, requests.get(i).length);
        if ((i + 1) % Math.max(1, requests.size() / blocks) == 0) {
          writer.flush();
        }
      }
      TraceMatch some =
          writer
              .search(TenantId.SINGLE, new SearchRequest("{ status = error }", 0, END, 1, 1))
              .traces()
              .getFirst();
      trace = some.traceId();
      TagValuesRequest users =
          new TagValuesRequest(
              new FieldExpression.Attribute(AttributeScope.SPAN, "user.id", Position.NONE),
              "",
              0,
              END,
              TagLimits.NONE);
      needle =
          writer
              .tagValues(TenantId.SINGLE, users, QueryContext.unbounded())
              .values()
              .getFirst()
              .text();
    }
  }

  /** Opens a store that knows nothing but its blocks. */
  @Setup(Level.Invocation)
  public void open() throws IOException {
    far =
        new LatentObjectStore(
            objects, Duration.ofMillis(latencyMillis), megabytesPerSecond, reads());
    store = TraceStore.builder().blocks(far).withoutWal().open();
  }

  /** Closes it. */
  @TearDown(Level.Invocation)
  public void close() throws IOException {
    store.close();
  }

  /** The first query. */
  @Benchmark
  public Object first(Sent sent) throws IOException {
    long before = far.requests();
    long bytesBefore = far.bytes();
    Object answer =
        switch (query) {
          case TRACE -> store.findTrace(TenantId.SINGLE, trace);
          case NEEDLE -> search("{ span.user.id = \"" + needle + "\" }");
          case ERRORS -> search("{ status = error }");
          case RATE ->
              store.metrics(
                  TenantId.SINGLE,
                  MetricsRequest.instant(
                      "{ } | rate() by (resource.service.name)",
                      1_780_000_000_000_000_000L,
                      1_800_000_000_000_000_000L));
        };
    sent.requests = far.requests() - before;
    sent.kilobytes = (far.bytes() - bytesBefore) / 1000;
    return answer;
  }

  private Object search(String text) throws IOException {
    return store.search(TenantId.SINGLE, new SearchRequest(text, 0, END, 100_000, 100_000));
  }
}
