package io.tempo4j.server.shop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShopTrafficTest {

  private static final long SEED = 42;
  private static final long START = 1_700_000_000_000_000_000L;

  @Test
  void sameSeedGivesTheSameTraces() {
    assertThat(traces(SEED, 50)).isEqualTo(traces(SEED, 50)).isNotEqualTo(traces(SEED + 1, 50));
  }

  @Test
  void everyTraceIsOneTreeThatLiesWithinSaneTimes() {
    for (List<ResourceSpans> trace : traces(SEED, 200)) {
      Map<ByteString, Span> byId = new HashMap<>();
      spans(trace).forEach(span -> assertThat(byId.put(span.getSpanId(), span)).isNull());

      assertThat(byId.values().stream().map(Span::getTraceId).distinct()).hasSize(1);
      assertThat(byId.values().stream().filter(span -> span.getParentSpanId().isEmpty()))
          .hasSize(1);
      for (Span span : byId.values()) {
        assertThat(span.getEndTimeUnixNano()).isGreaterThan(span.getStartTimeUnixNano());
        if (!span.getParentSpanId().isEmpty()) {
          Span parent = byId.get(span.getParentSpanId());
          assertThat(parent).isNotNull();
          assertThat(span.getStartTimeUnixNano())
              .isGreaterThanOrEqualTo(parent.getStartTimeUnixNano());
        }
      }
    }
  }

  @Test
  void trafficHasFailuresMessagesAndEveryService() {
    List<List<ResourceSpans>> traces = traces(SEED, 500);

    assertThat(
            traces.stream()
                .flatMap(List::stream)
                .map(part -> part.getResource().getAttributes(0).getValue().getStringValue())
                .distinct())
        .containsExactlyInAnyOrder(
            "frontend",
            "catalog",
            "cart",
            "inventory",
            "checkout",
            "payment",
            "shipping",
            "notification");
    assertThat(traces.stream().flatMap(ShopTrafficTest::spans))
        .anyMatch(span -> span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR)
        .anyMatch(span -> span.getKind() == Span.SpanKind.SPAN_KIND_PRODUCER)
        .anyMatch(span -> span.getLinksCount() > 0)
        .anyMatch(span -> span.getEventsCount() > 0);
  }

  private static List<List<ResourceSpans>> traces(long seed, int count) {
    ShopTraffic traffic = new ShopTraffic(seed);
    return IntStream.range(0, count)
        .mapToObj(i -> traffic.next(START + i).resourceSpans())
        .toList();
  }

  private static Stream<Span> spans(List<ResourceSpans> trace) {
    return trace.stream()
        .flatMap(part -> part.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream());
  }
}
