package io.tempo4j.wal;

import io.tempo4j.engine.TraceStore;
import io.tempo4j.engine.TraceStoreOptions;
import io.tempo4j.storage.ForwardingObjectStore;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.wal.KillPoint.Place;
import io.tempo4j.wal.SpanBatches.Batch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that the crash storm kills. It sends requests to a store without end and says on its
 * standard output, one line each and at once:
 *
 * <ul>
 *   <li>{@code ready PLACE}: the store is open; this is where the child means to die
 *   <li>{@code ack THREAD NUMBER}: the store has acknowledged this request
 *   <li>{@code kill PLACE}: this is the place to die
 *   <li>{@code failed MESSAGE}: something went wrong that is no consequence of the kill
 * </ul>
 *
 * Arguments: folder, round, seed, threads.
 */
final class CrashChild {

  private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
  private final Path folder;
  private final int round;
  private final Random random;
  private final KillPoint killPoint;

  private CrashChild(Path folder, int round, long seed) {
    this.folder = folder;
    this.round = round;
    this.random = new Random(seed);
    Place place = Place.values()[random.nextInt(Place.values().length)];
    int countdown =
        switch (place) {
          case ANYWHERE, STARTING -> 0;
          case FRAME_HALF_WRITTEN, FRAME_WRITTEN -> random.nextInt(60);
          case SEGMENT_CREATED, SEGMENT_FORCED, BEFORE_SEGMENT_DELETED, SEGMENT_DELETED ->
              random.nextInt(4);
          case BEFORE_PUT, INSIDE_PUT, AFTER_PUT -> random.nextInt(12);
        };
    this.killPoint =
        new KillPoint(place, new AtomicInteger(countdown), reached -> say("kill " + reached));
  }

  public static void main(String[] args) {
    CrashChild child =
        new CrashChild(Path.of(args[0]), Integer.parseInt(args[1]), Long.parseLong(args[2]));
    try {
      child.run(Integer.parseInt(args[3]));
    } catch (Throwable e) {
      child.fail(e);
    }
  }

  static SegmentedWal openWal(SegmentFolder wal, Random random) throws IOException {
    List<FsyncPolicy> policies =
        List.of(
            FsyncPolicy.always(), FsyncPolicy.interval(Duration.ofMillis(5)), FsyncPolicy.never());
    return SegmentedWal.open(
        wal,
        WalOptions.builder()
            .fsyncPolicy(policies.get(random.nextInt(policies.size())))
            .segmentBytes(32 << 10)
            .bufferBytes(16 << 10)
            .build());
  }

  static TraceStoreOptions smallHeads() {
    return TraceStoreOptions.defaults()
        .withHead(48 << 10, 300, Duration.ofMillis(40))
        .withRowGroupSpans(100)
        .withFlushRetryDelay(Duration.ofMillis(10));
  }

  private void run(int threads) throws IOException {
    if (killPoint.isReached(Place.STARTING)) {
      say("kill " + Place.STARTING);
    }
    TraceStore store =
        TraceStore.builder()
            .blocks(new KillingStore(LocalObjectStore.open(folder.resolve("blocks"))))
            .wal(openWal(new KillingFolder(DiskSegmentFolder.open(folder.resolve("wal"))), random))
            .options(smallHeads())
            .open();
    say("ready " + killPoint.place());
    for (int thread = 0; thread < threads; thread++) {
      int number = thread;
      new Thread(() -> send(store, number)).start();
    }
    while (true) {
      LockSupport.parkNanos(Duration.ofMillis(5 + random.nextInt(60)).toNanos());
      try {
        store.flush();
      } catch (IOException e) {
        fail(e);
      }
    }
  }

  private void send(TraceStore store, int thread) {
    for (int number = 0; ; number++) {
      Batch batch = new Batch(round, thread, number);
      byte[] bytes = batch.toBytes();
      try {
        store.append(batch.tenant(), bytes, 0, bytes.length);
      } catch (IOException | RuntimeException | Error e) {
        fail(e);
        return;
      }
      say("ack " + thread + " " + number);
      // A few hundred requests in each round are enough, and leave the disk to the other threads.
      LockSupport.parkNanos(Duration.ofMillis(4).toNanos());
    }
  }

  private void say(String line) {
    synchronized (out) {
      out.print(line + "\n");
      out.flush();
    }
  }

  private void fail(Throwable e) {
    say("failed " + e);
    e.printStackTrace();
  }

  /** Log files with places to die at. */
  private final class KillingFolder extends ForwardingFolder {

    KillingFolder(SegmentFolder folder) {
      super(folder);
    }

    @Override
    public SegmentFile create(SegmentName name) throws IOException {
      SegmentFile file = super.create(name);
      killPoint.pass(Place.SEGMENT_CREATED);
      return file;
    }

    @Override
    void write(SegmentFile file, ByteBuffer source, long position) throws IOException {
      if (killPoint.isReached(Place.FRAME_HALF_WRITTEN)) {
        file.write(source.slice(source.position(), source.remaining() / 2), position);
        killPoint.stay();
      }
      file.write(source, position);
      killPoint.pass(Place.FRAME_WRITTEN);
    }

    @Override
    void force(SegmentFile file) throws IOException {
      file.force();
      killPoint.pass(Place.SEGMENT_FORCED);
    }

    @Override
    public void delete(SegmentName name) throws IOException {
      killPoint.pass(Place.BEFORE_SEGMENT_DELETED);
      super.delete(name);
      killPoint.pass(Place.SEGMENT_DELETED);
    }
  }

  /** An object store with places to die at. */
  private final class KillingStore extends ForwardingObjectStore {

    KillingStore(ObjectStore store) {
      super(store);
    }

    @Override
    public void put(String key, ObjectBody body) throws IOException {
      killPoint.pass(Place.BEFORE_PUT);
      if (killPoint.isReached(Place.INSIDE_PUT)) {
        say("kill " + Place.INSIDE_PUT);
        while (true) {
          store.put(key, body);
        }
      }
      store.put(key, body);
      killPoint.pass(Place.AFTER_PUT);
    }
  }
}
