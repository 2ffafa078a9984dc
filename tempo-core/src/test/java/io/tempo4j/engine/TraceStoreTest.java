package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.memory.MemoryPlan;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.diff.IncomparableTracesException;
import io.tempo4j.query.diff.TraceComparison;
import io.tempo4j.query.filter.TraceFilter;
import io.tempo4j.query.metrics.MetricsEngine;
import io.tempo4j.query.metrics.MetricsPartial;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.MetricsResult;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.SearchResult;
import io.tempo4j.query.search.SpanMatch;
import io.tempo4j.query.search.SpansetMatch;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.storage.FaultyObjectStore;
import io.tempo4j.storage.FolderInUseException;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.storage.ObjectSummary;
import io.tempo4j.testkit.Spans;
import io.tempo4j.testkit.UnwritableFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of spans in a store: appended, cut, flushed, lost and found again. */
class TraceStoreTest {

  private static final TenantId TENANT = TenantId.SINGLE;
  private static final TraceId TRACE = new TraceId(7, 7);

  private final ObjectStore blocks = new InMemoryObjectStore();
  private final InMemoryWriteAheadLog.Medium medium = new InMemoryWriteAheadLog.Medium();

  private TraceStoreBuilder builder(ObjectStore store) {
    return TraceStore.builder().blocks(store).wal(InMemoryWriteAheadLog.open(medium));
  }

  private static ExportTraceServiceRequest request(TraceId trace, long spanId) {
    return Spans.request(
        Spans.span(trace, spanId, 0).addAttributes(Spans.text("user.id", "user-" + spanId)));
  }

  private static List<Long> spanIds(TraceStore store, String query) throws IOException {
    SearchResult result =
        store.search(TENANT, new SearchRequest(query, 0, Long.MAX_VALUE, 100_000, 100_000));
    List<Long> ids = new ArrayList<>();
    for (TraceMatch trace : result.traces()) {
      for (SpansetMatch spanset : trace.spansets()) {
        spanset.spans().stream().map(SpanMatch::spanId).forEach(ids::add);
      }
    }
    ids.sort(null);
    return ids;
  }

  @Test
  void findsASpanAsSoonAsItIsAcknowledgedAndAfterItsFlush() throws Exception {
    try (TraceStore store = builder(blocks).open()) {
      store.append(TENANT, request(TRACE, 1));
      assertThat(store.findTrace(TENANT, TRACE).spanCount()).isEqualTo(1);
      assertThat(spanIds(store, "{ span.user.id = \"user-1\" }")).containsExactly(1L);
      store.flush();
      assertThat(store.stats().heads()).isZero();
      assertThat(store.stats().blocks()).isEqualTo(1);
      store.append(TENANT, request(TRACE, 2));
      assertThat(store.findTrace(TENANT, TRACE).spanCount()).isEqualTo(2);
      assertThat(spanIds(store, "{ }")).containsExactly(1L, 2L);
      assertThat(store.findTrace(TENANT, new TraceId(1, 1)).isMissing()).isTrue();
    }
  }

  /** One part in a block, one in a head: seen as one trace. */
  @Test
  void findsThoseSpansOfATraceThatAreWanted() throws Exception {
    try (TraceStore store = builder(blocks).open()) {
      store.append(TENANT, request(TRACE, 1));
      store.flush();
      store.append(TENANT, request(TRACE, 2));
      AssembledTrace wanted =
          store.findTrace(
              TENANT,
              TRACE,
              TraceFilter.matching("{ span.user.id = \"user-2\" }"),
              QueryContext.unbounded());
      assertThat(wanted.spanCount()).isEqualTo(1);
      assertThat(wanted.isFiltered()).isTrue();
      assertThat(
              store
                  .findTrace(TENANT, TRACE, TraceFilter.matching("{ }"), QueryContext.unbounded())
                  .isFiltered())
          .isFalse();
    }
  }

