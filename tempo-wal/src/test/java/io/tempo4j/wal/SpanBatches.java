package io.tempo4j.wal;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.model.TenantId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The requests of the crash storm. Every request follows from its round, its thread and its number,
 * so that the process that sends and the one that checks agree without a word.
 */
final class SpanBatches {

  static final int SPANS = 10;

  /** A trace is sent in this many requests, and so rests in several heads and blocks. */
  static final int BATCHES_PER_TRACE = 4;

  /** Names one request. */
  record Batch(int round, int thread, int number) {

    TenantId tenant() {
      return new TenantId(thread % 2 == 0 ? "even" : "odd");
    }

    /** As 32 hexadecimal digits. */
    String traceId() {
      return String.format("%08x%08x%016x", round + 1, thread + 1, number / BATCHES_PER_TRACE);
    }

    /** The ids of the spans, as 16 hexadecimal digits each. */
    List<String> spanIds() {
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < SPANS; i++) {
        ids.add(String.format("%016x", spanId(i)));
      }
      return ids;
    }

    private long spanId(int index) {
      return (round + 1L) << 40 | (thread + 1L) << 32 | (long) number << 8 | index;
    }

    /** The request's bytes. */
    byte[] toBytes() {
      ScopeSpans.Builder spans = ScopeSpans.newBuilder();
      for (int i = 0; i < SPANS; i++) {
        long start = 1_700_000_000_000_000_000L + spanId(i);
        spans.addSpans(
            Span.newBuilder()
                .setTraceId(
                    ByteString.copyFrom(
                        ByteBuffer.allocate(16)
                            .putInt(round + 1)
                            .putInt(thread + 1)
                            .putLong(number / BATCHES_PER_TRACE)
                            .flip()))
                .setSpanId(ByteString.copyFrom(ByteBuffer.allocate(8).putLong(spanId(i)).flip()))
                .setName("operation " + i)
                .setStartTimeUnixNano(start)
                .setEndTimeUnixNano(start + 1000)
                .addAttributes(text("padding", "x".repeat(number % 7 * 20))));
      }
      return ExportTraceServiceRequest.newBuilder()
          .addResourceSpans(
              ResourceSpans.newBuilder()
                  .setResource(
                      Resource.newBuilder().addAttributes(text("service.name", "t" + thread)))
                  .addScopeSpans(spans))
          .build()
          .toByteArray();
    }

    private static KeyValue text(String key, String value) {
      return KeyValue.newBuilder()
          .setKey(key)
          .setValue(AnyValue.newBuilder().setStringValue(value))
          .build();
    }
  }

  private SpanBatches() {}
}
