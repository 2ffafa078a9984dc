package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.storage.FaultyObjectStore;
import io.tempo4j.storage.ForwardingObjectStore;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.testkit.Spans;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What becomes of a head when an attempt to flush it fails at an odd moment. */
class FlusherTest {

  private static final TenantId TENANT = TenantId.SINGLE;
  private static final TraceId TRACE = new TraceId(7, 7);

  private static final TraceStoreOptions OPTIONS =
      TraceStoreOptions.defaults().withFlushRetryDelay(Duration.ofMillis(1));

  private static void append(TraceStore store) throws IOException {
    store.append(TENANT, Spans.request(Spans.span(TRACE, 1, 0)));
  }

  private static void awaitFlush(TraceStore store) {
    await().atMost(Duration.ofSeconds(30)).until(() -> store.stats().heads() == 0);
  }

  @Test
  void anAttemptThatNoThreadTakesIsRepeatedAndBlocksNoOther() throws Exception {
    AtomicBoolean noThreads = new AtomicBoolean();
    try (TraceStore store =
        TraceStore.builder()
            .blocks(new InMemoryObjectStore())
            .withoutWal()
            .options(OPTIONS)
            .threads(task -> noThreads.get() ? null : new Thread(task, "store"))
            .open()) {
      append(store);
      noThreads.set(true);
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(store::flush)
            .isInstanceOf(IOException.class)
            .hasMessageContaining("a block could not be written");
      }
      noThreads.set(false);
      awaitFlush(store);
      assertThat(store.findTrace(TENANT, TRACE).spanCount()).isEqualTo(1);
    }
  }

  @Test
  void aBlockThatCannotBeReadBackAtOnceIsNotWrittenAgain() throws Exception {
    AtomicInteger puts = new AtomicInteger();
    AtomicInteger failures = new AtomicInteger(3);
    ObjectStore moody =
        new ForwardingObjectStore(new InMemoryObjectStore()) {
          @Override
          public void put(String key, ObjectBody body) throws IOException {
            puts.incrementAndGet();
            super.put(key, body);
          }

          @Override
          public void read(String key, long offset, byte[] target, int targetOffset, int length)
              throws IOException {
            if (failures.getAndDecrement() > 0) {
              throw new IOException("connection reset");
            }
            super.read(key, offset, target, targetOffset, length);
          }
        };
    try (TraceStore store =
        TraceStore.builder().blocks(moody).withoutWal().options(OPTIONS).open()) {
      append(store);
      assertThatThrownBy(store::flush).hasMessageContaining("connection reset");
      int putsOfABlock = puts.get();
      awaitFlush(store);
      assertThat(puts).hasValue(putsOfABlock);
      assertThat(store.stats().failedFlushes()).isEqualTo(3);
      assertThat(store.stats().flushedBlocks()).isEqualTo(1);
      assertThat(store.findTrace(TENANT, TRACE).spanCount()).isEqualTo(1);
    }
  }

  @Test
  void aBlockThatReadsBackAsDamagedIsWrittenAgain() throws Exception {
    AtomicBoolean damages = new AtomicBoolean(true);
    ObjectStore lying =
        new ForwardingObjectStore(new InMemoryObjectStore()) {
          @Override
          public void put(String key, ObjectBody body) throws IOException {
            byte[] bytes = body.toByteArray();
            if (key.endsWith("/index") && damages.getAndSet(false)) {
              bytes[bytes.length / 2] ^= 1;
            }
            super.put(key, ObjectBody.of(bytes));
          }
        };
    try (TraceStore store =
        TraceStore.builder().blocks(lying).withoutWal().options(OPTIONS).open()) {
      append(store);
      assertThatThrownBy(store::flush).hasMessageContaining("corrupt block object");
      awaitFlush(store);
      assertThat(store.findTrace(TENANT, TRACE).spanCount()).isEqualTo(1);
    }
  }

  @Test
  void theRefusalOfOneTenantLeavesTheHeadsOfOthersAlone() throws Exception {
    TenantId loud = new TenantId("loud");
    FaultyObjectStore blocks =
        new FaultyObjectStore(
            new InMemoryObjectStore(), new FaultyObjectStore.Faults(1, 0, 0, 0, 0, 0, 0, 0), 3);
    try (TraceStore store =
        TraceStore.builder()
            .blocks(blocks)
            .withoutWal()
            .options(OPTIONS)
            .memory(MemoryPlan.of(8 << 20, 1 << 20))
            .open()) {
      append(store);
      int refusals = 0;
      for (int sent = 1; sent < 1000 && refusals < 3; sent++) {
        String large = sent + "x".repeat(20_000);
        try {
          store.append(
              loud,
              Spans.request(Spans.span(TRACE, sent, 0).addAttributes(Spans.text("large", large))));
        } catch (OverloadedException e) {
          refusals++;
        }
      }
      assertThat(refusals).isEqualTo(3);
      blocks.faults(FaultyObjectStore.Faults.NONE);
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions() // an attempt from before may just be failing
          .until(() -> {
            store.flush(loud);
            return true;
          });
      assertThat(blocks.list(ListRequest.children("")).commonPrefixes()).containsExactly("loud/");
      append(store);
    }
  }
}
