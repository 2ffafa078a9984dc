package io.tempo4j.otlp;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes an OTLP {@code ExportTraceServiceRequest} (wire-identical to {@code TracesData}) in one
 * pass over its bytes and hands every span to a {@link SpanSink}, creating no object per span or
 * attribute.
 *
 * <p>Unknown fields are skipped. Spans whose ids have a wrong length or are all zero are dropped,
 * counted and reported; ids of links for which that holds are left out and reported; everything
 * else that is wrong fails the request.
 *
 * <p>Not thread-safe; an instance may be used for any number of requests.
 *
 * <p>Source: opentelemetry-proto 1.11, trace.proto and common.proto.
 */
public final class OtlpDecoder {

  // TracesData, ResourceSpans, ScopeSpans
  private static final int RESOURCE_SPANS = 1 << 3 | WireReader.BYTES;
  private static final int OWNER = 1 << 3 | WireReader.BYTES;
  private static final int CONTENT = 2 << 3 | WireReader.BYTES;
  private static final int SCHEMA_URL = 3 << 3 | WireReader.BYTES;

  private final SpanFields span = new SpanFields();
  private final LinkFields link = new LinkFields();
  private final Map<Rejection, Integer> rejections = new LinkedHashMap<>();
  private final Map<String, Integer> losses = new LinkedHashMap<>();
  private int accepted;

  /** Why a span is dropped, as is told and as is counted. */
  private record Rejection(RejectionReason reason, String message) {

    @Override
    public String toString() {
      return message;
    }
  }

  /** Spans that the last call handed to {@link SpanSink#endSpan}. */
  public int acceptedSpans() {
    return accepted;
  }

  /** Spans that the last call dropped, by reason. */
  public Map<RejectionReason, Integer> rejectedSpans() {
    if (rejections.isEmpty()) {
      return Map.of();
    }
    Map<RejectionReason, Integer> spans = new EnumMap<>(RejectionReason.class);
    rejections.forEach((why, count) -> spans.merge(why.reason, count, Integer::sum));
    return spans;
  }

  /**
   * Why the last call dropped spans, and ids of links, one clause per reason with its count; empty
   * if it did neither.
   */
  public String rejectionMessage() {
    return Stream.concat(clauses(rejections, "spans"), clauses(losses, "links"))
        .collect(Collectors.joining("; "));
  }

  private static Stream<String> clauses(Map<?, Integer> reasons, String what) {
    return reasons.entrySet().stream()
        .map(reason -> reason.getKey() + " (" + reason.getValue() + " " + what + ")");
  }

  /**
   * Decodes one request.
   *
   * @throws MalformedOtlpException if the bytes are no such message; the sink has then seen a part
   *     of it
   */
  public void decode(byte[] buffer, int offset, int length, SpanSink sink)
      throws MalformedOtlpException {
    accepted = 0;
    rejections.clear();
    losses.clear();
    WireReader in = new WireReader(buffer, offset);
    int end = offset + length;
    while (in.position < end) {
      int tag = in.tag(end);
      if (tag == RESOURCE_SPANS) {
        int size = in.length(end);
        resourceSpans(in, in.position + size, sink);
      } else {
        in.skip(tag, end);
      }
    }
  }

  private void resourceSpans(WireReader in, int end, SpanSink sink) throws MalformedOtlpException {
    int start = in.position;
    // protobuf lets the resource stand behind the spans that belong to it, so look for it first
    int message = start;
    int messageLength = 0;
    int schemaUrl = start;
    int schemaUrlLength = 0;
    boolean hasSpans = false;
    while (in.position < end) {
      int tag = in.tag(end);
      if ((tag & 7) != WireReader.BYTES) {
        in.skip(tag, end);
        continue;
      }
      int length = in.length(end);
      if (tag == OWNER) {
        message = in.position;
        messageLength = length;
      } else if (tag == SCHEMA_URL) {
        schemaUrl = in.position;
        schemaUrlLength = length;
      } else if (tag == CONTENT) {
        hasSpans = true;
      }
      in.position += length;
    }
    if (!hasSpans) {
      return;
    }
    int resource = sink.resource(in.buffer, message, messageLength, schemaUrl, schemaUrlLength);
    in.position = start;
    while (in.position < end) {
      int tag = in.tag(end);
      if (tag == CONTENT) {
        int length = in.length(end);
        scopeSpans(in, in.position + length, sink, resource);
      } else {
        in.skip(tag, end);
      }
    }
  }

