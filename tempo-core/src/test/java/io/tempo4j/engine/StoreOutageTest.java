package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tempo4j.block.BlockMeta;
import io.tempo4j.block.BlockReader;
import io.tempo4j.block.VersionOne;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TenantId;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.storage.ForwardingObjectStore;
import io.tempo4j.storage.ListPage;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to spans while the object store is away. */
class StoreOutageTest {

  private static final int LARGE = 20_000;

  @TempDir private Path folder;

  private LocalLife life() {
    return new LocalLife(folder);
  }

  /** Sends spans, waiting for room where there is none, as senders do. */
  private static void sendAll(LocalLife life, TraceStore store, int from, int to) {
    for (long id = from; id < to; id++) {
      long next = id;
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> {
            try {
              life.send(store, next, LARGE);
              return true;
            } catch (OverloadedException e) {
              assertThat(e).hasMessageContaining("recent spans").hasMessageContaining("-Xmx");
              return false;
            }
          });
    }
  }

  private static void awaitUploads(TraceStore store) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> store.stats().waitingBlocks() == 0 && store.stats().heads() == 0);
  }

  @Test
  void ingestGoesOnIntoLocalFilesAndBlocksFollowWhenTheStoreIsBack() throws Exception {
    LocalLife life = life();
    MemoryPlan memory = LocalLife.memory(8);
    int spans = (int) (3 * memory.heads().limitBytes() / LARGE);
    try (TraceStore store = life.builder(memory).open()) {
      sendAll(life, store, 1, 20);
      store.flush();
      assertThat(store.unavailable()).isEmpty();
      life.check(store);
      life.blocks.leave();
      sendAll(life, store, 20, spans);
      assertThat(memory.heads().heldBytes()).isLessThanOrEqualTo(memory.heads().limitBytes());
      assertThatThrownBy(store::flush)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("kept in local files")
          .hasMessageContaining("nothing answers at the store's address");
      assertThat(store.stats().waitingBlocks()).isGreaterThan(1);
      assertThat(store.stats().heads()).isZero();
      assertThat(store.stats().unflushedBytes()).isZero();
      assertThat(life.log().bytesOnDisk()).as("of the log").isZero();
      assertThat(store.unavailable())
          .hasValueSatisfying(reason -> assertThat(reason).contains("nothing answers"));
      life.blocks.comeBack();
      awaitUploads(store);
      assertThat(store.unavailable()).isEmpty();
      life.check(store);
    }
    try (Stream<Path> files = Files.walk(folder.resolve("sealed"))) {
      assertThat(files.filter(Files::isRegularFile)).as("files of blocks in the store").isEmpty();
    }
    try (TraceStore store = life.builder(LocalLife.memory(8)).open()) {
      assertThat(store.stats().heads()).isZero();
      life.check(store);
    }
  }

  @Test
  void aStartWithoutTheStoreServesWhatIsLocalAndTheRestWhenItIsBack() throws Exception {
    LocalLife life = life();
    try (TraceStore store = life.builder(LocalLife.memory(8)).open()) {
      sendAll(life, store, 1, 30);
    }
    LocalLife local = life();
    life.blocks.leave();
    try (TraceStore store = life.builder(LocalLife.memory(8)).open()) {
      assertThat(store.unavailable()).isPresent();
      local.check(store);
      assertThat(coverage(store, LocalLife.TENANT).explanation()).contains("object store");
      assertThat(coverage(store, new TenantId("unknown")).isComplete()).isFalse();
      sendAll(local, store, 30, 60);
      local.check(store);
      assertThatThrownBy(store::flush).isInstanceOf(IOException.class);
      local.check(store);
      sendAll(local, store, 60, 70);
    }
    try (TraceStore store = life.builder(LocalLife.memory(8)).open()) {
      assertThat(store.unavailable()).isPresent();
      local.check(store);
      life.acknowledged.addAll(local.acknowledged);
      life.blocks.comeBack();
      await().atMost(Duration.ofSeconds(60)).until(() -> store.unavailable().isEmpty());
      awaitUploads(store);
      life.check(store);
      assertThat(coverage(store, LocalLife.TENANT).isComplete()).isTrue();
      assertThat(coverage(store, new TenantId("unknown")).isComplete()).isTrue();
    }
  }

  @Test
  void aStartDoesNotWaitForAStoreThatHangs() throws Exception {
    LocalLife life = life();
    try (TraceStore store = life.builder(LocalLife.memory(8)).open()) {
      sendAll(life, store, 1, 30);
    }
    for (String hanging : new String[] {"list", "get"}) {
      CountDownLatch answer = new CountDownLatch(1);
      try (TraceStore store =
          life.builder(LocalLife.memory(8))
              .blocks(new HangingStore(life, hanging, answer))
              .storePatience(Duration.ofMillis(50))
              .open()) {
        assertThat(store.unavailable())
            .hasValueSatisfying(
                reason -> assertThat(reason).contains("has not answered for 50 ms"));
        assertThat(coverage(store, LocalLife.TENANT).isComplete()).isFalse();
        answer.countDown();
        await().atMost(Duration.ofSeconds(60)).until(() -> store.unavailable().isEmpty());
        life.check(store);
        assertThat(coverage(store, LocalLife.TENANT).isComplete()).isTrue();
      }
    }
  }

  @Test
  void aStoreThatRefusesEndsTheStart() {
    LocalLife life = life();
    ForwardingObjectStore refusing =
        new ForwardingObjectStore(life.blocks) {
          @Override
          public ListPage list(ListRequest request) throws IOException {
            throw new IOException("there is no such bucket");
          }
        };
    assertThatThrownBy(() -> life.builder(LocalLife.memory(8)).blocks(refusing).open())
        .isInstanceOf(IOException.class)
        .hasMessage("there is no such bucket");
  }

  /** A store that lets one kind of request wait until it may answer. */
  private static final class HangingStore extends ForwardingObjectStore {
    private final String hanging;
    private final CountDownLatch answer;

    HangingStore(LocalLife life, String hanging, CountDownLatch answer) {
      super(life.blocks);
      this.hanging = hanging;
      this.answer = answer;
    }

    private void hang(String request) throws IOException {
      if (request.equals(hanging)) {
        try {
          answer.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
    }

    @Override
    public ListPage list(ListRequest request) throws IOException {
      hang("list");
      return super.list(request);
    }

    @Override
    public byte[] get(String key) throws IOException {
      hang("get");
      return super.get(key);
    }

    @Override
    public void close() {}
  }

  private static Coverage coverage(TraceStore store, TenantId tenant) throws IOException {
    return store.search(tenant, new SearchRequest("{ }", 0, Long.MAX_VALUE, 1, 1)).coverage();
  }

  @Test
  void whatReachedTheStoreBeforeACrashCountsOnceAfterAStartWithoutIt() throws Exception {
    LocalLife life = life();
    TraceStore killed = life.builder(LocalLife.memory(8)).open();
    sendAll(life, killed, 1, 20);
    killed.flush(); // its files are still there: they stay for a while
    sendAll(life, killed, 20, 30);
    life.blocks.leave();
    TraceStore store = life.builder(LocalLife.memory(8)).open();
    life.check(store);
    life.blocks.comeBack();
    await().atMost(Duration.ofSeconds(60)).until(() -> store.unavailable().isEmpty());
    life.check(store);
    store.close();
  }

  @Test
  void aLocalBlockThatCannotBeOpenedIsMissingUntilItCan() throws Exception {
    LocalLife life = life();
    life.blocks.leave();
    try (TraceStore store = life.builder(LocalLife.memory(8)).open()) {
      sendAll(life, store, 1, 5);
      assertThatThrownBy(store::flush).hasMessageContaining("kept in local files");
    }
    Path index;
    try (Stream<Path> files = Files.walk(folder.resolve("sealed"))) {
      index = files.filter(file -> file.endsWith("index")).findFirst().orElseThrow();
    }
    byte[] sound = Files.readAllBytes(index);
    Files.write(index, Arrays.copyOf(sound, sound.length - 1));
    try (TraceStore store = life.builder(LocalLife.memory(8)).open()) {
      String block = index.getParent().getFileName().toString();
      assertThat(coverage(store, LocalLife.TENANT).missingBlocks()).contains(block);
      assertThat(store.stats().damagedBlocks()).isEqualTo(1);
      Files.write(index, sound);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !coverage(store, LocalLife.TENANT).missingBlocks().contains(block));
      life.check(store);
      assertThat(store.stats().deletedBlocks()).isZero();
    }
  }

  @Test
  void aLocalBlockOfAnOlderVersionIsUploadedAsItIs() throws Exception {
    LocalLife life = life();
    life.blocks.leave();
    try (TraceStore store = life.builder(LocalLife.memory(8)).open()) {
      sendAll(life, store, 1, 5);
      assertThatThrownBy(store::flush).hasMessageContaining("kept in local files");
    }
    Path sealed = folder.resolve("sealed");
    UUID id;
    try (Stream<Path> files = Files.walk(sealed)) {
      Path meta = files.filter(file -> file.endsWith("meta.json")).findFirst().orElseThrow();
      id = UUID.fromString(meta.getParent().getFileName().toString());
    }
    BlockMeta older;
    try (ObjectStore files = LocalObjectStore.open(sealed)) {
      older = VersionOne.rewrite(files, LocalLife.TENANT, id);
    }
    life.blocks.comeBack();
    try (TraceStore store = life.builder(LocalLife.memory(8)).open()) {
      awaitUploads(store);
      life.check(store);
    }
    assertThat(Catalog.keys(life.kept)).containsAll(BlockReader.keys(older));
    try (Stream<Path> files = Files.walk(sealed)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
    try (TraceStore store = life.builder(LocalLife.memory(8)).open()) {
      life.check(store);
    }
  }

  @Test
  void aFullDiskBudgetRefusesUntilTheStoreIsBack() throws Exception {
    LocalLife life = life();
    TraceStoreOptions options = LocalLife.options().withMaxLocalBytes(300_000);
    try (TraceStore store = life.builder(LocalLife.memory(8)).options(options).open()) {
      life.blocks.leave();
      OverloadedException refusal = null;
      for (int id = 1; id < 1000 && refusal == null; id++) {
        try {
          life.send(store, id, LARGE);
        } catch (OverloadedException e) {
          refusal = e;
        }
      }
      assertThat(refusal)
          .isNotNull()
          .hasMessageContaining("local disk")
          .hasMessageContaining("300000")
          .hasMessageContaining("storage.trace.wal.max_disk_bytes");
      assertThat(refusal.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
      assertThat(store.stats().refusedRequests()).isEqualTo(1);
      life.check(store);
      life.blocks.comeBack();
      await().atMost(Duration.ofSeconds(60)).until(() -> store.stats().walBytes() == 0);
      awaitUploads(store);
      sendAll(life, store, 2000, 2002);
      life.check(store);
    }
  }

  @Test
  @Timeout(120)
  void aStopEndsWhileTheStoreHangsAndLosesNothing() throws Exception {
    LocalLife life = life();
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    ForwardingObjectStore hanging =
        new ForwardingObjectStore(life.blocks) {
          @Override
          public void put(String key, ObjectBody body) throws IOException {
            hangs.countDown();
            try {
              end.await();
            } catch (InterruptedException e) {
              // as if the network did not know of interrupts
              awaitUninterrupted(end);
            }
            throw new IOException("too late");
          }
        };
    TraceStore store = life.builder(LocalLife.memory(8)).blocks(hanging).open();
    sendAll(life, store, 1, 10);
    assertThatThrownBy(() -> store.flush(Duration.ofMillis(300)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("in time");
    hangs.await();
    sendAll(life, store, 10, 20);
    store.close(Duration.ofMillis(300));
    try (TraceStore next = life.builder(LocalLife.memory(8)).open()) {
      life.check(next);
      next.flush();
      life.check(next);
    } finally {
      end.countDown();
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // goes on
      }
    }
  }
}
