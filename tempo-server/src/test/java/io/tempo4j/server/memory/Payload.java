package io.tempo4j.server.memory;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.model.TraceId;
import io.tempo4j.testkit.Spans;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * Requests that follow from their index alone, so that one that may have been lost is sent again to
 * the byte.
 *
 * @param requests how many there are
 * @param spansEach spans of each
 * @param span a span by its number; numbers run through all requests
 * @param tenant of a request by its index
 */
record Payload(
    int requests, int spansEach, LongFunction<Span.Builder> span, IntFunction<String> tenant) {

  /** Whom all belong to that have no tenants of their own. */
  static final String TENANT = "single-tenant";

  /** The trace that {@link #oneTrace} sends. */
  static final TraceId ONE_TRACE = traceId(1);

  private static Payload of(int requests, int spansEach, LongFunction<Span.Builder> span) {
    return new Payload(requests, spansEach, span, index -> TENANT);
  }

  /** Spans with one value of {@code bytes} each, all different, in traces of 10 spans. */
  static Payload longValues(int requests, int spansEach, int bytes, long startNanos) {
    return of(
        requests,
        spansEach,
        number ->
            span(number / 10, number, startNanos)
                .addAttributes(Spans.text("db.statement", noise(number, bytes))));
  }

  /** All spans in one trace, with a value of {@code bytes} each. */
  static Payload oneTrace(int requests, int spansEach, int bytes, long startNanos) {
    return of(
        requests,
        spansEach,
        number ->
            span(1, number, startNanos)
                .setParentSpanId(number == 0 ? ByteString.EMPTY : spanId(number / 8))
                .addAttributes(Spans.text("note", noise(number, bytes))));
  }

  /** Spans with {@code keysEach} attribute keys of {@code keys} that take turns. */
  static Payload newKeys(int requests, int spansEach, int keysEach, int keys, long startNanos) {
    return of(
        requests,
        spansEach,
        number -> {
          Span.Builder span = span(number / 10, number, startNanos);
          for (int key = 0; key < keysEach; key++) {
            span.addAttributes(Spans.text("key." + (number * keysEach + key) % keys, "v"));
          }
          return span;
        });
  }

  /** One span of a tenant of its own in each request. */
  static Payload tenants(int tenants, long startNanos) {
    return new Payload(
        tenants, 1, number -> span(number, number, startNanos), index -> "tenant-" + index);
  }

  /** What services send: a few attributes of few values, and an id. */
  static Payload plain(int requests, int spansEach, int attributes, long startNanos) {
    return of(
        requests,
        spansEach,
        number -> {
          Span.Builder span = span(number / 12, number, startNanos);
          for (int key = 0; key < attributes; key++) {
            span.addAttributes(
                Spans.text(
                    "attribute." + key,
                    key == 0 ? plainId(number) : "value " + (number * 31 + key) % 97));
          }
          return span;
        });
  }

  /** The value of {@code attribute.0} of a span of {@link #plain}, which no other has. */
  static String plainId(long number) {
    return noise(number, 16);
  }

  private List<Span> spans(int index) {
    long first = (long) index * spansEach;
    return LongStream.range(first, first + spansEach)
        .mapToObj(number -> span.apply(number).build())
        .toList();
  }

  /** A request as it is sent. */
  ExportTraceServiceRequest request(int index) {
    return Spans.request("storm", spans(index));
  }

  /** Spans of all requests. */
  long allSpans() {
    return (long) requests * spansEach;
  }

  private static Span.Builder span(long trace, long number, long startNanos) {
    long start = startNanos + number * 1_000;
    return Spans.span(traceId(trace), 1, 0)
        .setSpanId(spanId(number))
        .setStartTimeUnixNano(start)
        .setEndTimeUnixNano(start + 1_000_000 + number % 1_000_000);
  }

  /** The id of a trace that has a number. */
  static TraceId traceId(long number) {
    return new TraceId(mixed(number), mixed(~number));
  }

  private static ByteString spanId(long number) {
    return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(mixed(number) | 1).array());
  }

  /** Letters and digits that hardly repeat. */
  private static String noise(long seed, int length) {
    SplittableRandom random = new SplittableRandom(seed);
    char[] text = new char[length];
    long bits = 0;
    for (int i = 0; i < length; i++) {
      bits = i % 10 == 0 ? random.nextLong() : bits >>> 6;
      text[i] =
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ."
              .charAt((int) bits & 63);
    }
    return new String(text);
  }

  private static long mixed(long number) {
    return new SplittableRandom(number).nextLong();
  }
}
