package io.tempo4j.server.memory;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.model.TraceId;
import io.tempo4j.testkit.Spans;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Requests that follow from their index alone, so that one that may have been lost is sent again to
 * the byte.
 */
interface Payload {

  /** How many requests there are. */
  int requests();

  /** Spans of each request. */
  int spansEach();

  /** The tenant of a request. */
  default String tenant(int index) {
    return "single-tenant";
  }

  /** The spans of a request. */
  List<Span> spans(int index);

  /** A request as it is sent. */
  default byte[] request(int index) {
    ExportTraceServiceRequest request = Spans.request("storm", spans(index));
    return request.toByteArray();
  }

  /** Spans of all requests. */
  default long allSpans() {
    return (long) requests() * spansEach();
  }

  /** Spans with one value of {@code bytes} each, all different, in traces of 10 spans. */
  record LongValues(int requests, int spansEach, int bytes, long startNanos) implements Payload {
    @Override
    public List<Span> spans(int index) {
      List<Span> spans = new ArrayList<>();
      for (int i = 0; i < spansEach; i++) {
        long number = (long) index * spansEach + i;
        spans.add(
            span(number / 10, number, startNanos)
                .addAttributes(Spans.text("db.statement", noise(number, bytes)))
                .build());
      }
      return spans;
    }
  }

  /** All spans in one trace, with a value of {@code bytes} each. */
  record OneTrace(int requests, int spansEach, int bytes, long startNanos) implements Payload {
    @Override
    public List<Span> spans(int index) {
      List<Span> spans = new ArrayList<>();
      for (int i = 0; i < spansEach; i++) {
        long number = (long) index * spansEach + i;
        Span.Builder span = span(1, number, startNanos);
        if (number > 0) {
          span.setParentSpanId(id(number / 8));
        }
        spans.add(span.addAttributes(Spans.text("note", noise(number, bytes))).build());
      }
      return spans;
    }
  }

  /** Spans with {@code keysEach} attribute keys that no other span has. */
  record NewKeys(int requests, int spansEach, int keysEach, int keys, long startNanos)
      implements Payload {
    @Override
    public List<Span> spans(int index) {
      List<Span> spans = new ArrayList<>();
      for (int i = 0; i < spansEach; i++) {
        long number = (long) index * spansEach + i;
        Span.Builder span = span(number / 10, number, startNanos);
        for (int key = 0; key < keysEach; key++) {
          long name = (number * keysEach + key) % keys;
          span.addAttributes(Spans.text("key." + name, "v"));
        }
        spans.add(span.build());
      }
      return spans;
    }
  }

  /** One span of a tenant of its own in each request. */
  record Tenants(int requests, long startNanos) implements Payload {
    @Override
    public int spansEach() {
      return 1;
    }

    @Override
    public String tenant(int index) {
      return "tenant-" + index;
    }

    @Override
    public List<Span> spans(int index) {
      return List.of(span(index, index, startNanos).build());
    }
  }

  /** What services send: a few attributes of few values, and an id. */
  record Plain(int requests, int spansEach, int attributes, long startNanos) implements Payload {
    @Override
    public List<Span> spans(int index) {
      List<Span> spans = new ArrayList<>();
      for (int i = 0; i < spansEach; i++) {
        long number = (long) index * spansEach + i;
        Span.Builder span = span(number / 12, number, startNanos);
        for (int key = 0; key < attributes; key++) {
          String value = key == 0 ? noise(number, 16) : "value " + (number * 31 + key) % 97;
          span.addAttributes(Spans.text("attribute." + key, value));
        }
        spans.add(span.build());
      }
      return spans;
    }
  }

  private static Span.Builder span(long trace, long number, long startNanos) {
    TraceId traceId = new TraceId(mixed(trace), mixed(~trace));
    long start = startNanos + number * 1_000;
    return Spans.span(traceId, 1, 0)
        .setSpanId(id(number))
        .setStartTimeUnixNano(start)
        .setEndTimeUnixNano(start + 1_000_000 + number % 1_000_000);
  }

  /** The id of the trace that {@link OneTrace} sends. */
  static TraceId oneTraceId() {
    return new TraceId(mixed(1), mixed(~1L));
  }

  /** The id of the trace that a span belongs to. */
  static TraceId traceIdOf(Span span) {
    ByteBuffer id = span.getTraceId().asReadOnlyByteBuffer();
    return new TraceId(id.getLong(), id.getLong());
  }

  /** A trace id that follows from a number. */
  static ByteString traceIdBytes(long number) {
    return ByteString.copyFrom(
        ByteBuffer.allocate(16).putLong(mixed(number)).putLong(mixed(~number)).array());
  }

  private static ByteString id(long number) {
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