  @Test
  void whatTwoStoresCountedAddsUpToWhatOneWouldHaveCounted() throws Exception {
    MetricsRequest request =
        MetricsRequest.instant("{ } | count_over_time() by (span.user.id)", 0, Spans.START + 1);
    MetricsEngine engine = new MetricsEngine();
    MetricsPartial sum = engine.nothing(request);
    try (TraceStore one = builder(blocks).open();
        TraceStore other =
            TraceStore.builder().blocks(new InMemoryObjectStore()).withoutWal().open();
        TraceStore whole =
            TraceStore.builder().blocks(new InMemoryObjectStore()).withoutWal().open()) {
      one.append(TENANT, request(TRACE, 1));
      one.flush();
      one.append(TENANT, request(TRACE, 2));
      other.append(TENANT, request(new TraceId(8, 8), 1));
      for (ExportTraceServiceRequest sent :
          List.of(request(TRACE, 1), request(TRACE, 2), request(new TraceId(8, 8), 1))) {
        whole.append(TENANT, sent);
      }
      for (TraceStore store : List.of(one, other)) {
        byte[] travelling =
            store.metricsPartial(TENANT, request, QueryContext.unbounded()).encode();
        sum.add(MetricsPartial.decode(travelling));
      }
      MetricsResult added = engine.finish(request, sum);
      assertThat(added.series()).hasSize(2);
      assertThat(added.series())
          .usingRecursiveComparison()
          .isEqualTo(whole.metrics(TENANT, request).series());
    }
  }

  @Test
  void comparesTracesThatAreStoredAndNotTooLarge() throws Exception {
    TraceId other = new TraceId(0, 99);
    int bytes;
    try (TraceStore store = builder(blocks).open()) {
      store.append(TENANT, request(TRACE, 1));
      store.append(TENANT, request(other, 1));
      bytes = store.findTrace(TENANT, TRACE).tracesData().length;
      TraceComparison comparison =
          store.compareTraces(TENANT, TRACE, other, QueryContext.unbounded());
      assertThat(comparison.patch().matchedSpans()).isEqualTo(1);
      assertThat(whyNotCompared(store, TRACE, new TraceId(5, 5)))
          .isEqualTo(IncomparableTracesException.Reason.MISSING);
    }
    for (int maxBytes : new int[] {bytes - 1, bytes + 1}) {
      TraceStoreOptions options = TraceStoreOptions.defaults().withMaxTraceBytes(maxBytes);
      try (TraceStore store =
          TraceStore.builder()
              .blocks(new InMemoryObjectStore())
              .withoutWal()
              .options(options)
              .open()) {
        store.append(TENANT, request(TRACE, 1));
        store.append(TENANT, request(other, 1));
        assertThat(whyNotCompared(store, TRACE, other))
            .isEqualTo(
                maxBytes < bytes
                    ? IncomparableTracesException.Reason.PARTIAL
                    : IncomparableTracesException.Reason.TOO_LARGE);
      }
    }
  }

  private static IncomparableTracesException.Reason whyNotCompared(
      TraceStore store, TraceId base, TraceId compare) {
    return catchThrowableOfType(
            IncomparableTracesException.class,
            () -> store.compareTraces(TENANT, base, compare, QueryContext.unbounded()))
        .reason();
  }

  @Test
  void keepsTenantsApart() throws Exception {
    TenantId other = new TenantId("other");
    try (TraceStore store = builder(blocks).open()) {
      store.append(TENANT, request(TRACE, 1));
      store.append(other, request(TRACE, 2));
      store.flush();
      assertThat(spanIds(store, "{ }")).containsExactly(1L);
      assertThat(store.findTrace(other, TRACE).spanCount()).isEqualTo(1);
      assertThat(store.findTrace(new TenantId("nobody"), TRACE).isMissing()).isTrue();
      assertThat(store.tenants()).containsExactly(other, TENANT);
    }
  }

  @Test
  void findsEverythingAgainAfterARestart(@TempDir Path folder) throws Exception {
    for (int life = 1; life <= 3; life++) {
      try (TraceStore store =
          TraceStore.builder()
              .blocks(LocalObjectStore.open(folder))
              .wal(InMemoryWriteAheadLog.open(medium))
              .open()) {
        assertThat(store.stats().blocks()).isEqualTo(life - 1);
        store.append(TENANT, request(TRACE, life));
        assertThat(spanIds(store, "{ }")).hasSize(life);
      }
    }
  }

  @Test
  void takesOverTheLogOfAStoreThatDied() throws Exception {
    // the objects of a store that nobody closed
    TraceStore dead = builder(blocks).open();
    dead.append(TENANT, request(TRACE, 1));
    dead.append(TENANT, request(TRACE, 2));
    try (TraceStore store = builder(blocks).open()) {
      assertThat(store.stats().replayedSpans()).isEqualTo(2);
      assertThat(spanIds(store, "{ }")).containsExactly(1L, 2L);
      store.flush();
      assertThat(spanIds(store, "{ }")).containsExactly(1L, 2L);
      assertThat(store.stats().walBytes()).isZero();
    }
  }

