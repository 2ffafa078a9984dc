package io.tempo4j.benchmarks;

import io.tempo4j.engine.HeadId;
import io.tempo4j.model.TenantId;
import io.tempo4j.wal.FsyncPolicy;
import io.tempo4j.wal.SegmentedWal;
import io.tempo4j.wal.WalOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
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
 * Appends to the log on disk, per second and in megabytes per second. Each thread releases its head
 * every 32 MB, as flushing does, so that the disk does not fill. {@code -t 4} shows how appends
 * share writes and fsyncs; {@code -p folder=...} chooses the disk, {@code -p file=... -p
 * payloadBytes=0} appends the requests of a file.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 3)
@Fork(1)
public class WalAppendBenchmark {

  private static final long HEAD_BYTES = 32L << 20;

  /** One log for all threads. */
  @State(Scope.Benchmark)
  public static class Log {

    /** Where the log is made; empty for a temporary folder. */
    @Param("")
    public String folder;

    /** When frames are forced to disk. */
    @Param({"never", "interval", "always"})
    public String policy;

    /** Size of a frame's payload: a request of one span; 0 for the requests of the workload. */
    @Param({"600", "0"})
    public int payloadBytes;

    /** A file of requests, see {@link Workload}; empty for generated ones. */
    @Param("")
    public String file;

    private List<byte[]> payloads = List.of();

    private Path path;
    private SegmentedWal wal;

    /** Opens the log. */
    @Setup(Level.Trial)
    public void open() throws IOException {
      payloads = payloadBytes == 0 ? Workload.of(file).requests() : List.of(random(payloadBytes));
      path =
          folder.isEmpty()
              ? Files.createTempDirectory("wal-append")
              : Files.createTempDirectory(Path.of(folder), "wal-append");
      FsyncPolicy fsync =
          switch (policy) {
            case "never" -> FsyncPolicy.never();
            case "interval" -> FsyncPolicy.interval();
            case "always" -> FsyncPolicy.always();
            default -> throw new IllegalArgumentException("unknown policy " + policy);
          };
      wal = SegmentedWal.open(path, WalOptions.builder().fsyncPolicy(fsync).build());
      wal.replay((head, buffer, offset, length) -> {});
    }

    private static byte[] random(int bytes) {
      byte[] payload = new byte[bytes];
      new Random(7).nextBytes(payload);
      return payload;
    }

    /** Closes the log and removes its folder. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
      wal.close();
      List<Path> all;
      try (Stream<Path> files = Files.walk(path)) {
        all = files.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path file : all) {
        Files.delete(file);
      }
    }
  }

  /** The head that a thread fills. */
  @State(Scope.Thread)
  public static class Filler {

    private int next;
    private HeadId head = newHead();
    private long headBytes;

    private static HeadId newHead() {
      return new HeadId(TenantId.SINGLE, UUID.randomUUID());
    }
  }

  /** Payload bytes, in millions. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Volume {

    /** Millions of payload bytes per second. */
    public double megabytes;

    /** Starts an iteration. */
    @Setup(Level.Iteration)
    public void reset() {
      megabytes = 0;
    }
  }

  /** Appends one frame. */
  @Benchmark
  public void append(Log log, Filler filler, Volume volume) throws IOException {
    byte[] payload = log.payloads.get(Math.floorMod(filler.next++, log.payloads.size()));
    log.wal.append(filler.head, payload, 0, payload.length);
    volume.megabytes += payload.length / 1e6;
    filler.headBytes += payload.length;
    if (filler.headBytes >= HEAD_BYTES) {
      log.wal.release(filler.head);
      filler.head = Filler.newHead();
      filler.headBytes = 0;
    }
  }
}
