package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.testkit.SpanSets;
import io.tempo4j.testkit.Spans;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
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
  void keepsFiftyThousandKeysOfOneSpan() throws Exception {
    int keys = 50_000;
    Span.Builder span = Spans.span(TRACE, 1, 0);
    for (int key = 0; key < keys; key++) {
      span.addAttributes(Spans.number("key-" + key, key));
    }
    assertKept(Spans.request(span));
    assertThat(search("{ span.key-0 = 0 && span.key-49999 = 49999 }")).hasSize(1);
    assertThat(search("{ span.key-49999 = 5 }")).isEmpty();
  }

  @Test
  void keepsFiftyThousandKeysOfManySpansAndFindsThoseBeyondTheBoundOnColumns() throws Exception {
    int keys = 50_000;
    List<Span> spans = new ArrayList<>();
    for (int from = 0; from < keys; from += 100) {
      Span.Builder span = Spans.span(TRACE, from + 1, 0);
      for (int key = from; key < from + 100; key++) {
        span.addAttributes(Spans.text("key-" + key, "value-" + key));
      }
      spans.add(span.build());
    }
    List<ExportTraceServiceRequest> requests =
        List.of(
            Spans.request("ordinary", List.of(Spans.span(TRACE, 7, 0).build())),
            Spans.request("hostile", spans.subList(0, 250)),
            Spans.request("hostile", spans.subList(250, 500)));
    for (ExportTraceServiceRequest request : requests) {
      store.append(TENANT, request);
    }
    for (int look = 0; look < 2; look++) {
      assertThat(search("{ span.key-5 = \"value-5\" }")).hasSize(1);
      assertThat(search("{ span.key-49999 = \"value-49999\" }")).hasSize(1);
      assertThat(search("{ span.key-49999 = \"value-5\" }")).isEmpty();
      assertThat(search("{ resource.service.name = \"ordinary\" }")).hasSize(1);
      assertThat(SpanSets.ofTracesData(store.findTrace(TENANT, TRACE).tracesData()))
          .isEqualTo(SpanSets.of(requests));
      store.flush();
    }
  }

  @Test
  void dropsSpansWithIdsOfWrongLengthAndKeepsTheRestOfTheRequest() throws Exception {
    Span sound = Spans.span(TRACE, 1, 0).build();
    AppendResult result =
        store.append(
            TENANT,
            Spans.request(
                "ids",
                List.of(
                    sound.toBuilder().setTraceId(ByteString.copyFrom(new byte[15])).build(),
                    sound,
                    sound.toBuilder().setSpanId(ByteString.copyFrom(new byte[9])).build())));
    assertThat(result.acceptedSpans()).isEqualTo(1);
    assertThat(result.rejectedSpans()).isEqualTo(2);
    assertThat(result.message())
        .contains("trace ids must be 128 bit, received 120 bits (1 spans)")
        .contains("span ids must be 64 bit, received 72 bits (1 spans)");
    assertThat(search("{ }").get(0).spansets().get(0).matched()).isEqualTo(1);
  }

  @Test
  void refusesTruncatedAndRandomBytesAndKeepsWhatCameBefore() throws Exception {
    byte[] sound = Spans.request(Spans.span(TRACE, 1, 0)).toByteArray();
    store.append(TENANT, sound, 0, sound.length);
    Random random = new Random(20261125);
    int refused = 0;
    for (int round = 0; round < 500; round++) {
      byte[] bytes = Arrays.copyOf(sound, round % 2 == 0 ? random.nextInt(sound.length) : 300);
      if (round % 2 == 1) {
        random.nextBytes(bytes);
      }
      try {
        store.append(TENANT, bytes, 0, bytes.length);
      } catch (MalformedOtlpException e) {
        assertThat(e).hasMessageStartingWith("malformed OTLP message at byte ");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(400);
    assertThat(store.stats().malformedRequests()).isEqualTo(refused);
    for (int look = 0; look < 2; look++) {
      assertThat(search("{ resource.service.name = \"service\" }")).hasSize(1);
      store.flush();
    }
  }
}
