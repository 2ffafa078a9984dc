package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tempo4j.block.VersionOne;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.diff.DiffWarning;
import io.tempo4j.query.diff.IncomparableTracesException;
import io.tempo4j.query.diff.TraceComparison;
import io.tempo4j.query.filter.TraceFilter;
import io.tempo4j.query.metrics.MetricsEngine;
import io.tempo4j.query.metrics.MetricsPartial;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.tags.TagLimits;
import io.tempo4j.query.tags.TagNamesRequest;
import io.tempo4j.query.tags.TagScope;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.storage.ForwardingObjectStore;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.NoSuchObjectException;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectSummary;
import io.tempo4j.testkit.Spans;
import io.tempo4j.traceql.TraceQl;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks that cannot be read: left out, said so, tried again, and taken back. */
class MissingBlocksTest {

  private static final TenantId TENANT = TenantId.SINGLE;
  private static final QueryContext CONTEXT = QueryContext.unbounded();
  private static final TraceStoreOptions OPTIONS =
      TraceStoreOptions.defaults().withFlushRetryDelay(Duration.ofMillis(1));

  /** Blocks get the ids 0-…-1, 0-…-2 and so on. */
  private final AtomicLong ids = new AtomicLong();

  private final Unreliable blocks = new Unreliable();

  /** Reads of keys that end with {@code suffix} give other bytes, or find nothing. */
  private static final class Unreliable extends ForwardingObjectStore {
    private volatile String suffix = "";
    private volatile boolean isGone;
    private final AtomicInteger faults = new AtomicInteger();

    Unreliable() {
      super(new InMemoryObjectStore());
    }

    void damage(String keys, int times) {
      suffix = keys;
      isGone = false;
      faults.set(times);
    }

    void lose(String keys) {
      suffix = keys;
      isGone = true;
      faults.set(Integer.MAX_VALUE);
    }

    void heal() {
      faults.set(0);
    }

    /** The next store in this test needs it. */
    @Override
    public void close() {}

    private boolean isHit(String key) throws IOException {
      boolean isHit =
          key.endsWith(suffix) && faults.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
      if (isHit && isGone) {
        throw new NoSuchObjectException(key, "a test");
      }
      return isHit;
    }

    @Override
    public byte[] get(String key) throws IOException {
      boolean isHit = isHit(key);
      byte[] bytes = super.get(key);
      if (isHit) {
        bytes[bytes.length / 2] ^= 1;
      }
      return bytes;
    }

    @Override
    public void read(String key, long offset, byte[] target, int targetOffset, int length)
        throws IOException {
      boolean isHit = isHit(key);
      super.read(key, offset, target, targetOffset, length);
      if (isHit) {
        target[targetOffset + length / 2] ^= 1;
      }
    }
  }

  private TraceStore open() throws IOException {
    return TraceStore.builder()
        .blocks(blocks)
        .withoutWal()
        .options(OPTIONS)
        .blockIds(() -> new UUID(0, ids.incrementAndGet()))
        .open();
  }

  private static String block(long number) {
    return new UUID(0, number).toString();
  }

  private static TraceId trace(long number) {
    return new TraceId(number, number);
  }

  /** Each trace goes into a block of its own. */
  private static void write(TraceStore store, int... traces) throws IOException {
    for (int number : traces) {
      store.append(
          TENANT,
          Spans.request(
              Spans.span(trace(number), number, 0)
                  .addAttributes(Spans.text("user.id", "user-" + number))
                  .addAttributes(Spans.number("only-" + number, number))));
      store.flush();
    }
  }

  private static SearchRequest everything() {
    return new SearchRequest("{ span.user.id != nil }", 0, -1L, 100, 100);
  }

  private static SearchResult search(TraceStore store) throws IOException {
    return store.search(TENANT, everything());
  }

  private static void awaitMissing(TraceStore store, int count) {
    await().atMost(Duration.ofSeconds(30)).until(() -> store.stats().missingBlocks() == count);
  }

  @Test
  void aMomentOfBadBytesTakesBlocksAwayForThatMomentOnly() throws Exception {
    try (TraceStore store = open()) {
      write(store, 1, 2, 3);
      blocks.damage("/data", Integer.MAX_VALUE);
      SearchResult meanwhile = search(store);
      assertThat(meanwhile.traces()).isEmpty();
      assertThat(meanwhile.coverage().missingBlocks())
          .containsExactly(block(1), block(2), block(3));
      assertThat(store.stats().damagedBlocks()).isEqualTo(3);
      assertThat(store.stats().blocks()).isZero();
      blocks.heal();
      awaitMissing(store, 0);
      assertThat(search(store).traces()).hasSize(3);
      assertThat(search(store).coverage()).isEqualTo(Coverage.COMPLETE);
      assertThat(store.stats().blocks()).isEqualTo(3);
    }
  }

