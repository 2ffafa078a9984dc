package io.tempo4j.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import org.junit.jupiter.api.Test;

class TraceTextTest {

  private static final long MILLI = 1_000_000;

  @Test
  void childrenStandBelowTheirParentInOrderOfStart() {
    Span failed =
        span("late", "c", "a", 30, 40).toBuilder()
            .setStatus(
                Status.newBuilder()
                    .setCode(Status.StatusCode.STATUS_CODE_ERROR)
                    .setMessage("no luck"))
            .build();

    assertThat(text(failed, span("early", "b", "a", 10, 20), span("root", "a", "", 0, 50)))
        .containsExactly(
            "(no service.name)  root                                  +0.0 ms     50.0 ms",
            "  (no service.name)  early                              +10.0 ms     10.0 ms",
            "  (no service.name)  late                               +30.0 ms     10.0 ms"
                + "  error: no luck");
  }

  @Test
  void orphansSelfParentsAndCyclesAppearOnce() {
    assertThat(
            text(
                span("orphan", "a", "missing", 0, 1),
                span("own parent", "b", "b", 1, 2),
                span("cycle 1", "c", "d", 2, 3),
                span("cycle 2", "d", "c", 3, 4)))
        .hasSize(4)
        .satisfiesOnlyOnce(line -> assertThat(line).startsWith("(no service.name)  orphan"))
        .satisfiesOnlyOnce(line -> assertThat(line).startsWith("(no service.name)  own parent"))
        .satisfiesOnlyOnce(line -> assertThat(line).startsWith("(no service.name)  cycle 1"))
        .satisfiesOnlyOnce(line -> assertThat(line).startsWith("  (no service.name)  cycle 2"));
  }

  @Test
  void emptyTraceGivesNoLine() {
    assertThat(TraceText.of(TracesData.getDefaultInstance())).isEmpty();
  }

  private static String[] text(Span... spans) {
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    for (Span span : spans) {
      scope.addSpans(span);
    }
    return TraceText.of(
            TracesData.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
                .build())
        .lines()
        .toArray(String[]::new);
  }

  private static Span span(String name, String id, String parent, long startMs, long endMs) {
    return Span.newBuilder()
        .setName(name)
        .setSpanId(ByteString.copyFromUtf8(id))
        .setParentSpanId(ByteString.copyFromUtf8(parent))
        .setStartTimeUnixNano(startMs * MILLI)
        .setEndTimeUnixNano(endMs * MILLI)
        .build();
  }
}
