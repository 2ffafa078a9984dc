package io.tempo4j.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.storage.CommitOutcomeUnknownException;
import io.tempo4j.storage.ForwardingObjectStore;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ObjectSummary;
import io.tempo4j.storage.StoreUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CatalogTest {

  private static final TenantId TENANT = new TenantId("team-a");
  private static final Duration GRACE = Duration.ofHours(1);
  private static final int EVERY = 4;

  private final InMemoryObjectStore memory = new InMemoryObjectStore();
  private final CountingStore store = new CountingStore(memory);
  private final AtomicLong nanos = new AtomicLong();
  private final Blocks blocks = new Blocks(TENANT, 1);

  private final CatalogOptions options =
      new CatalogOptions(GRACE, EVERY, () -> Instant.ofEpochSecond(0, nanos.get()), nanos::get);

  private Catalog open() throws IOException {
    return open(store);
  }

  private Catalog open(ObjectStore in) throws IOException {
    return Catalog.open(in, TENANT, options, attempt -> {});
  }

  private void passes(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private CatalogBlock add(Catalog catalog) throws IOException {
    CatalogBlock block = blocks.next();
    catalog.commit(CatalogChange.add(List.of(block)));
    return block;
  }

  private List<String> keys() throws IOException {
    return memory.list(ListRequest.all("")).objects().stream().map(ObjectSummary::key).toList();
  }

  private void damage(String key, int at) throws IOException {
    byte[] bytes = memory.get(key);
    bytes[at] ^= 1;
    memory.put(key, ObjectBody.of(bytes));
  }

  private String newest(String kind) throws IOException {
    return keys().stream().filter(key -> key.endsWith(kind)).findFirst().orElseThrow();
  }

  @Test
  void blocksAppearTogetherInOtherProcesses() throws IOException {
    Catalog writer = open();
    Catalog reader = open();
    List<CatalogBlock> added = List.of(blocks.next(), blocks.next());

    CatalogVersion before = reader.refresh();
    CatalogVersion made = writer.commit(CatalogChange.add(added));

    assertThat(made.blocks()).containsExactlyInAnyOrderElementsOf(added);
    assertThat(reader.current().blocks()).isEmpty();
    assertThat(reader.refresh().blocks()).isEqualTo(made.blocks());
    assertThat(before.blocks()).isEmpty();
  }

  @Test
  void aSwapIsOneStepAndFailsIfAnInputIsGone() throws IOException {
    Catalog one = open();
    Catalog two = open();
    CatalogBlock a = add(one);
    CatalogBlock b = add(one);
    CatalogVersion old = one.current();
    CatalogBlock ab = blocks.next();
    CatalogBlock other = blocks.next();

    two.commit(CatalogChange.replace(List.of(a.id(), b.id()), List.of(ab)));
    CatalogChange late = CatalogChange.replace(List.of(b.id()), List.of(other));

    assertThatExceptionOfType(CatalogConflictException.class)
        .isThrownBy(() -> one.commit(late))
        .satisfies(e -> assertThat(e.gone()).containsExactly(b.id()));
    assertThat(one.refresh().blocks()).containsExactly(ab);
    assertThat(one.current().removed()).containsOnlyKeys(a.id(), b.id());
    assertThat(old.blocks()).containsExactlyInAnyOrder(a, b);
  }

  @Test
  void whatIsDoneIsNotDoneAgain() throws IOException {
    Catalog catalog = open();
    CatalogBlock a = add(catalog);
    CatalogBlock b = blocks.next();
    CatalogChange swap = CatalogChange.replace(List.of(a.id()), List.of(b));

    long number = catalog.commit(swap).number();

    assertThat(catalog.commit(swap).number()).isEqualTo(number);
    assertThat(catalog.commit(CatalogChange.add(List.of(a, b))).number()).isEqualTo(number);
    assertThat(catalog.current().blocks()).containsExactly(b);
    catalog.commit(CatalogChange.forget(List.of(a.id())));
    assertThat(catalog.current().removed()).isEmpty();
    assertThat(catalog.commit(CatalogChange.forget(List.of(a.id()))).number())
        .isEqualTo(number + 1);
  }

  @Test
  void followingIsOneGetAndOpeningIsFewRequests() throws IOException {
    Catalog writer = open();
    Catalog reader = open();
    for (int i = 0; i < 3 * EVERY - 1; i++) {
      add(writer);
    }
    reader.refresh();
    store.taken();

    reader.refresh();
    assertThat(store.taken()).containsExactly("get");
    add(writer);
    assertThat(store.taken()).containsExactly("get", "put", "put"); // with a checkpoint
    add(writer);
    assertThat(store.taken()).containsExactly("get", "put");
    assertThat(open().current().blocks()).isEqualTo(writer.current().blocks());
    assertThat(store.taken()).containsExactly("list", "get", "get", "get");
  }

  @Test
  void anUnknownOutcomeIsFoundOutByReading() throws IOException {
    for (boolean isStored : new boolean[] {true, false}) {
      List<IOException> failures =
          new ArrayList<>(
              List.of(
                  new CommitOutcomeUnknownException("k", "s", new IOException()),
                  new StoreUnavailableException("s", new IOException())));
      Catalog catalog =
          open(
              new ForwardingObjectStore(memory) {
                @Override
                public void putIfAbsent(String key, ObjectBody body) throws IOException {
                  if (failures.isEmpty()) {
                    super.putIfAbsent(key, body);
                    return;
                  }
                  IOException failure = failures.removeFirst();
                  if (isStored) {
                    super.putIfAbsent(key, body);
                  }
                  throw failure;
                }
              });
      long before = catalog.current().number();

      CatalogBlock block = add(catalog);

      assertThat(catalog.current().number()).isEqualTo(before + 1);
      assertThat(open().current().contains(block.id())).isTrue();
    }
  }

  @Test
  void anOutcomeThatCannotBeReadIsCalledUnknownAndRepeatingItTells() throws IOException {
    boolean[] isAway = {false};
    Catalog catalog =
        open(
            new ForwardingObjectStore(memory) {
              @Override
              public void putIfAbsent(String key, ObjectBody body) throws IOException {
                super.putIfAbsent(key, body);
                isAway[0] = true;
                throw new CommitOutcomeUnknownException(key, "s", new IOException());
              }

              @Override
              public byte[] get(String key) throws IOException {
                if (isAway[0]) {
                  throw new StoreUnavailableException("away", new IOException());
                }
                return super.get(key);
              }
            });
    CatalogChange change = CatalogChange.add(List.of(blocks.next()));

    assertThatExceptionOfType(CommitOutcomeUnknownException.class)
        .isThrownBy(() -> catalog.commit(change));
    assertThat(catalog.current().blocks()).isEmpty();
    isAway[0] = false;
    assertThat(catalog.commit(change).number()).isEqualTo(1);
  }

  @Test
  void entriesBehindACheckpointGoAfterTheGrace() throws IOException {
    Catalog catalog = open();
    for (int i = 0; i < 2 * EVERY + 1; i++) {
      add(catalog);
    }
    assertThat(keys()).hasSize(2 * EVERY + 1 + 2);

    assertThat(catalog.clean()).isZero();
    passes(GRACE.minusMillis(1));
    assertThat(catalog.clean()).isZero();
    passes(Duration.ofMillis(1));
    assertThat(catalog.clean()).isEqualTo(2 * EVERY + 1);

    assertThat(keys()).hasSize(2);
    assertThat(open().current().blocks()).isEqualTo(catalog.refresh().blocks());
  }

  @Test
  void nothingIsCleanedUpBehindADamagedCheckpoint() throws IOException {
    Catalog catalog = open();
    for (int i = 0; i < 2 * EVERY; i++) {
      add(catalog);
    }
    damage(newest(".checkpoint"), 40);
    catalog.clean();
    passes(GRACE);

    assertThat(catalog.clean()).isZero();
    assertThat(open().current().blocks()).isEqualTo(catalog.refresh().blocks());
  }

  @Test
  void aReaderThatFellBehindStartsFromTheNewestCheckpoint() throws IOException {
    Catalog writer = open();
    add(writer);
    Catalog reader = open();
    for (int i = 0; i < 3 * EVERY; i++) {
      add(writer);
    }
    writer.clean();
    passes(GRACE);
    assertThat(writer.clean()).isPositive();
    store.taken();

    assertThat(reader.refresh().blocks()).isEqualTo(writer.current().blocks());
    assertThat(store.taken()).hasSizeLessThan(4 + EVERY);
  }

  /** The number is free again, so the put succeeds: behind a checkpoint, where nobody looks. */
  @Test
  void aPutThatComesAfterTheCleanUpIsNotTakenForACommit() throws IOException {
    Catalog writer = open();
    boolean[] isSlow = {true};
    Catalog slow =
        open(
            new ForwardingObjectStore(memory) {
              @Override
              public void putIfAbsent(String key, ObjectBody body) throws IOException {
                if (isSlow[0]) {
                  isSlow[0] = false;
                  for (int i = 0; i < EVERY; i++) {
                    add(writer);
                  }
                  writer.clean();
                  passes(GRACE);
                  assertThat(writer.clean()).isEqualTo(EVERY);
                }
                super.putIfAbsent(key, body);
              }
            });
    CatalogChange change = CatalogChange.add(List.of(blocks.next()));

    assertThatExceptionOfType(CommitOutcomeUnknownException.class)
        .isThrownBy(() -> slow.commit(change));
    assertThat(slow.commit(change).blocks()).hasSize(EVERY + 1);
    assertThat(writer.refresh().blocks()).isEqualTo(slow.current().blocks());
    assertThat(open().current().blocks()).isEqualTo(slow.current().blocks());
  }

  @Test
  void damageIsReportedAndTheVersionStays() throws IOException {
    Catalog writer = open();
    Catalog reader = open();
    add(writer);
    damage(newest(".entry"), 30);

    assertThatExceptionOfType(CorruptBlockException.class)
        .isThrownBy(reader::refresh)
        .withMessageContaining("CRC32C");
    assertThat(reader.current().number()).isZero();
  }

  @Test
  void aMissingEntryIsReportedAndNotWrittenOver() throws IOException {
    Catalog writer = open();
    for (int i = 0; i < 3; i++) {
      add(writer);
    }
    List<String> keys = new ArrayList<>(keys());
    Collections.sort(keys);
    memory.delete(keys.get(1));

    assertThatExceptionOfType(CorruptBlockException.class)
        .isThrownBy(this::open)
        .withMessageContaining("number 3")
        .withMessageContaining("rebuilt");
  }

  @Test
  void anEntryOfAnotherTenantOrNumberIsRefused() throws IOException {
    Catalog writer = open();
    add(writer);
    add(writer);
    List<String> keys = keys();
    byte[] second = memory.get(keys.get(0));

    memory.put(keys.get(1), ObjectBody.of(second));
    assertThatExceptionOfType(CorruptBlockException.class)
        .isThrownBy(this::open)
        .withMessageContaining("number 1");
    memory.put(keys.get(1).replace("team-a", "team-b"), ObjectBody.of(second));
    assertThatExceptionOfType(CorruptBlockException.class)
        .isThrownBy(() -> Catalog.open(memory, new TenantId("team-b")))
        .withMessageContaining("tenant team-b");
  }

  @Test
  void foreignObjectsInTheFolderAreIgnored() throws IOException {
    Catalog writer = open();
    CatalogBlock block = add(writer);
    for (String name : List.of("x", "0000.entry", "zzzzzzzzzzzzzzzz.checkpoint", "notes/x")) {
      memory.put("team-a/catalog/" + name, ObjectBody.of(new byte[1]));
    }

    assertThat(open().current().blocks()).containsExactly(block);
    assertThat(writer.clean()).isZero();
  }

  @Test
  void versionsArePrunedByTimeAndTrace() throws IOException {
    CatalogBlock early = blocks.between(100, 199);
    CatalogBlock late = blocks.between(150, -1);
    CatalogBlock narrow =
        new CatalogBlock(blocks.between(300, 400).meta(), new TraceId(-2, 5), new TraceId(-1, 7));
    CatalogVersion version = open().commit(CatalogChange.add(List.of(early, late, narrow)));

    assertThat(version.overlapping(0, 100)).isEmpty();
    assertThat(version.overlapping(199, 200)).containsExactlyInAnyOrder(late, early);
    assertThat(version.overlapping(200, 300)).containsExactlyInAnyOrder(late);
    assertThat(version.overlapping(0, -1)).containsExactlyInAnyOrder(late, narrow, early);
    assertThat(version.mayHold(new TraceId(-2, 4))).containsExactlyInAnyOrder(late, early);
    assertThat(version.mayHold(new TraceId(-1, 7))).containsExactlyInAnyOrder(late, narrow, early);
    assertThat(version.mayHold(new TraceId(-1, 8))).containsExactlyInAnyOrder(late, early);
    assertThat(Stream.of(early, late, narrow).map(b -> version.find(b.id()).orElseThrow()))
        .containsExactly(early, late, narrow);
    assertThat(version.find(new UUID(7, 7))).isEmpty();
  }
}
