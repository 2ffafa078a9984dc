package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.TimeSeries;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.query.tags.TagLimits;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.testkit.Spans;
import io.tempo4j.traceql.TraceQl;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Spans that are sent again, and spans that look like it: in every place, by every query. */
class EqualSpansTest {

  private static final TenantId TENANT = TenantId.SINGLE;
  private static final TraceId TRACE = new TraceId(3, 4);
  private static final long FROM = Spans.START - 1_000_000_000L;
  private static final long TO = Spans.START + 1_000_000_000L;

  private TraceStore store;

  /** What happens between two requests. */
  enum Between {
    /** Both are in one request. */
    NOTHING,
    /** Both are in one head. */
    APPEND,
    /** One is in a block. */
    FLUSH
  }

  @BeforeEach
  void open() throws Exception {
    store = TraceStore.builder().blocks(new InMemoryObjectStore()).withoutWal().open();
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private void send(Between between, ExportTraceServiceRequest... requests) throws IOException {
    if (between == Between.NOTHING) {
      ExportTraceServiceRequest.Builder all = ExportTraceServiceRequest.newBuilder();
      for (ExportTraceServiceRequest request : requests) {
        all.addAllResourceSpans(request.getResourceSpansList());
      }
      assertThat(store.append(TENANT, all.build()).rejectedSpans()).isZero();
      return;
    }
    for (ExportTraceServiceRequest request : requests) {
      if (between == Between.FLUSH) {
        store.flush();
      }
      assertThat(store.append(TENANT, request).rejectedSpans()).isZero();
    }
  }

  private double metric(String query) throws IOException {
    double sum = 0;
    for (TimeSeries series :
        store.metrics(TENANT, MetricsRequest.instant(query, FROM, TO)).series()) {
      sum += Arrays.stream(series.values()).filter(Double::isFinite).sum();
    }
    return sum;
  }

  private TraceMatch found(String query) throws IOException {
    return store.search(TENANT, new SearchRequest(query, 0, -1L, 10, 100)).traces().get(0);
  }

  private List<Span> byId() throws Exception {
    return TracesData.parseFrom(store.findTrace(TENANT, TRACE).tracesData())
        .getResourceSpansList()
        .stream()
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .toList();
  }

  private void assertCounted(int spans) throws Exception {
    assertThat(metric("{ } | count_over_time()")).isEqualTo(spans);
    assertThat(metric("{ status = ok || status != ok } | count_over_time() by (name)"))
        .isEqualTo(spans);
    assertThat(metric("{ } | sum_over_time(span.n)")).isEqualTo(7.0 * spans);
    assertThat(metric("{ } | histogram_over_time(duration)")).isEqualTo(spans);
    assertThat(metric("{ trace:rootName = \"span 1\" } | count_over_time()")).isEqualTo(spans);
    assertThat(metric("{ } | rate()")).isEqualTo(spans / ((TO - FROM) / 1e9));
    // one more than there are spans would show in the totals of either side
    assertThat(
            store
                .metrics(
                    TENANT,
                    MetricsRequest.instant("{ } | compare({ name = \"nothing\" })", FROM, TO))
                .series()
                .stream()
                .filter(series -> series.labels().toString().contains("baseline_total"))
                .filter(series -> series.labels().toString().contains("name"))
                .mapToDouble(series -> Arrays.stream(series.values()).max().orElseThrow())
                .max()
                .orElseThrow())
        .isEqualTo(spans);
    TraceMatch match = found("{ }");
    assertThat(match.spansets().get(0).matched()).isEqualTo(spans);
    assertThat(match.spansets().get(0).spans()).hasSize(spans);
    assertThat(
            match.serviceStats().values().stream()
                .mapToInt(TraceMatch.ServiceStats::spanCount)
                .sum())
        .isEqualTo(spans);
    assertThat(found("{ } | count() = " + spans).spansets()).hasSize(1);
    assertThat(store.findTrace(TENANT, TRACE).spanCount()).isEqualTo(spans);
    assertThat(byId()).hasSize(spans);
    assertThat(
            store
                .tagValues(
                    TENANT,
                    new TagValuesRequest(
                        TraceQl.parseReference("span.n"), "", 0, Long.MAX_VALUE, TagLimits.NONE),
                    QueryContext.unbounded())
                .values())
        .hasSize(1);
  }

  private static Span.Builder span() {
    return Spans.span(TRACE, 1, 0).addAttributes(Spans.number("n", 7));
  }

  @ParameterizedTest
  @EnumSource
  void spansThatAreSentAgainCountOnce(Between between) throws Exception {
    Span.Builder child = Spans.span(TRACE, 2, 1).addAttributes(Spans.number("n", 7));
    ExportTraceServiceRequest request = Spans.request("a", List.of(span().build(), child.build()));
    send(between, request, request, request);

    assertCounted(2);
    store.flush();
    assertCounted(2);
  }

  @ParameterizedTest
  @EnumSource
  void attemptsOfOneCallAreTwoSpans(Between between) throws Exception {
    send(
        between,
        Spans.request(span().addAttributes(Spans.number("code", 499))),
        Spans.request(span().addAttributes(Spans.number("code", 200))));

    assertCounted(2);
    store.flush();
    assertCounted(2);
    assertThat(found("{ span.code = 499 }").spansets().get(0).matched()).isEqualTo(1);
    assertThat(found("{ span.code = 200 }").spansets().get(0).matched()).isEqualTo(1);
    assertThat(metric("{ span.code = 200 } | count_over_time()")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void aSpanThatIsSentRunningAndDoneIsTwo(Between between) throws Exception {
    Span running = span().clearEndTimeUnixNano().build();
    Span done = span().setStatus(Status.newBuilder().setCodeValue(1)).build();
    send(between, Spans.request("a", List.of(running)), Spans.request("a", List.of(done)));

    assertThat(byId()).hasSize(2);
    assertThat(found("{ status = ok }").spansets().get(0).matched()).isEqualTo(1);
    assertThat(found("{ status = unset }").spansets().get(0).matched()).isEqualTo(1);
    assertThat(metric("{ } | count_over_time()")).isEqualTo(2);
    // by start, id, kind, duration: one that has no end has the largest, unsigned
    assertThat(byId().get(0).getStatus().getCodeValue()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void spansOfTwoScopesOrResourcesAreTwo(Between between) throws Exception {
    Span span = span().build();
    send(between, request("a", "one", span), request("a", "two", span), request("b", "two", span));

    assertCounted(3);
    store.flush();
    assertCounted(3);
    assertThat(
            found("{ instrumentation:name = \"two\" && resource.service.name = \"b\" }")
                .spansets()
                .get(0)
                .matched())
        .isEqualTo(1);
  }

  private static ExportTraceServiceRequest request(String service, String scope, Span span) {
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(
                    Resource.newBuilder().addAttributes(Spans.text("service.name", service)))
                .addScopeSpans(
                    ScopeSpans.newBuilder()
                        .setScope(InstrumentationScope.newBuilder().setName(scope))
                        .addSpans(span)))
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void theOrderOfAttributesMakesNoDifference(Between between) throws Exception {
    send(
        between,
        Spans.request(span().addAttributes(Spans.text("a", "x"))),
        Spans.request(
            Spans.span(TRACE, 1, 0)
                .addAttributes(Spans.text("a", "x"))
                .addAttributes(Spans.number("n", 7))));

    assertCounted(1);
  }

  /** Where one source has no column left for a key, it is kept otherwise there. */
  @Test
  void anAttributeIsTheSameWhereverItIsKept() throws Exception {
    Span last = span().addAttributes(Spans.text("last", "x")).build();
    store.append(TENANT, Spans.request("a", List.of(last)));
    store.flush();
    Span.Builder wide = Spans.span(new TraceId(9, 9), 1, 0);
    for (int key = 0; key < 1100; key++) {
      wide.addAttributes(Spans.number("key-" + key, key));
    }
    store.append(TENANT, Spans.request("a", List.of(wide.build())));
    store.append(TENANT, Spans.request("a", List.of(last)));

    assertThat(metric("{ span.last = \"x\" } | count_over_time()")).isEqualTo(1);
    assertThat(byId()).hasSize(1);
    store.flush();
    assertThat(metric("{ span.last = \"x\" } | count_over_time()")).isEqualTo(1);
    assertThat(byId()).hasSize(1);
  }

  @Test
  void manyRequestsAreSentAgainToManyBlocks() throws Exception {
    int traces = 300;
    for (int round = 0; round < 4; round++) {
      for (int trace = 1; trace <= traces; trace++) {
        TraceId id = new TraceId(trace * 0x9E3779B97F4A7C15L, trace);
        // one of three traces has a span of its own in each round
        long own = trace % 3 == 0 ? 10 + round : 1;
        store.append(
            TENANT,
            Spans.request(
                "a", List.of(Spans.span(id, 1, 0).build(), Spans.span(id, own, 0).build())));
      }
      if (round < 3) {
        store.flush();
      }
      int expected = traces + traces / 3 * (round + 1);
      for (int again = 0; again < 2; again++) {
        assertThat(metric("{ } | count_over_time()")).isEqualTo(expected);
        assertThat(metric("{ name = \"span 1\" } | count_over_time()")).isEqualTo(traces);
      }
    }
  }
}
