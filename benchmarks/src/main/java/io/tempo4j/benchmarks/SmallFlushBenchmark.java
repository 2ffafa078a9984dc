package io.tempo4j.benchmarks;

import io.tempo4j.engine.TraceStore;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ReadPolicy;
import io.tempo4j.wal.SegmentedWal;
import io.tempo4j.wal.WalOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
 * Flushes a store in which each of many tenants has one request of one span, or a few: until all
 * blocks are in the object store. {@code -p folder=...} chooses the disk.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@State(Scope.Benchmark)
public class SmallFlushBenchmark {

  /** How many tenants there are. */
  @Param("10000")
  public int tenants;

  /** Where blocks go. */
  @Param({"FOLDER", "FAR", "MEMORY"})
  public Place place;

  /** How long a store that is far away takes for each request. */
  @Param("20")
  public int latencyMillis;

  /** Where log and blocks are; empty for a temporary folder. */
  @Param("")
  public String folder;

  private Path root;
  private TraceStore store;

  /** Where blocks go. */
  public enum Place {
    /** A folder. */
    FOLDER,
    /** A store behind a network, by way of files beside the log. */
    FAR,
    /** Memory, without a log: what the processor does. */
    MEMORY
  }

  /** What the flush took of the processors. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Used {
    /** Seconds of all threads. */
    public double cpuSeconds;
  }

  /** Opens a store and sends the spans. */
  @Setup(Level.Invocation)
  public void send() throws IOException {
    root =
        folder.isEmpty()
            ? Files.createTempDirectory("small-flush")
            : Files.createTempDirectory(Path.of(folder), "small-flush");
    ObjectStore blocks =
        switch (place) {
          case FOLDER -> LocalObjectStore.open(root.resolve("blocks"));
          case FAR ->
              new LatentObjectStore(
                  new InMemoryObjectStore(),
                  Duration.ofMillis(latencyMillis),
                  0,
                  ReadPolicy.REMOTE);
          case MEMORY -> new InMemoryObjectStore();
        };
    var builder = TraceStore.builder().blocks(blocks).memory(MemoryPlan.of(2L << 30, 64L << 20));
    store =
        (place == Place.MEMORY
                ? builder.withoutWal()
                : builder.wal(SegmentedWal.open(root.resolve("wal"), WalOptions.defaults())))
            .open();
    List<byte[]> requests = Workload.ofOneSpan(tenants);
    for (int tenant = 0; tenant < tenants; tenant++) {
      byte[] request = requests.get(tenant);
      store.append(new TenantId("tenant-" + tenant), request, 0, request.length);
    }
  }

  /** Closes the store and removes its folder. */
  @TearDown(Level.Invocation)
  public void close() throws IOException {
    store.close();
    List<Path> all;
    try (Stream<Path> files = Files.walk(root)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }

  /** Until everything is in the object store. */
  @Benchmark
  public void flush(Used used) throws IOException {
    long before = cpuNanos();
    store.flush();
    used.cpuSeconds = (cpuNanos() - before) / 1e9;
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
