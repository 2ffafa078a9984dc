package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.block.BlockWriter;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.storage.DistantObjectStore;
import io.tempo4j.storage.ForwardingObjectStore;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ReadPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small heads of many tenants become blocks side by side, within the memory for writing. */
class SmallBlocksTest {

  private static final MemoryPlan MEMORY = MemoryPlan.of(320 << 20, 64 << 20);

  /** Something that happens in a put. */
  private interface Step {
    void run(String key) throws Exception;
  }

  private static ObjectStore stepping(Step step) {
    return new ForwardingObjectStore(new InMemoryObjectStore()) {
      @Override
      public void put(String key, ObjectBody body) throws IOException {
        try {
          step.run(key);
        } catch (IOException e) {
          throw e;
        } catch (Exception e) {
          throw new IOException(e);
        }
        super.put(key, body);
      }
    };
  }

  private static TraceStore open(ObjectStore blocks) throws IOException {
    return TraceStore.builder()
        .blocks(blocks)
        .withoutWal()
        .memory(MEMORY)
        .options(LocalLife.options())
        .open();
  }

  private static TenantId tenant(int number) {
    return new TenantId("tenant-" + number);
  }

  private static void send(TraceStore store, TenantId tenant, int valueBytes) throws IOException {
    byte[] request = LocalLife.request(7, valueBytes);
    store.append(tenant, request, 0, request.length);
  }

  private static void sendAll(TraceStore store, int tenants) throws IOException {
    for (int number = 0; number < tenants; number++) {
      send(store, tenant(number), 10);
    }
  }

  private static void check(TraceStore store, int tenants) throws IOException {
    for (int number = 0; number < tenants; number++) {
      assertThat(store.findTrace(tenant(number), new TraceId(1, 1)).spanCount()).isEqualTo(1);
    }
  }

  @Test
  void blocksOfSmallHeadsAreWrittenSideBySideWithinTheirShare() throws Exception {
    int together = Flusher.smallAtOnce(MEMORY.flush());
    assertThat(together).isGreaterThan(4);
    AtomicLong held = new AtomicLong();
    CyclicBarrier all = new CyclicBarrier(together, () -> held.set(MEMORY.flush().heldBytes()));
    ObjectStore blocks =
        stepping(key -> {
          if (key.endsWith("/meta.json")) {
            all.await(20, TimeUnit.SECONDS);
          }
        });
    try (TraceStore store = open(blocks)) {
      sendAll(store, 2 * together);
      store.flush();
      assertThat(store.stats().failedFlushes()).isZero();
      assertThat(store.stats().flushedBlocks()).isEqualTo(2L * together);
      check(store, 2 * together);
    }
    assertThat(held).hasValue((long) together * BlockWriter.SMALL_HEAP_BYTES);
    assertThat(held.get()).isLessThanOrEqualTo(MEMORY.flush().limitBytes() / 2);
    assertThat(MEMORY.flush().heldBytes()).isZero();
  }

  @Test
  void aHeapTooSmallForSeveralWritesOneSmallBlockBesideALargeOne() {
    assertThat(Flusher.smallAtOnce(MemoryPlan.of(8 << 20, 1 << 20).flush())).isEqualTo(1);
    assertThat(Flusher.smallAtOnce(MemoryPlan.of(64L << 30, 1 << 20).flush())).isEqualTo(16);
  }

  @Test
  void largeBlocksAreWrittenOneAfterTheOtherAndSmallOnesDoNotWaitForThem() throws Exception {
    CountDownLatch small = new CountDownLatch(1);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicLong held = new AtomicLong();
    ObjectStore blocks =
        stepping(key -> {
          if (!key.startsWith("large")) {
            if (key.endsWith("/meta.json")) {
              small.countDown();
            }
            return;
          }
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          held.accumulateAndGet(MEMORY.flush().heldBytes(), Math::max);
          if (!small.await(20, TimeUnit.SECONDS)) {
            throw new IOException("the small block waits");
          }
          inside.decrementAndGet();
        });
    try (TraceStore store = open(blocks)) {
      for (int number = 0; number < 3; number++) {
        send(store, new TenantId("large-" + number), 1_000_000);
      }
      send(store, tenant(0), 10);
      store.flush();
      assertThat(store.stats().failedFlushes()).isZero();
      assertThat(store.stats().flushedBlocks()).isEqualTo(4);
      check(store, 1);
    }
    assertThat(most).hasValue(1);
    assertThat(held.get()).isGreaterThanOrEqualTo(BlockWriter.HEAP_BYTES);
    assertThat(MEMORY.flush().heldBytes()).isZero();
  }

  @Test
  void aStoreFarAwayIsSentTheObjectsOfSeveralBlocksAtOnceAndEachOnce(@TempDir Path folder)
      throws Exception {
    int tenants = 12;
    CyclicBarrier dataAndIndex = new CyclicBarrier(2);
    AtomicInteger metas = new AtomicInteger(); // the first shows that the store is back
    CyclicBarrier allBlocks = new CyclicBarrier(tenants - 1);
    Map<String, Integer> puts = new ConcurrentHashMap<>();
    ObjectStore stepping =
        stepping(key -> {
          puts.merge(key, 1, Integer::sum);
          // In pairs, of whatever block: nobody would come if objects were sent one by one.
          if (key.endsWith("/data") || key.endsWith("/index")) {
            dataAndIndex.await(20, TimeUnit.SECONDS);
          } else if (key.endsWith("/meta.json") && metas.incrementAndGet() > 1) {
            allBlocks.await(20, TimeUnit.SECONDS);
          }
        });
    DistantObjectStore far = new DistantObjectStore(stepping, ReadPolicy.REMOTE);
    AwayStore leaving = new AwayStore(far);
    WriteAheadLog log =
        new ForwardingLog(InMemoryWriteAheadLog.open(new InMemoryWriteAheadLog.Medium())) {
          @Override
          public Optional<Path> folder() {
            return Optional.of(folder);
          }
        };
    try (TraceStore store =
        TraceStore.builder()
            .blocks(leaving)
            .wal(log)
            .memory(MEMORY)
            .options(LocalLife.options())
            .open()) {
      sendAll(store, tenants);
      leaving.leave();
      assertThatThrownBy(store::flush).hasMessageContaining("kept in local files");
      far.takeRequests();
      leaving.comeBack();
      store.flush();
      assertThat(puts.values()).containsOnly(1);
      assertThat(puts.keySet().stream().filter(key -> key.endsWith("/meta.json"))).hasSize(tenants);
      assertThat(far.takeRequests()).as("to read each block back").hasSize(tenants);
      check(store, tenants);
    }
  }
}
