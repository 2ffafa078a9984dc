package io.tempo4j.query.diff;

import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.otlp.AnyValueReader;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.otlp.WireCursor;
import io.tempo4j.traceql.SpanKind;
import io.tempo4j.traceql.SpanStatus;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads what is compared of the spans of an OTLP {@code TracesData} message. Not thread-safe.
 *
 * <p>Source: opentelemetry/proto/trace/v1/trace.proto.
 */
final class SpanReading {

  private static final String SERVICE_NAME = "service.name";

  private final byte[] bytes;
  private final List<RawSpan> spans = new ArrayList<>();
  private String traceId = "";

  private SpanReading(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads a message.
   *
   * @throws MalformedOtlpException if the bytes are none
   */
  static SpanReading of(byte[] tracesData) throws MalformedOtlpException {
    SpanReading reading = new SpanReading(tracesData);
    WireCursor cursor = new WireCursor(tracesData, 0, tracesData.length);
    while (cursor.next()) {
      if (cursor.isBytes(1)) {
        reading.resourceSpans(cursor.from(), cursor.to());
      }
    }
    return reading;
  }

  /** The spans in the order of the message. */
  List<RawSpan> spans() {
    return spans;
  }

  /** The trace id in hexadecimal digits; empty if no span has one. */
  String traceId() {
    return traceId;
  }

  private void resourceSpans(int from, int to) throws MalformedOtlpException {
    String service = "";
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.isBytes(1)) {
        service = serviceName(attributes(cursor.from(), cursor.to(), 1));
      }
    }
    cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.isBytes(2)) {
        scopeSpans(cursor.from(), cursor.to(), service);
      }
    }
  }

  private void scopeSpans(int from, int to, String service) throws MalformedOtlpException {
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.isBytes(2)) {
        spans.add(span(cursor.from(), cursor.to(), service));
      }
    }
  }

  private RawSpan span(int from, int to, String resourceService) throws MalformedOtlpException {
    long id = 0;
    long parentId = 0;
    String name = "";
    long kind = 0;
    long status = 0;
    long start = 0;
    long end = 0;
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      switch (cursor.field()) {
        case 1 -> noteTraceId(cursor);
        case 2 -> id = id(cursor);
        case 4 -> parentId = id(cursor);
        case 5 -> name = text(cursor);
        case 6 -> kind = cursor.number();
        case 7 -> start = cursor.number();
        case 8 -> end = cursor.number();
        case 15 -> status = status(cursor);
        default -> {}
      }
    }
    SortedMap<String, AttributeValue> attributes = attributes(from, to, 9);
    String service = serviceName(attributes);
    return new RawSpan(
        id,
        parentId,
        new SpanIdentity(service.isEmpty() ? resourceService : service, name, kindWord(kind)),
        statusWord(status),
        start,
        end,
        attributes);
  }

  private void noteTraceId(WireCursor cursor) {
    if (traceId.isEmpty() && cursor.isBytes(1)) {
      traceId = HexFormat.of().formatHex(bytes, cursor.from(), cursor.to());
    }
  }

  private long status(WireCursor span) throws MalformedOtlpException {
    long code = 0;
    if (span.isBytes(15)) {
      WireCursor cursor = new WireCursor(bytes, span.from(), span.to());
      while (cursor.next()) {
        if (cursor.field() == 3) {
          code = cursor.number();
        }
      }
    }
    return code;
  }

  private SortedMap<String, AttributeValue> attributes(int from, int to, int field)
      throws MalformedOtlpException {
    SortedMap<String, AttributeValue> attributes = new TreeMap<>();
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.isBytes(field)) {
        Attribute pair = AnyValueReader.keyValue(bytes, cursor.from(), cursor.to());
        attributes.put(pair.key(), pair.value());
      }
    }
    return attributes;
  }

  private static String serviceName(SortedMap<String, AttributeValue> attributes) {
    return attributes.get(SERVICE_NAME) instanceof AttributeValue.StringValue text
        ? text.value()
        : "";
  }

  /** Ids have eight bytes; the engine takes no others. */
  private long id(WireCursor cursor) {
    long id = 0;
    for (int at = cursor.from(); at < cursor.to(); at++) {
      id = id << 8 | bytes[at] & 0xff;
    }
    return id;
  }

  private String text(WireCursor cursor) {
    return new String(
        bytes, cursor.from(), cursor.to() - cursor.from(), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static String kindWord(long number) {
    for (SpanKind kind : SpanKind.values()) {
      if (kind.otlpCode() == number) {
        return kind.word();
      }
    }
    return Long.toString(number);
  }

  private static String statusWord(long number) {
    for (SpanStatus status : SpanStatus.values()) {
      if (status.otlpCode() == number) {
        return status.word();
      }
    }
    return Long.toString(number);
  }
}
