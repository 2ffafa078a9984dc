package io.tempo4j.testkit;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tempo4j.model.TraceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Traces of a shop, always the same ones: a root, calls below it with attributes of low and of high
 * cardinality, an event now and then, an error in three of a hundred traces.
 */
public final class Shop {

  /** Spans of each trace. */
  public static final int SPANS = 8;

  private static final int SERVICES = 12;
  private static final long NANOS_PER_TRACE = 1_000_000;

  private Shop() {}

  /** The id of a trace. */
  public static TraceId traceId(int trace) {
    Random random = new Random(trace * 31L + 7);
    return new TraceId(random.nextLong(), random.nextLong());
  }

  /** The value of {@code session.id} in all spans of a trace, and in no other. */
  public static String session(int trace) {
    return "session-%016x".formatted(traceId(trace).high());
  }

  /** Whether a trace has a span that failed. */
  public static boolean isFailed(int trace) {
    return trace % 33 == 5;
  }

  /** Traces {@code from .. to - 1}, which start one millisecond after the other. */
  public static ExportTraceServiceRequest request(int from, int to) {
    ExportTraceServiceRequest.Builder all = ExportTraceServiceRequest.newBuilder();
    for (int service = 0; service < SERVICES; service++) {
      List<Span> spans = new ArrayList<>();
      for (int trace = from; trace < to; trace++) {
        for (int span = 0; span < SPANS; span++) {
          if ((trace + span) % SERVICES == service) {
            spans.add(span(trace, span));
          }
        }
      }
      all.mergeFrom(Spans.request("service-" + service, spans));
    }
    return all.build();
  }

  private static Span span(int trace, int number) {
    long id = traceId(trace).low() + number;
    long parent = number == 0 ? 0 : traceId(trace).low() + (number - 1) / 2;
    long start = Spans.START + trace * NANOS_PER_TRACE + number * 20_000L;
    Span.Builder span =
        Spans.span(traceId(trace), id, parent)
            .setName("operation " + (trace + number) % 40)
            .setKindValue(1 + number % 5)
            .setStartTimeUnixNano(start)
            .setEndTimeUnixNano(start + 500_000 - number * 30_000L + trace % 977)
            .addAttributes(Spans.text("session.id", session(trace)))
            .addAttributes(Spans.text("http.route", "/api/" + (trace * 7 + number) % 60))
            .addAttributes(Spans.number("http.status", number == 3 ? 503 : 200))
            .addAttributes(Spans.number("bytes", (trace * 7919L + number) % 100_000));
    if (number == 2 && trace % 4 == 0) {
      span.addEvents(Span.Event.newBuilder().setName("retry").setTimeUnixNano(start + 1_000));
    }
    if (number == 3 && isFailed(trace)) {
      span.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
    }
    return span.build();
  }
}