  private void scopeSpans(WireReader in, int end, SpanSink sink, int resource)
      throws MalformedOtlpException {
    int start = in.position;
    int message = start;
    int messageLength = 0;
    int schemaUrl = start;
    int schemaUrlLength = 0;
    while (in.position < end) {
      int tag = in.tag(end);
      if ((tag & 7) != WireReader.BYTES) {
        in.skip(tag, end);
        continue;
      }
      int length = in.length(end);
      if (tag == OWNER) {
        message = in.position;
        messageLength = length;
      } else if (tag == SCHEMA_URL) {
        schemaUrl = in.position;
        schemaUrlLength = length;
      }
      in.position += length;
    }
    int scope = sink.scope(in.buffer, message, messageLength, schemaUrl, schemaUrlLength);
    in.position = start;
    while (in.position < end) {
      int tag = in.tag(end);
      if (tag == CONTENT) {
        int length = in.length(end);
        span(in, in.position + length, sink, resource, scope);
      } else {
        in.skip(tag, end);
      }
    }
  }

  private void span(WireReader in, int end, SpanSink sink, int resource, int scope)
      throws MalformedOtlpException {
    SpanFields span = this.span;
    span.clear();
    AttributeSink attributes = sink.spanAttributes();
    while (in.position < end) {
      int tag = in.tag(end);
      switch (tag) {
        case 1 << 3 | WireReader.BYTES -> {
          int length = span.traceIdLength = in.length(end);
          if (length == 16) {
            span.traceIdHigh = in.bigEndian64(in.position);
            span.traceIdLow = in.bigEndian64(in.position + 8);
          }
          in.position += length;
        }
        case 2 << 3 | WireReader.BYTES -> {
          int length = span.spanIdLength = in.length(end);
          span.spanId = length == 8 ? in.bigEndian64(in.position) : 0;
          in.position += length;
        }
        case 3 << 3 | WireReader.BYTES -> {
          span.traceStateLength = in.length(end);
          span.traceStateOffset = in.position;
          in.position += span.traceStateLength;
        }
        case 4 << 3 | WireReader.BYTES -> {
          int length = span.parentSpanIdLength = in.length(end);
          span.parentSpanId = length == 8 ? in.bigEndian64(in.position) : 0;
          in.position += length;
        }
        case 5 << 3 | WireReader.BYTES -> {
          span.nameLength = in.length(end);
          span.nameOffset = in.position;
          in.position += span.nameLength;
        }
        case 6 << 3 | WireReader.VARINT -> span.kind = (int) in.varint(end);
        case 7 << 3 | WireReader.FIXED64 -> span.startNanos = in.fixed64(end);
        case 8 << 3 | WireReader.FIXED64 -> span.endNanos = in.fixed64(end);
        case 9 << 3 | WireReader.BYTES -> {
          int length = in.length(end);
          AttributeDecoder.decode(in, in.position + length, attributes);
        }
        case 10 << 3 | WireReader.VARINT -> span.droppedAttributes = in.varint(end) & 0xffff_ffffL;
        case 11 << 3 | WireReader.BYTES -> {
          int length = in.length(end);
          event(in, in.position + length, sink);
        }
        case 12 << 3 | WireReader.VARINT -> span.droppedEvents = in.varint(end) & 0xffff_ffffL;
        case 13 << 3 | WireReader.BYTES -> {
          int length = in.length(end);
          link(in, in.position + length, sink);
        }
        case 14 << 3 | WireReader.VARINT -> span.droppedLinks = in.varint(end) & 0xffff_ffffL;
        case 15 << 3 | WireReader.BYTES -> {
          int length = in.length(end);
          status(in, in.position + length);
        }
        case 16 << 3 | WireReader.FIXED32 -> span.flags = in.fixed32(end);
        default -> in.skip(tag, end);
      }
    }
    Rejection rejection = rejection(span);
    if (rejection == null) {
      sink.endSpan(in.buffer, span, resource, scope);
      accepted++;
    } else {
      sink.discardSpan();
      rejections.merge(rejection, 1, Integer::sum);
    }
  }

