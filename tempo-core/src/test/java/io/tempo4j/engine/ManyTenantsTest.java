package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.testkit.Spans;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tenants cost what they hold, and share the room for heads. */
class ManyTenantsTest {

  private static final TraceId TRACE = new TraceId(7, 7);
  private static final byte[] REQUEST = Spans.request(Spans.span(TRACE, 1, 0)).toByteArray();

  private static TraceStore open(MemoryPlan memory, Duration maxAge) throws IOException {
    return TraceStore.builder()
        .blocks(new InMemoryObjectStore())
        .withoutWal()
        .memory(memory)
        .options(LocalLife.options().withHead(1 << 30, 1 << 20, maxAge))
        .open();
  }

  private static TenantId tenant(int number) {
    return new TenantId("tenant-" + number);
  }

  private static void send(TraceStore store, TenantId tenant) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> {
          try {
            store.append(tenant, REQUEST, 0, REQUEST.length);
            return true;
          } catch (OverloadedException e) {
            assertThat(e.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
            return false;
          }
        });
  }

  @Test
  void moreTenantsThanThereIsRoomForHeadsAreAllTaken() throws Exception {
    MemoryPlan memory = LocalLife.memory(4);
    int tenants = (int) (2 * memory.heads().limitBytes() / 6_000);
    try (TraceStore store = open(memory, Duration.ofHours(1))) {
      for (int number = 0; number < tenants; number++) {
        send(store, tenant(number));
        assertThat(memory.heads().heldBytes()).isLessThanOrEqualTo(memory.heads().limitBytes());
      }
      assertThat(store.tenants()).hasSize(tenants);
      assertThat(store.stats().flushedBlocks()).as("of heads that made room").isPositive();
      for (int number = 0; number < tenants; number++) {
        assertThat(store.findTrace(tenant(number), TRACE).spanCount()).isEqualTo(1);
      }
      // Who came late is still in memory: not every head was cut.
      assertThat(store.stats().heads()).isPositive();
    }
  }

  @Test
  void aTenantWhoLeftNothingIsForgottenWithItsMemory() throws Exception {
    MemoryPlan memory = LocalLife.memory(8);
    byte[] broken = {1, 2, 3};
    try (TraceStore store = open(memory, Duration.ofMillis(10))) {
      for (int number = 0; number < 50; number++) {
        TenantId tenant = tenant(number);
        assertThatThrownBy(() -> store.append(tenant, broken, 0, broken.length))
            .isInstanceOf(MalformedOtlpException.class);
      }
      send(store, tenant(0));
      await().atMost(Duration.ofSeconds(60)).until(() -> store.tenants().size() == 1);
      await().atMost(Duration.ofSeconds(60)).until(() -> memory.heads().heldBytes() == 0);
      assertThat(store.findTrace(tenant(0), TRACE).spanCount()).isEqualTo(1);
      send(store, tenant(1));
      assertThat(store.findTrace(tenant(1), TRACE).spanCount()).isEqualTo(1);
    }
  }

  @Test
  void aRequestThatNoHeadCanHoldIsRefusedWholeAndOthersAreTaken() throws Exception {
    MemoryPlan memory = LocalLife.memory(4);
    byte[] huge = LocalLife.request(1, (int) (2 * memory.heads().limitBytes()));
    try (TraceStore store = open(memory, Duration.ofHours(1))) {
      send(store, TenantId.SINGLE);
      assertThatThrownBy(() -> store.append(TenantId.SINGLE, huge, 0, huge.length))
          .isInstanceOf(OverloadedException.class)
          .hasMessageContaining("recent spans")
          .hasMessageContaining("TEMPO_HEAP");
      assertThat(store.stats().refusedRequests()).isEqualTo(1);
      send(store, TenantId.SINGLE);
      store.flush();
      assertThat(store.findTrace(TenantId.SINGLE, TRACE).spanCount()).isEqualTo(1);
      assertThat(store.stats().receivedSpans()).isEqualTo(2);
    }
  }
}
