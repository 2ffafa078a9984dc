package io.tempo4j.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.column.Fields;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.Table;
import io.tempo4j.head.Head;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.storage.ForwardingObjectStore;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.testkit.Spans;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Indexes of blocks are in memory for as long as there is room, and read again after that. */
class OpenBlocksTest {

  private static final int BLOCKS = 20;

  private final AtomicInteger indexReads = new AtomicInteger();
  private final AtomicBoolean isAway = new AtomicBoolean();
  private final ObjectStore store =
      new ForwardingObjectStore(new InMemoryObjectStore()) {
        @Override
        public void read(String key, long offset, byte[] target, int targetOffset, int length)
            throws IOException {
          if (isAway.get()) {
            throw new IOException("away");
          }
          super.read(key, offset, target, targetOffset, length);
          if (target[targetOffset + 4] == 'I') {
            indexReads.incrementAndGet();
          }
        }
      };

  private BlockMeta write(int number) throws Exception {
    List<Span> spans = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      TraceId trace = new TraceId(number, i);
      spans.add(Spans.span(trace, i, 0).addAttributes(Spans.text("k" + i, "v" + number)).build());
    }
    byte[] request = Spans.request("service", spans).toByteArray();
    Head head = new Head("head", 10);
    head.append(request, 0, request.length);
    return BlockWriter.write(
        store, TenantId.SINGLE, new UUID(7, number), head.view(), Instant.EPOCH);
  }

  private List<BlockReader> open(BlockCache cache) throws Exception {
    List<BlockReader> blocks = new ArrayList<>();
    for (int number = 0; number < BLOCKS; number++) {
      blocks.add(BlockReader.open(store, write(number), cache));
    }
    return blocks;
  }

  /** Ids of spans by all that a query may ask for. */
  private static void check(BlockReader block, int number) throws IOException {
    assertThat(block.rowGroups()).hasSize(4);
    for (int group = 0; group < 4; group++) {
      LongColumn ids =
          (LongColumn) block.rowGroups().get(group).table(Table.SPAN).read(Fields.SPAN_ID);
      assertThat(ids.values()).hasSize(10).startsWith(1 + 10L * group);
      assertThat(block.rowGroups().get(group).traceCount()).isEqualTo(10);
    }
    assertThat(block.table(Table.RESOURCE).rowCount()).isEqualTo(1);
    assertThat(block.findTrace(new TraceId(number, 25))).isEqualTo(2);
    assertThat(block.findTrace(new TraceId(number, 41))).isEqualTo(-1);
    assertThat(block.zone(Fields.TRACE_START)).isNotNull();
  }

  @Test
  void asManyBlocksAreOpenAsThereIsRoomForAndAllCanBeRead() throws Exception {
    ByteBudget columns = ByteBudget.of("columns", 1 << 20);
    ByteBudget whole = ByteBudget.unbounded("indexes");
    List<BlockReader> all = open(new BlockCache(columns, whole));
    long bytesOfOne = whole.heldBytes() / BLOCKS;
    assertThat(indexReads).hasValue(BLOCKS);
    check(all.getFirst(), 0);
    assertThat(indexReads).as("of an open block").hasValue(BLOCKS);

    ByteBudget few = ByteBudget.of("indexes", 5 * bytesOfOne + bytesOfOne / 2);
    BlockCache cache = new BlockCache(columns, few);
    List<BlockReader> blocks = open(cache);
    assertThat(cache.openBlocks().count()).isEqualTo(5);
    for (int round = 0; round < 2; round++) {
      for (int number = 0; number < BLOCKS; number++) {
        check(blocks.get(number), number);
        assertThat(few.heldBytes()).isLessThanOrEqualTo(few.limitBytes());
      }
    }
    assertThat(cache.stats().bytes()).as("columns of closed blocks").isLessThan(1 << 19);
  }

  @Test
  void aBlockThatIsUsedStaysOpen() throws Exception {
    ByteBudget columns = ByteBudget.of("columns", 1 << 20);
    ByteBudget indexes = ByteBudget.of("indexes", 100_000);
    List<BlockReader> blocks = open(new BlockCache(columns, indexes));
    BlockReader favourite = blocks.getFirst();
    favourite.open();
    for (int number = 1; number < BLOCKS; number++) {
      favourite.open();
      blocks.get(number).open();
      assertThat(favourite.isOpen()).as("after block " + number).isTrue();
    }
  }

  @Test
  void boundsAndFiltersOfAClosedBlockNeedNoIndex() throws Exception {
    BlockCache cache =
        new BlockCache(ByteBudget.of("columns", 1 << 20), ByteBudget.of("indexes", 1));
    List<BlockReader> blocks = open(cache);
    BlockReader closed = blocks.getFirst();
    assertThat(closed.isOpen()).isFalse();
    int reads = indexReads.get();
    assertThat(closed.findTrace(new TraceId(0, 41))).isEqualTo(-1);
    assertThat(closed.findTrace(new TraceId(99, 1))).isEqualTo(-1);
    assertThat(closed.zone(Fields.SPAN_DURATION)).isNotNull();
    assertThat(closed.rowGroups()).hasSize(4);
    assertThat(indexReads).hasValue(reads);
    assertThat(closed.isOpen()).isFalse();
  }

  @Test
  void threadsThatNeedAClosedBlockAtOnceAllGetIt() throws Exception {
    BlockCache cache =
        new BlockCache(ByteBudget.of("columns", 1 << 20), ByteBudget.of("indexes", 1));
    List<BlockReader> blocks = open(cache);
    List<Future<?>> tasks = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int thread = 0; thread < 4; thread++) {
        tasks.add(
            threads.submit(() -> {
              for (int number = 0; number < BLOCKS; number++) {
                check(blocks.get(number), number);
              }
              return null;
            }));
      }
      for (Future<?> task : tasks) {
        task.get();
      }
    }
    assertThat(cache.openBlocks().count()).isEqualTo(1);
  }

  @Test
  void aFailureToOpenAgainIsToldAndTriedAnew() throws Exception {
    BlockCache cache =
        new BlockCache(ByteBudget.of("columns", 1 << 20), ByteBudget.of("indexes", 1));
    BlockReader closed = open(cache).getFirst();
    isAway.set(true);
    assertThatThrownBy(() -> closed.rowGroups().getFirst().spanCount())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("away");
    assertThatThrownBy(() -> closed.rowGroups().getFirst().parentRows())
        .isInstanceOf(IOException.class);
    isAway.set(false);
    check(closed, 0);
  }
}
