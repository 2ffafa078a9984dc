package io.tempo4j.benchmarks;

import io.tempo4j.block.BlockMeta;
import io.tempo4j.catalog.Catalog;
import io.tempo4j.catalog.CatalogBlock;
import io.tempo4j.catalog.CatalogChange;
import io.tempo4j.catalog.CatalogVersion;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ReadPolicy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

/** A catalog of many blocks: half a day of ten writers, one short range of trace ids in ten. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx512m")
@State(Scope.Benchmark)
public class CatalogBenchmark {

  private static final TenantId TENANT = new TenantId("many");
  private static final long START = 1_760_000_000_000_000_000L;
  private static final long SECOND = 1_000_000_000L;

  /** How many blocks there are. */
  @Param("100000")
  public int blocks;

  /** How long the store takes for each request. */
  @Param("0")
  public int latencyMillis;

  private final Random random = new Random(1);
  private ObjectStore store;
  private Catalog catalog;

  /** Stores the catalog: a checkpoint, and half of the entries that may lie behind it. */
  @Setup
  public void fill() throws IOException {
    store =
        new LatentObjectStore(
            new InMemoryObjectStore(), Duration.ofMillis(latencyMillis), 0, ReadPolicy.REMOTE);
    catalog = Catalog.open(store, TENANT);
    int single = 96 - 1;
    catalog.commit(CatalogChange.add(Stream.generate(this::next).limit(blocks - single).toList()));
    for (int i = 0; i < single; i++) {
      catalog.commit(CatalogChange.add(List.of(next())));
    }
  }

  private CatalogBlock next() {
    long start = START + random.nextInt(43_200) * SECOND;
    long high = random.nextLong();
    boolean isNarrow = random.nextInt(10) == 0;
    return new CatalogBlock(
        new BlockMeta(
            2,
            TENANT,
            new UUID(random.nextLong(), random.nextLong()),
            100_000,
            10_000,
            4,
            start,
            start + 120 * SECOND,
            3_000_000,
            100_000,
            50_000,
            0,
            Instant.ofEpochSecond(0, start)),
        new TraceId(isNarrow ? high & -(1L << 50) : 0, 0),
        new TraceId(isNarrow ? high | (1L << 50) - 1 : -1, -1));
  }

  /** Opens it. */
  @Benchmark
  public CatalogVersion open() throws IOException {
    return Catalog.open(store, TENANT).current();
  }

  /** Looks for news, of which there are none. */
  @Benchmark
  public CatalogVersion refresh() throws IOException {
    return catalog.refresh();
  }

  /** The blocks of a minute. */
  @Benchmark
  public List<CatalogBlock> overlapping() {
    long start = START + random.nextInt(43_200) * SECOND;
    return catalog.current().overlapping(start, start + 60 * SECOND);
  }

  /** The blocks that may hold a trace. */
  @Benchmark
  public List<CatalogBlock> mayHold() {
    return catalog.current().mayHold(new TraceId(random.nextLong(), 1));
  }
}
