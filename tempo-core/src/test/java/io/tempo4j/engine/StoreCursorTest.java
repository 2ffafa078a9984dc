package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.CountingMemory;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectSummary;
import io.tempo4j.testkit.Spans;
import io.tempo4j.traceql.TraceQlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A cursor while its store changes under it. */
class StoreCursorTest {

  private static final TenantId TENANT = TenantId.SINGLE;

  private final InMemoryObjectStore blocks = new InMemoryObjectStore();

  private static void store(TraceStore store, long number) throws Exception {
    long start = Spans.START + number * 1_000_000L;
    Span.Builder span =
        Spans.span(new TraceId(8, number), number, 0)
            .setStartTimeUnixNano(start)
            .setEndTimeUnixNano(start);
    store.append(TENANT, Spans.request(span));
    store.flush();
  }

  private TraceStore open() throws Exception {
    return TraceStore.builder().blocks(blocks).withoutWal().open();
  }

  private static SearchCursor cursor(TraceStore store) {
    SearchRequest request = new SearchRequest("{ }", 0, Long.MAX_VALUE, 10, 3);
    return store.searchCursor(TENANT, request, QueryContext.unbounded());
  }

  @Test
  void goesOnBehindADamagedBlockWithoutRepeatingItself() throws Exception {
    try (TraceStore store = open()) {
      for (int i = 1; i <= 4; i++) {
        store(store, i);
        if (i == 1) {
          damage();
        }
      }
      List<TraceId> found = new ArrayList<>();
      try (SearchCursor cursor = cursor(store)) {
        for (Optional<TraceMatch> next = cursor.next(); next.isPresent(); next = cursor.next()) {
          found.add(next.get().traceId());
        }
        assertThat(cursor.stats().sources()).isEqualTo(3);
      }
      assertThat(found).containsExactly(new TraceId(8, 4), new TraceId(8, 3), new TraceId(8, 2));
      assertThat(store.stats().damagedBlocks()).isEqualTo(1);
    }
  }

  private void damage() throws Exception {
    for (ObjectSummary object : blocks.list(ListRequest.all("")).objects()) {
      if (object.key().endsWith("/data")) {
        byte[] bytes = blocks.get(object.key());
        for (int at = 100; at < bytes.length; at += 7) {
          bytes[at] ^= 1;
        }
        blocks.put(object.key(), ObjectBody.of(bytes));
      }
    }
  }

  @Test
  void staysWithTheSpansThatWereThereWhenItBegan() throws Exception {
    try (TraceStore store = open()) {
      store(store, 1);
      store(store, 2);
      try (SearchCursor cursor = cursor(store)) {
        assertThat(cursor.next()).map(TraceMatch::traceId).contains(new TraceId(8, 2));
        store(store, 3);
        assertThat(cursor.next()).map(TraceMatch::traceId).contains(new TraceId(8, 1));
        assertThat(cursor.next()).isEmpty();
      }
    }
  }

  @Test
  void holdsLittleWhileItRests() throws Exception {
    try (TraceStore store = open()) {
      int traces = 1_000;
      List<Span> spans = new ArrayList<>();
      for (int i = 1; i <= traces; i++) {
        spans.add(Spans.span(new TraceId(8, i), i, 0).build());
      }
      store.append(TENANT, Spans.request("service", spans));
      store.flush();
      CountingMemory memory = new CountingMemory(Long.MAX_VALUE);
      SearchRequest request = new SearchRequest("{ }", 0, Long.MAX_VALUE, traces, 3);
      try (SearchCursor cursor = store.searchCursor(TENANT, request, memory.context())) {
        assertThat(cursor.next()).isPresent();
        long working = memory.heldBytes();
        cursor.rest();
        assertThat(memory.heldBytes()).isLessThan(working / 2);
        int found = 1;
        while (cursor.next().isPresent()) {
          found++;
        }
        assertThat(found).isEqualTo(traces);
      }
    }
  }

  @Test
  void checksItsQueryAtOnceAndFailsWithAClosedStore() throws Exception {
    TraceStore store = open();
    store(store, 1);
    SearchRequest wrong = new SearchRequest("{ ", 0, Long.MAX_VALUE, 3, 3);
    assertThatThrownBy(() -> store.searchCursor(TENANT, wrong, QueryContext.unbounded()))
        .isInstanceOf(TraceQlException.class);
    SearchCursor cursor = cursor(store);
    store.close();
    assertThatThrownBy(cursor::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