  private static @Nullable Rejection rejection(SpanFields span) {
    if (span.traceIdLength != 16) {
      return new Rejection(
          RejectionReason.INVALID_TRACE_ID,
          "trace ids must be 128 bit, received " + 8 * Math.max(0, span.traceIdLength) + " bits");
    }
    if (span.spanIdLength != 8) {
      return new Rejection(
          RejectionReason.INVALID_SPAN_ID,
          "span ids must be 64 bit, received " + 8 * Math.max(0, span.spanIdLength) + " bits");
    }
    if (span.parentSpanIdLength > 0 && span.parentSpanIdLength != 8) {
      return new Rejection(
          RejectionReason.INVALID_PARENT_SPAN_ID,
          "parent span ids must be 64 bit, received " + 8 * span.parentSpanIdLength + " bits");
    }
    if ((span.traceIdHigh | span.traceIdLow) == 0) {
      return new Rejection(RejectionReason.INVALID_TRACE_ID, "trace id is all zeros");
    }
    if (span.spanId == 0) {
      return new Rejection(RejectionReason.INVALID_SPAN_ID, "span id is all zeros");
    }
    return null;
  }

  private void status(WireReader in, int end) throws MalformedOtlpException {
    while (in.position < end) {
      int tag = in.tag(end);
      if (tag == (2 << 3 | WireReader.BYTES)) {
        span.statusMessageLength = in.length(end);
        span.statusMessageOffset = in.position;
        in.position += span.statusMessageLength;
      } else if (tag == (3 << 3 | WireReader.VARINT)) {
        span.statusCode = (int) in.varint(end);
      } else {
        in.skip(tag, end);
      }
    }
  }

  private static void event(WireReader in, int end, SpanSink sink) throws MalformedOtlpException {
    AttributeSink attributes = sink.eventAttributes();
    long timeNanos = 0;
    int name = in.position;
    int nameLength = 0;
    long dropped = 0;
    while (in.position < end) {
      int tag = in.tag(end);
      switch (tag) {
        case 1 << 3 | WireReader.FIXED64 -> timeNanos = in.fixed64(end);
        case 2 << 3 | WireReader.BYTES -> {
          nameLength = in.length(end);
          name = in.position;
          in.position += nameLength;
        }
        case 3 << 3 | WireReader.BYTES -> {
          int length = in.length(end);
          AttributeDecoder.decode(in, in.position + length, attributes);
        }
        case 4 << 3 | WireReader.VARINT -> dropped = in.varint(end) & 0xffff_ffffL;
        default -> in.skip(tag, end);
      }
    }
    sink.endEvent(in.buffer, timeNanos, name, nameLength, dropped);
  }

  private void link(WireReader in, int end, SpanSink sink) throws MalformedOtlpException {
    AttributeSink attributes = sink.linkAttributes();
    LinkFields link = this.link;
    link.clear();
    int traceIdLength = 0;
    int spanIdLength = 0;
    while (in.position < end) {
      int tag = in.tag(end);
      switch (tag) {
        case 1 << 3 | WireReader.BYTES -> {
          traceIdLength = in.length(end);
          link.traceIdHigh = traceIdLength == 16 ? in.bigEndian64(in.position) : 0;
          link.traceIdLow = traceIdLength == 16 ? in.bigEndian64(in.position + 8) : 0;
          in.position += traceIdLength;
        }
        case 2 << 3 | WireReader.BYTES -> {
          spanIdLength = in.length(end);
          link.spanId = spanIdLength == 8 ? in.bigEndian64(in.position) : 0;
          in.position += spanIdLength;
        }
        case 3 << 3 | WireReader.BYTES -> {
          link.traceStateLength = in.length(end);
          link.traceStateOffset = in.position;
          in.position += link.traceStateLength;
        }
        case 4 << 3 | WireReader.BYTES -> {
          int length = in.length(end);
          AttributeDecoder.decode(in, in.position + length, attributes);
        }
        case 5 << 3 | WireReader.VARINT -> link.droppedAttributes = in.varint(end) & 0xffff_ffffL;
        case 6 << 3 | WireReader.FIXED32 -> link.flags = in.fixed32(end);
        default -> in.skip(tag, end);
      }
    }
    noteLoss("trace", 16, traceIdLength, link.traceIdHigh | link.traceIdLow);
    noteLoss("span", 8, spanIdLength, link.spanId);
    sink.endLink(in.buffer, link);
  }

  /** Notes that a link came with an id that is none, without which it is kept. */
  private void noteLoss(String what, int rightLength, int length, long bits) {
    if (length != 0 && bits == 0) {
      String found =
          length == rightLength
              ? "all zeros"
              : "must be " + 8 * rightLength + " bit, received " + 8 * length + " bits";
      String verb = length == rightLength ? " is " : " ";
      losses.merge("link " + what + " id" + verb + found + ", left out", 1, Integer::sum);
    }
  }
}
