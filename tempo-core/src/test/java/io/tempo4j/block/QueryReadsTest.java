package io.tempo4j.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.column.Fields;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.column.WantedColumns;
import io.tempo4j.head.Head;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.DistantObjectStore;
import io.tempo4j.storage.ForwardingObjectStore;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.NoSuchObjectException;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ParallelReads;
import io.tempo4j.storage.ReadPolicy;
import io.tempo4j.testkit.Shop;
import java.io.IOException;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class QueryReadsTest {

  private static final TenantId TENANT = new TenantId("shop");
  private static final ReadPolicy POLICY = new ReadPolicy(1 << 10, 64 << 10, 4, 256 << 10);
  private static final WantedColumns STATUS = WantedColumns.of(Set.of(Fields.SPAN_STATUS));

  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final DistantObjectStore store = new DistantObjectStore(objects, POLICY);
  private final ParallelReads threads = new ParallelReads(4);
  private final ByteBudget budget = ByteBudget.of("queries", 8 << 20);
  private final ReadPlanner planner = new ReadPlanner(threads, POLICY, budget);
  private BlockMeta meta;

  @BeforeEach
  void writeBlock() throws Exception {
    Head head = new Head("head", 1_000);
    byte[] request = Shop.request(0, 500).toByteArray();
    head.append(request, 0, request.length);
    meta = BlockWriter.write(objects, TENANT, new UUID(1, 2), head.view(), Instant.EPOCH);
  }

  @AfterEach
  void close() {
    threads.close();
  }

  private BlockReader open() throws IOException {
    BlockReader block = BlockReader.open(store, meta, new BlockCache(0));
    store.takeRequests();
    return block;
  }

  /** Reads under way when a query ends count until they have ended, too. */
  private void awaitNothingHeld() {
    while (budget.heldBytes() != 0) {
      Thread.yield();
    }
  }

  private static BitSet all(SpanSource source) {
    BitSet groups = new BitSet();
    groups.set(0, source.rowGroups().size());
    return groups;
  }

  @Test
  void announcedColumnsAreReadOnce() throws IOException {
    try (QueryReads reads = planner.begin(() -> {})) {
      SpanSource source = reads.of(List.of(open())).getFirst();
      assertThat(source.prefetch(all(source), STATUS)).isTrue();
      for (int i = 0; i < source.rowGroups().size(); i++) {
        source.rowGroups().get(i).table(Table.SPAN).read(Fields.SPAN_STATUS);
      }
      long requests = source.readCounts().reads();
      assertThat(store.takeRequests()).hasSize((int) requests);
      assertThat(requests).isLessThanOrEqualTo(2L * source.rowGroups().size());
    }
    awaitNothingHeld();
  }

  @Test
  void aChunkThatNobodyAnnouncedBringsItsRowGroup() throws IOException {
    try (QueryReads reads = planner.begin(() -> {})) {
      SpanSource source = reads.of(List.of(open())).getFirst();
      source.rowGroups().getFirst().table(Table.SPAN).read(Fields.SPAN_STATUS);
      source.rowGroups().getFirst().table(Table.SPAN).read(Fields.SPAN_NAME);
      source.rowGroups().getFirst().parentRows();
      assertThat(store.takeRequests()).hasSize(1);
    }
  }

  @Test
  void nothingIsHeldBeyondTheBudgetAndAllIsReadAllTheSame() throws IOException {
    ReadPolicy tight = new ReadPolicy(1 << 10, 8 << 10, 2, 16 << 10);
    ReadPlanner small = new ReadPlanner(threads, tight, budget);
    try (QueryReads reads = small.begin(() -> {})) {
      SpanSource source = reads.of(List.of(open())).getFirst();
      assertThat(source.prefetch(all(source), WantedColumns.ALL)).isFalse();
      for (int i = 0; i < source.rowGroups().size(); i++) {
        for (var key : source.rowGroups().get(i).table(Table.SPAN).keys()) {
          source.rowGroups().get(i).table(Table.SPAN).read(key);
          assertThat(budget.heldBytes()).isLessThanOrEqualTo(16 << 10);
        }
      }
    }
    awaitNothingHeld();
  }

  @Test
  void whatIsMissingIsSaidToWhoAsksForIt() throws IOException {
    BlockReader block = open();
    objects.delete(block.parts().dataObject());
    try (QueryReads reads = planner.begin(() -> {})) {
      SpanSource source = reads.of(List.of(block)).getFirst();
      source.prefetch(all(source), STATUS);
      assertThatExceptionOfType(NoSuchObjectException.class)
          .isThrownBy(
              () -> source.rowGroups().getFirst().table(Table.SPAN).read(Fields.SPAN_STATUS));
    }
    awaitNothingHeld();
  }

  @Test
  void aFailedReadAheadIsRepeatedWhenTheBytesAreNeeded() throws IOException {
    BlockReader block = open();
    try (QueryReads reads = planner.begin(() -> {})) {
      SpanSource source = reads.of(List.of(block)).getFirst();
      BitSet first = new BitSet();
      first.set(0);
      store.failReads(1);
      source.prefetch(first, WantedColumns.of(Set.of(Fields.TRACE_ID_HIGH)));
      assertThat(source.rowGroups().getFirst().table(Table.TRACE).read(Fields.TRACE_ID_HIGH))
          .isNotNull();
      assertThat(store.takeRequests()).hasSizeGreaterThan(1);
    }
    awaitNothingHeld();
  }

  @Test
  void storesOnThisMachineAreReadAsTheyAre() throws IOException {
    ReadPlanner direct = new ReadPlanner(threads, ReadPolicy.DIRECT, budget);
    List<SpanSource> sources = List.of(open());
    try (QueryReads reads = direct.begin(() -> {})) {
      assertThat(reads.of(sources)).isSameAs(sources);
      assertThat(sources.getFirst().readsAhead()).isFalse();
    }
  }

  @Test
  void bytesReadAheadAreOfTheQueriesBudget() throws IOException {
    try (QueryReads reads = planner.begin(() -> {})) {
      SpanSource source = reads.of(List.of(open())).getFirst();
      assertThat(source.prefetch(all(source), WantedColumns.ALL)).isTrue();
      assertThat(budget.heldBytes()).isPositive().isEqualTo(planner.heldBytes());
    }
    awaitNothingHeld();
  }

  @Test
  void nothingIsReadAheadWhereQueriesHoldEverything() throws IOException {
    budget.takeAlways(budget.limitBytes());
    try (QueryReads reads = planner.begin(() -> {})) {
      SpanSource source = reads.of(List.of(open())).getFirst();
      assertThat(source.prefetch(all(source), WantedColumns.ALL)).isFalse();
      assertThat(store.takeRequests()).isEmpty();
      source.rowGroups().getFirst().table(Table.SPAN).read(Fields.SPAN_STATUS);
      assertThat(planner.heldBytes()).isZero();
    }
    budget.give(budget.limitBytes());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aQueryEndsWhileAStoreHangs(boolean isAnnounced) throws Exception {
    CountDownLatch answers = new CountDownLatch(1);
    AtomicBoolean hangs = new AtomicBoolean();
    ObjectStore hanging =
        new ForwardingObjectStore(store) {
          @Override
          public void read(String key, long offset, byte[] target, int targetOffset, int length)
              throws IOException {
            try {
              if (hangs.get()) {
                answers.await();
              }
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            super.read(key, offset, target, targetOffset, length);
          }
        };
    BlockReader block = BlockReader.open(hanging, meta, new BlockCache(0));
    hangs.set(true);
    try (QueryReads reads =
        planner.begin(() -> {
          throw new IllegalStateException("the query has ended");
        })) {
      SpanSource source = reads.of(List.of(block)).getFirst();
      if (isAnnounced) {
        source.prefetch(all(source), STATUS);
      }
      assertThatThrownBy(
              () -> source.rowGroups().getFirst().table(Table.SPAN).read(Fields.SPAN_STATUS))
          .hasMessage("the query has ended");
    }
    answers.countDown();
    awaitNothingHeld();
  }
}