  @Test
  void whatIsSoundWhenItIsReadASecondTimeStays() throws Exception {
    try (TraceStore store = open()) {
      write(store, 1, 2);
      for (String part : List.of("/data", "/index")) {
        blocks.damage(part, 1);
        assertThat(store.findTrace(TENANT, trace(1)).spanCount()).isEqualTo(1);
        assertThat(search(store).coverage().isComplete()).isTrue();
        assertThat(search(store).traces()).hasSize(2);
      }
      assertThat(store.stats().damagedBlocks()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"data", "index"})
  void everyAnswerSaysWhatItLacks(String part) throws Exception {
    try (TraceStore store = open()) {
      write(store, 1, 2);
      blocks.damage(block(1) + "/" + part, Integer.MAX_VALUE);
      // What is not asked for is not known to be damaged: these need both parts.
      assertThat(store.findTrace(TENANT, trace(1)).isMissing()).isTrue();

      List<String> missing = List.of(block(1));
      assertThat(search(store).traces()).hasSize(1);
      assertThat(search(store).coverage().missingBlocks()).isEqualTo(missing);
      try (SearchCursor cursor = store.searchCursor(TENANT, everything(), CONTEXT)) {
        assertThat(cursor.next()).isPresent();
        assertThat(cursor.next()).isEmpty();
        assertThat(cursor.coverage().missingBlocks()).isEqualTo(missing);
      }
      assertThat(store.findTrace(TENANT, trace(1)).coverage().missingBlocks()).isEqualTo(missing);
      assertThat(
              store
                  .findTrace(TENANT, trace(1), TraceFilter.matching("{ }"), CONTEXT)
                  .coverage()
                  .missingBlocks())
          .isEqualTo(missing);

      MetricsRequest metrics =
          MetricsRequest.instant("{ } | count_over_time()", 0, Spans.START + 1);
      assertThat(store.metrics(TENANT, metrics).coverage().missingBlocks()).isEqualTo(missing);
      MetricsEngine engine = new MetricsEngine();
      MetricsPartial sum = engine.nothing(metrics);
      sum.add(MetricsPartial.decode(store.metricsPartial(TENANT, metrics, CONTEXT).encode()));
      assertThat(engine.finish(metrics, sum).coverage().missingBlocks()).isEqualTo(missing);

      TagNamesRequest names =
          new TagNamesRequest(EnumSet.of(TagScope.SPAN), "", 0, -1L, TagLimits.NONE);
      assertThat(store.tagNames(TENANT, names, CONTEXT).coverage().missingBlocks())
          .isEqualTo(missing);
      TagValuesRequest values =
          new TagValuesRequest(
              TraceQl.parseReference("span.user.id"), "", 0, Long.MAX_VALUE, TagLimits.NONE);
      assertThat(store.tagValues(TENANT, values, CONTEXT).coverage().missingBlocks())
          .isEqualTo(missing);

      store.append(TENANT, Spans.request(Spans.span(trace(1), 1, 1)));
      TraceComparison comparison = store.compareTraces(TENANT, trace(1), trace(2), CONTEXT);
      assertThat(comparison.coverage().missingBlocks()).isEqualTo(missing);
      assertThat(comparison.patch().warnings())
          .extracting(DiffWarning::code)
          .contains("missing_blocks");
      TraceComparison sound = store.compareTraces(TENANT, trace(2), trace(2), CONTEXT);
      assertThat(sound.coverage().isComplete()).isTrue();

      // What the block cannot have, the answer does not lack.
      assertThat(store.findTrace(TENANT, trace(2)).coverage().isComplete()).isTrue();
      assertThat(
              store
                  .findTrace(TENANT, trace(2), TraceFilter.matching("{ }"), CONTEXT)
                  .coverage()
                  .isComplete())
          .isTrue();

      // what the block cannot have, does not lack
      SearchRequest later =
          new SearchRequest("{ }", Spans.START + 3_600_000_000_000L, -1L, 100, 100);
      assertThat(store.search(TENANT, later).coverage().isComplete()).isTrue();
    }
  }

  @Test
  void aTraceThatIsNotStoredMayBeInAMissingBlock() throws Exception {
    try (TraceStore store = open()) {
      write(store, 1, 2);
      blocks.damage(block(1) + "/data", Integer.MAX_VALUE);
      assertThat(store.findTrace(TENANT, trace(1)).isMissing()).isTrue();
      assertThatThrownBy(() -> store.compareTraces(TENANT, trace(1), trace(2), CONTEXT))
          .isInstanceOf(IncomparableTracesException.class)
          .hasMessageContaining("is not stored; the answer lacks")
          .hasMessageContaining(block(1));
      assertThatThrownBy(() -> store.compareTraces(TENANT, trace(7), trace(2), CONTEXT))
          .isInstanceOf(IncomparableTracesException.class)
          .hasMessageEndingWith("is not stored");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aTraceLacksABlockOnlyIfThatMayHoldIt(int version) throws Exception {
    try (TraceStore store = open()) {
      store.append(
          TENANT,
          Spans.request(
              "service",
              List.of(Spans.span(trace(1), 1, 0).build(), Spans.span(trace(3), 3, 0).build())));
      store.flush();
    }
    if (version == 1) {
      VersionOne.rewrite(blocks, TENANT, new UUID(0, 1));
    }
    try (TraceStore store = open()) {
      blocks.damage("/data", Integer.MAX_VALUE);
      assertThat(search(store).traces()).isEmpty();
      assertLacks(store, 1, true);
      assertLacks(store, 2, false); // by the filter
      assertLacks(store, 3, true);
      assertLacks(store, 4, false); // by the bounds of ids
    }
    blocks.heal();
    try (TraceStore store = open()) {
      blocks.damage(version == 1 ? "/filter" : "/index", Integer.MAX_VALUE);
      assertThat(store.findTrace(TENANT, trace(2)).isMissing()).isTrue();
      assertLacks(store, 2, true); // nobody can say
      assertLacks(store, 4, false);
    }
    blocks.damage("/index", Integer.MAX_VALUE);
    try (TraceStore store = open()) {
      assertLacks(store, 4, true);
    }
  }

  private static void assertLacks(TraceStore store, int trace, boolean lacks) throws IOException {
    assertThat(store.findTrace(TENANT, trace(trace)).coverage().isComplete())
        .as("trace %d is known whole", trace)
        .isEqualTo(!lacks);
  }

  @ParameterizedTest
  @ValueSource(strings = {"data", "index"})
  void aMissingObjectCostsItsBlockAloneUntilItIsBack(String part) throws Exception {
    try (TraceStore store = open()) {
      write(store, 1, 2);
      blocks.lose(block(1) + "/" + part);
      assertThat(store.findTrace(TENANT, trace(1)).isMissing()).isTrue();
      assertThat(store.findTrace(TENANT, trace(2)).spanCount()).isEqualTo(1);
      assertThat(search(store).traces()).hasSize(1);
      assertThat(search(store).coverage().missingBlocks()).containsExactly(block(1));
      assertThat(store.stats().damagedBlocks()).isEqualTo(1);
      assertThat(store.stats().deletedBlocks()).isZero();
      blocks.heal();
      awaitMissing(store, 0);
      assertThat(search(store).traces()).hasSize(2);
    }
  }

  @Test
  void filtersOfAnOlderBlockThatAreGoneCostThatBlockAlone() throws Exception {
    try (TraceStore store = open()) {
      write(store, 1, 2);
    }
    VersionOne.rewrite(blocks, TENANT, new UUID(0, 1));
    try (TraceStore store = open()) {
      assertThat(search(store).traces()).hasSize(2);
      blocks.lose(block(1) + "/filter");
      assertThat(store.findTrace(TENANT, trace(1)).isMissing()).isTrue();
      assertThat(search(store).coverage().missingBlocks()).containsExactly(block(1));
      assertThat(search(store).traces()).hasSize(1);
      blocks.heal();
      awaitMissing(store, 0);
      assertThat(store.findTrace(TENANT, trace(1)).spanCount()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"meta.json", "index"})
  void aBlockThatCannotBeOpenedAtTheStartComesBackLater(String part) throws Exception {
    try (TraceStore store = open()) {
      write(store, 1, 2);
    }
    blocks.damage(block(1) + "/" + part, Integer.MAX_VALUE);
    try (TraceStore store = open()) {
      assertThat(search(store).coverage().missingBlocks()).containsExactly(block(1));
      assertThat(store.stats().damagedBlocks()).isEqualTo(1);
      blocks.heal();
      awaitMissing(store, 0);
      assertThat(search(store).traces()).hasSize(2);
    }
    blocks.lose(block(1) + "/index");
    try (TraceStore store = open()) {
      assertThat(search(store).coverage().missingBlocks()).containsExactly(block(1));
    }
  }

  @Test
  void aBlockUnderTheNameOfAnotherOneOrOfAnotherTenantIsRefused() throws Exception {
    try (TraceStore store = open()) {
      write(store, 1);
    }
    TenantId other = new TenantId("other");
    for (ObjectSummary object : blocks.list(ListRequest.all("")).objects()) {
      String file = object.key().substring(object.key().lastIndexOf('/'));
      byte[] bytes = blocks.get(object.key());
      blocks.put(TENANT.value() + "/" + block(9) + file, ObjectBody.of(bytes));
      blocks.put(other.value() + "/" + block(1) + file, ObjectBody.of(bytes));
    }
    try (TraceStore store = open()) {
      assertThat(search(store).traces()).hasSize(1);
      assertThat(search(store).coverage().missingBlocks()).containsExactly(block(9));
      assertThat(store.search(other, everything()).traces()).isEmpty();
      assertThat(store.search(other, everything()).coverage().missingBlocks())
          .containsExactly(block(1));
      assertThat(store.stats().damagedBlocks()).isEqualTo(2);
    }
  }

  @Test
  void aBlockThatSomebodyElseDeletedLeavesTheView() throws Exception {
    try (TraceStore store = open()) {
      write(store, 1, 2);
      for (ObjectSummary object : blocks.list(ListRequest.all("")).objects()) {
        if (object.key().contains(block(1))) {
          blocks.delete(object.key());
        }
      }
      SearchResult found = search(store);
      assertThat(found.traces()).hasSize(1);
      assertThat(found.coverage()).isEqualTo(Coverage.COMPLETE);
      assertThat(store.findTrace(TENANT, trace(1)).isMissing()).isTrue();
      assertThat(store.stats().deletedBlocks()).isEqualTo(1);
      assertThat(store.stats().damagedBlocks()).isZero();
      assertThat(store.stats().blocks()).isEqualTo(1);
    }
  }

  @Test
  void aBlockThatIsDeletedPieceByPieceIsNotMissedForEver() throws Exception {
    try (TraceStore store = open()) {
      write(store, 1, 2);
      blocks.delete(TENANT.value() + "/" + block(1) + "/data");
      assertThat(search(store).coverage().missingBlocks()).containsExactly(block(1));
      blocks.delete(TENANT.value() + "/" + block(1) + "/meta.json");
      awaitMissing(store, 0);
      assertThat(search(store).coverage().isComplete()).isTrue();
      assertThat(store.stats().deletedBlocks()).isEqualTo(1);
    }
  }

  @Test
  void queriesThatMeetTheSameDamageAtTheSameTimeAllAnswer() throws Exception {
    try (TraceStore store = open()) {
      write(store, 1, 2, 3, 4);
      blocks.damage(block(2) + "/data", Integer.MAX_VALUE);
      ConcurrentLinkedQueue<Object> outcomes = new ConcurrentLinkedQueue<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  try {
                    SearchResult found = search(store);
                    outcomes.add(found.traces().size() + " " + found.coverage().missingBlocks());
                  } catch (Throwable e) {
                    outcomes.add(e);
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(outcomes).hasSize(8).containsOnly("3 [" + block(2) + "]");
      assertThat(store.stats().damagedBlocks()).isEqualTo(1);
    }
  }

  @Test
  void aSearchThatIsUnderWayGoesOnWithoutTheBlockAndSaysSo() throws Exception {
    try (TraceStore store = open()) {
      write(store, 1, 2, 3);
      try (SearchCursor cursor = store.searchCursor(TENANT, everything(), CONTEXT)) {
        assertThat(cursor.next()).isPresent();
        assertThat(cursor.coverage().isComplete()).isTrue();
        blocks.damage("/data", Integer.MAX_VALUE);
        while (cursor.next().isPresent()) {
          assertThat(cursor.coverage()).isNotNull();
        }
        assertThat(cursor.coverage().isComplete()).isFalse();
      }
    }
  }
}
