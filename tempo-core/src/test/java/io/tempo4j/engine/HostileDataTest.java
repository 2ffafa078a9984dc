package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.testkit.SpanSets;
import io.tempo4j.testkit.Spans;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Data that nobody should send, sent: it is kept, found, flushed and found again. */
class HostileDataTest {

  private static final TenantId TENANT = TenantId.SINGLE;
  private static final TraceId TRACE = new TraceId(3, 4);

  private TraceStore store;

  @BeforeEach
  void open() throws Exception {
    store = TraceStore.builder().blocks(new InMemoryObjectStore()).withoutWal().open();
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private void assertKept(ExportTraceServiceRequest request) throws Exception {
    store.append(TENANT, request);
    for (int look = 0; look < 2; look++) {
      AssembledTrace trace = store.findTrace(TENANT, TRACE);
      assertThat(SpanSets.ofTracesData(trace.tracesData()))
          .isEqualTo(SpanSets.of(List.of(request)));
      store.flush();
    }
  }

  private List<TraceMatch> search(String query) throws Exception {
    return store.search(TENANT, new SearchRequest(query, 0, -1L, 10, 10)).traces();
  }

  @Test
  void keepsAnAttributeOfAMegabyte() throws Exception {
    String large = "x".repeat(1_000_000) + "end";
    assertKept(
        Spans.request(
            Spans.span(TRACE, 1, 0)
                .addAttributes(Spans.text("large", large))
                .addAttributes(Spans.text("k".repeat(70_000), "long key"))));
    assertThat(search("{ span.large =~ \"x*end\" }")).hasSize(1);
    assertThat(search("{ span.large = \"x\" }")).isEmpty();
  }

  @Test
  void keepsATraceOfTwoHundredThousandSpans() throws Exception {
    int count = 200_000;
    List<Span> spans = new ArrayList<>(count);
    for (int i = 1; i <= count; i++) {
      spans.add(Spans.span(TRACE, i, i / 2).setName("s").build());
    }
    store.append(TENANT, Spans.request("huge", spans));
    assertThat(store.findTrace(TENANT, TRACE).spanCount()).isEqualTo(count);
    store.flush();
    AssembledTrace trace = store.findTrace(TENANT, TRACE);
    assertThat(trace.spanCount()).isEqualTo(count);
    assertThat(trace.isPartial()).isFalse();
    assertThat(search("{ span:id = \"0000000000030d40\" }")).hasSize(1);
  }

  @Test
  void keepsTimesOfZeroAndOfTwoToThe63() throws Exception {
    assertKept(
        Spans.request(
            "odd clocks",
            List.of(
                Spans.span(TRACE, 1, 0).setStartTimeUnixNano(0).setEndTimeUnixNano(0).build(),
                Spans.span(TRACE, 2, 1)
                    .setStartTimeUnixNano(Long.MIN_VALUE)
                    .setEndTimeUnixNano(-1L)
                    .build(),
                Spans.span(TRACE, 3, 2).setStartTimeUnixNano(9).setEndTimeUnixNano(4).build())));
    assertThat(search("{ duration < 1ns }").get(0).spansets().get(0).matched()).isEqualTo(2);
  }

  @Test
  void keepsSpansWhoseParentsAreThemselvesEachOtherOrMissing() throws Exception {
    assertKept(
        Spans.request(
            "no tree",
            List.of(
                Spans.span(TRACE, 1, 1).build(),
                Spans.span(TRACE, 2, 3).build(),
                Spans.span(TRACE, 3, 4).build(),
                Spans.span(TRACE, 4, 2).build(),
                Spans.span(TRACE, 5, 999).build(),
                Spans.span(TRACE, 6, 5).build())));
    TraceMatch match = search("{ }").get(0);
    assertThat(match.hasRoot()).isFalse();
    assertThat(match.spansets().get(0).matched()).isEqualTo(6);
  }

  @Test
  void keepsOneOfSpansThatWereSentTwice() throws Exception {
    ExportTraceServiceRequest request =
        Spans.request(Spans.span(TRACE, 1, 0).addAttributes(Spans.number("n", 1)));
    for (int sent = 0; sent < 3; sent++) {
      store.append(TENANT, request);
      if (sent == 1) {
        store.flush();
      }
    }
    assertThat(store.findTrace(TENANT, TRACE).spanCount()).isEqualTo(1);
    assertThat(search("{ span.n = 1 }").get(0).spansets().get(0).matched()).isEqualTo(1);
    store.flush();
    assertThat(search("{ span.n = 1 }").get(0).spansets().get(0).matched()).isEqualTo(1);
  }

  @Test
  void findsAttributesBeyondTheBoundOnColumns() throws Exception {
    for (int from = 0; from < 3000; from += 100) {
      Span.Builder span = Spans.span(new TraceId(1, from + 1), from + 1, 0);
      for (int key = from; key < from + 100; key++) {
        span.addAttributes(Spans.number("key-" + key, key));
      }
      store.append(TENANT, Spans.request(span));
    }
    for (int look = 0; look < 2; look++) {
      assertThat(search("{ span.key-5 = 5 }")).hasSize(1);
      assertThat(search("{ span.key-2999 = 2999 }")).hasSize(1);
      assertThat(search("{ span.key-2999 = 5 }")).isEmpty();
      store.flush();
    }
  }
}