  @Test
  void dropsTheFramesOfAHeadWhoseBlockIsVisible() throws Exception {
    ObjectStore lostAnswers = blocks;
    TraceStore dead =
        TraceStore.builder()
            .blocks(lostAnswers)
            .wal(withoutReleases(InMemoryWriteAheadLog.open(medium)))
            .open();
    dead.append(TENANT, request(TRACE, 1));
    dead.flush();
    try (TraceStore store = builder(blocks).open()) {
      assertThat(store.stats().replayedSpans()).isZero();
      assertThat(store.stats().heads()).isZero();
      assertThat(spanIds(store, "{ }")).containsExactly(1L);
      assertThat(store.stats().walBytes()).isZero();
    }
  }

  @Test
  void servesSpansFromTheHeadWhileTheObjectStoreFailsAndFlushesWhenItIsBack() throws Exception {
    FaultyObjectStore faulty = new FaultyObjectStore(blocks, FaultyObjectStore.Faults.NONE, 3);
    try (TraceStore store =
        builder(faulty)
            .options(TraceStoreOptions.defaults().withFlushRetryDelay(Duration.ofMillis(1)))
            .open()) {
      store.append(TENANT, request(TRACE, 1));
      faulty.faults(FaultyObjectStore.Faults.each(0.2));
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 50; i++) {
                  store.append(TENANT, request(TRACE, 2 + i));
                  store.flush();
                }
              })
          .isInstanceOf(IOException.class)
          .hasMessageContaining("a block could not be written");
      int spans = (int) store.stats().receivedSpans();
      faulty.faults(FaultyObjectStore.Faults.NONE);
      await().atMost(Duration.ofSeconds(30)).until(() -> store.stats().heads() == 0);
      faulty.deliverAll();
      assertThat(spanIds(store, "{ }")).hasSize(spans).doesNotHaveDuplicates();
      assertThat(store.stats().failedFlushes()).isPositive();
      assertThat(store.stats().unflushedBytes()).isZero();
    }
  }

  @Test
  void refusesAppendsWhenTooMuchIsUnflushedAndTakesThemAgainLater() throws Exception {
    FaultyObjectStore faulty = new FaultyObjectStore(blocks, FaultyObjectStore.Faults.NONE, 3);
    TraceStoreOptions tight =
        TraceStoreOptions.defaults()
            .withHead(400, 1000, Duration.ofHours(1))
            .withFlushRetryDelay(Duration.ofMillis(1));
    MemoryPlan memory = MemoryPlan.of(8 << 20, 1 << 20);
    try (TraceStore store = builder(faulty).options(tight).memory(memory).open()) {
      faulty.faults(FaultyObjectStore.Faults.each(0.25));
      int accepted = 0;
      OverloadedException refusal = null;
      for (int i = 1; i < 1000 && refusal == null; i++) {
        try {
          store.append(TENANT, request(TRACE, i));
          accepted++;
        } catch (OverloadedException e) {
          refusal = e;
        }
      }
      assertThat(refusal).isNotNull().hasMessageContaining("among recent spans");
      assertThat(spanIds(store, "{ }")).hasSize(accepted);
      faulty.faults(FaultyObjectStore.Faults.NONE);
      await().atMost(Duration.ofSeconds(30)).until(() -> store.stats().unflushedBytes() < 400);
      store.append(TENANT, request(TRACE, 1000));
      assertThat(spanIds(store, "{ }")).hasSize(accepted + 1);
    }
  }

  @Test
  void cutsByAgeBytesAndSpans() throws Exception {
    AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // may pass the largest number any time
    TraceStoreOptions options =
        TraceStoreOptions.defaults().withHead(100_000, 3, Duration.ofMillis(20));
    try (TraceStore store = builder(blocks).nanoClock(nanos::get).options(options).open()) {
      for (int i = 1; i <= 3; i++) {
        store.append(TENANT, request(TRACE, i));
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> store.stats().blocks() == 1);
      Span.Builder large =
          Spans.span(TRACE, 4, 0).addAttributes(Spans.text("x", "y".repeat(100_000)));
      store.append(TENANT, Spans.request(large));
      await().atMost(Duration.ofSeconds(30)).until(() -> store.stats().blocks() == 2);
      store.append(TENANT, request(TRACE, 5));
      assertThat(store.stats().heads()).isEqualTo(1);
      nanos.addAndGet(20_000_000);
      await().atMost(Duration.ofSeconds(30)).until(() -> store.stats().blocks() == 3);
      assertThat(spanIds(store, "{ }")).containsExactly(1L, 2L, 3L, 4L, 5L);
    }
  }

  @Test
  void jumpsOfTheWallClockNeitherCutAHeadNorDelayIt() throws Exception {
    AtomicReference<Instant> wall = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    AtomicLong nanos = new AtomicLong();
    AtomicInteger looks = new AtomicInteger();
    LongSupplier ticks =
        () -> {
          looks.incrementAndGet();
          return nanos.get();
        };
    TraceStoreOptions options =
        TraceStoreOptions.defaults().withHead(100_000, 1000, Duration.ofMillis(4));
    try (TraceStore store =
        builder(blocks).clock(wall::get).nanoClock(ticks).options(options).open()) {
      store.append(TENANT, request(TRACE, 1));
      for (Duration jump : List.of(Duration.ofDays(400), Duration.ofDays(-800))) {
        wall.set(wall.get().plus(jump));
        int before = looks.get();
        await().atMost(Duration.ofSeconds(30)).until(() -> looks.get() > before + 2);
        assertThat(store.stats().heads()).isEqualTo(1);
      }
      nanos.set(4_000_000);
      await().atMost(Duration.ofSeconds(30)).until(() -> store.stats().blocks() == 1);
    }
  }

  @Test
  void countsMalformedRequestsAndKeepsTheRest() throws Exception {
    try (TraceStore store = builder(blocks).open()) {
      store.append(TENANT, request(TRACE, 1));
      assertThatThrownBy(() -> store.append(TENANT, new byte[] {10, 100, 1}, 0, 3))
          .isInstanceOf(MalformedOtlpException.class)
          .hasMessageContaining("at byte");
      assertThat(store.stats().malformedRequests()).isEqualTo(1);
      assertThat(spanIds(store, "{ }")).containsExactly(1L);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"data", "index", "meta.json"})
  void leavesADamagedBlockOutAndAnswersFromTheOthers(String part) throws Exception {
    ObjectStore second;
    try (TraceStore store = builder(blocks).open()) {
      store.append(TENANT, request(TRACE, 1));
      store.flush();
      second = copy(blocks);
    }
    for (ObjectSummary object : second.list(ListRequest.all("")).objects()) {
      if (object.key().endsWith("/" + part)) {
        byte[] bytes = second.get(object.key());
        for (int at = Math.min(100, bytes.length / 2); at < bytes.length; at += 7) {
          bytes[at] ^= 1;
        }
        second.put(object.key(), ObjectBody.of(bytes));
      }
    }
    try (TraceStore store = builder(second).open()) {
      store.append(TENANT, request(TRACE, 2));
      store.flush();
      assertThat(spanIds(store, "{ span.user.id = \"user-2\" }")).containsExactly(2L);
      assertThat(store.findTrace(TENANT, TRACE).spanCount()).isEqualTo(1);
      assertThat(spanIds(store, "{ span.user.id != nil }")).containsExactly(2L);
      assertThat(store.stats().damagedBlocks()).isEqualTo(1);
    }
  }

  @Test
  void failsAnAppendThatTheLogCannotTakeAndFindsTheSpanOnceWhenItIsSentAgain() throws Exception {
    AtomicBoolean full = new AtomicBoolean();
    WriteAheadLog log = failingWhile(full, InMemoryWriteAheadLog.open(medium));
    try (TraceStore store = TraceStore.builder().blocks(blocks).wal(log).open()) {
      store.append(TENANT, request(TRACE, 1));
      long unflushed = store.stats().unflushedBytes();
      full.set(true);
      for (int attempt = 0; attempt < 3; attempt++) {
        assertThatThrownBy(() -> store.append(TENANT, request(TRACE, 2)))
            .isInstanceOf(IOException.class)
            .hasMessage("No space left on device");
        assertThat(spanIds(store, "{ }")).containsExactly(1L);
        assertThat(store.stats().unflushedBytes()).isEqualTo(unflushed);
        assertThat(store.stats().receivedSpans()).isEqualTo(1);
      }
      store.flush();
      assertThat(spanIds(store, "{ }")).containsExactly(1L);
      full.set(false);
      store.append(TENANT, request(TRACE, 2));
      assertThat(spanIds(store, "{ }")).containsExactly(1L, 2L);
      store.flush();
      assertThat(spanIds(store, "{ }")).containsExactly(1L, 2L);
      MetricsRequest count = MetricsRequest.instant("{ } | count_over_time()", 0, Spans.START + 1);
      assertThat(store.metrics(TENANT, count).series().getFirst().values()).containsExactly(2);
    }
  }

  private static TraceStore open(Path folder) throws IOException {
    return TraceStore.builder().folder(folder).withoutWal().open();
  }

  @Test
  void namesTheFolderThatItMayNotWriteTo() {
    assertThatThrownBy(() -> open(UnwritableFolder.path()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot lock the folder " + UnwritableFolder.path());
    assertThatThrownBy(() -> open(UnwritableFolder.path().resolve("new")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot lock the folder " + UnwritableFolder.path());
  }

  @Test
  void refusesASecondStoreOnOneFolder(@TempDir Path folder) throws Exception {
    try (TraceStore first = open(folder)) {
      first.append(TENANT, request(TRACE, 1));
      assertThatThrownBy(() -> open(folder))
          .isInstanceOf(FolderInUseException.class)
          .hasMessageContaining(folder.toString());
    }
    try (TraceStore next = open(folder)) {
      assertThat(next.findTrace(TENANT, TRACE).spanCount()).isEqualTo(1);
    }
  }

  @Test
  void leavesNoThreadBehindAndRefusesCallsWhenClosed() throws Exception {
    ConcurrentLinkedQueue<Thread> made = new ConcurrentLinkedQueue<>();
    TraceStore store =
        builder(blocks)
            .threads(task -> {
              Thread thread = new Thread(task, "store");
              made.add(thread);
              return thread;
            })
            .open();
    store.append(TENANT, request(TRACE, 1));
    store.close();
    store.close();
    for (Thread thread : made) {
      thread.join(Duration.ofSeconds(30));
      assertThat(thread.isAlive()).isFalse();
    }
    assertThatThrownBy(() -> store.append(TENANT, request(TRACE, 2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void manyThreadsAppendAndSearchWhileHeadsAreCut() throws Exception {
    TraceStoreOptions options =
        TraceStoreOptions.defaults().withHead(20_000, 100_000, Duration.ofHours(1));
    int writers = 4;
    int each = 300;
    try (TraceStore store = builder(blocks).options(options).open()) {
      List<Thread> threads = new ArrayList<>();
      ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
      for (int writer = 0; writer < writers; writer++) {
        long base = 1 + (long) writer * each;
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  try {
                    for (long id = base; id < base + each; id++) {
                      store.append(TENANT, request(new TraceId(1, id), id));
                      if (id % 50 == 0) {
                        assertThat(spanIds(store, "{ span.user.id = \"user-" + id + "\" }"))
                            .containsExactly(id);
                      }
                    }
                  } catch (Throwable e) {
                    failures.add(e);
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failures).isEmpty();
      assertThat(spanIds(store, "{ }")).hasSize(writers * each).doesNotHaveDuplicates();
      store.flush();
      assertThat(spanIds(store, "{ }")).hasSize(writers * each).doesNotHaveDuplicates();
      assertThat(store.stats().blocks()).isGreaterThan(3);
    }
  }

  private static ObjectStore copy(ObjectStore from) throws IOException {
    InMemoryObjectStore copy = new InMemoryObjectStore();
    for (ObjectSummary object : from.list(ListRequest.all("")).objects()) {
      copy.put(object.key(), ObjectBody.of(from.get(object.key())));
    }
    return copy;
  }

  /** As if the process died just before each release. */
  private static WriteAheadLog withoutReleases(WriteAheadLog log) {
    return new ForwardingLog(log) {
      @Override
      public void release(HeadId head) {}
    };
  }

  private static WriteAheadLog failingWhile(AtomicBoolean full, WriteAheadLog log) {
    return new ForwardingLog(log) {
      @Override
      public void append(HeadId head, byte[] buffer, int offset, int length) throws IOException {
        if (full.get()) {
          throw new IOException("No space left on device");
        }
        super.append(head, buffer, offset, length);
      }
    };
  }
}
