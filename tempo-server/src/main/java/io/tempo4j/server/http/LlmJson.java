package io.tempo4j.server.http;

import com.fasterxml.jackson.core.SerializableString;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.otlp.WireCursor;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The form of a trace for language models, written from the wire bytes of OTLP {@code TracesData}:
 * services, their scopes, their spans, with attributes as plain objects, hexadecimal ids, and
 * durations.
 *
 * <p>The fields are those of Tempo. The keys of attributes ascend; of a key that repeats the last
 * value counts. What OTLP carries for machines alone is left out: schema URLs, trace states, flags,
 * counts of what was dropped, attributes of scopes.
 *
 * <p>Source: opentelemetry/proto/trace/v1/trace.proto, common/v1/common.proto.
 */
final class LlmJson {

  private static final int MAX_VALUE_DEPTH = 256;
  private static final double NANOS_PER_MILLI = 1e6;

  private static final SerializableString TRACE = JsonBody.name("trace");
  private static final SerializableString TRACE_ID = JsonBody.name("traceId");
  private static final SerializableString SERVICES = JsonBody.name("services");
  private static final SerializableString SERVICE_NAME = JsonBody.name("serviceName");
  private static final SerializableString RESOURCE = JsonBody.name("resource");
  private static final SerializableString SCOPES = JsonBody.name("scopes");
  private static final SerializableString NAME = JsonBody.name("name");
  private static final SerializableString VERSION = JsonBody.name("version");
  private static final SerializableString SPANS = JsonBody.name("spans");
  private static final SerializableString SPAN_ID = JsonBody.name("spanId");
  private static final SerializableString PARENT_SPAN_ID = JsonBody.name("parentSpanId");
  private static final SerializableString KIND = JsonBody.name("kind");
  private static final SerializableString START = JsonBody.name("startTimeUnixNano");
  private static final SerializableString END = JsonBody.name("endTimeUnixNano");
  private static final SerializableString DURATION_MS = JsonBody.name("durationMs");
  private static final SerializableString ATTRIBUTES = JsonBody.name("attributes");
  private static final SerializableString EVENTS = JsonBody.name("events");
  private static final SerializableString TIME = JsonBody.name("timeUnixNano");
  private static final SerializableString LINKS = JsonBody.name("links");
  private static final SerializableString STATUS = JsonBody.name("status");
  private static final SerializableString CODE = JsonBody.name("code");
  private static final SerializableString MESSAGE = JsonBody.name("message");

  private static final String SERVICE_NAME_KEY = "service.name";

  private final byte[] bytes;
  private final JsonBody json;

  /** A value within the bytes. */
  private record Range(int from, int to) {}

  private LlmJson(byte[] bytes, JsonBody json) {
    this.bytes = bytes;
    this.json = json;
  }

  /**
   * The document; an empty object for a trace without spans.
   *
   * @param incomplete why the trace is not whole; empty if it is
   */
  static Body of(byte[] tracesData, String incomplete) {
    return JsonBody.of(json -> {
      json.startObject();
      if (tracesData.length > 0) {
        new LlmJson(tracesData, json).trace();
        json.string(STATUS, incomplete.isEmpty() ? "COMPLETE" : "PARTIAL");
        json.stringUnlessEmpty(MESSAGE, incomplete);
      }
      json.endObject();
    });
  }

  private void trace() throws MalformedOtlpException {
    json.startObject(TRACE);
    boolean isFirst = true;
    WireCursor cursor = new WireCursor(bytes, 0, bytes.length);
    while (cursor.next()) {
      if (cursor.field() == 1) {
        if (isFirst) {
          hex(TRACE_ID, firstSpan(cursor.from(), cursor.to()), 1);
          json.startArray(SERVICES);
          isFirst = false;
        }
        service(cursor.from(), cursor.to());
      }
    }
    if (!isFirst) {
      json.endArray();
    }
    json.endObject();
  }

  /** The first span of the first scope; no fields if there is none. */
  private ProtoFields firstSpan(int from, int to) throws MalformedOtlpException {
    ProtoFields scope = first(from, to);
    return first(scope.start, scope.end);
  }

  private ProtoFields first(int from, int to) throws MalformedOtlpException {
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.field() == 2) {
        return new ProtoFields(bytes, cursor.from(), cursor.to());
      }
    }
    return new ProtoFields(bytes, to, to);
  }

  private void service(int from, int to) throws MalformedOtlpException {
    json.startObject();
    ProtoFields fields = new ProtoFields(bytes, from, to);
    if (fields.has(1)) {
      TreeMap<String, Range> attributes = attributes(fields.from(1), fields.to(1), 1);
      Range serviceName = attributes.get(SERVICE_NAME_KEY);
      if (serviceName != null) {
        ProtoFields value = new ProtoFields(bytes, serviceName.from, serviceName.to);
        if (value.has(1)) {
          json.utf8(SERVICE_NAME, bytes, value.from(1), value.to(1));
        }
        attributes.remove(SERVICE_NAME_KEY);
      }
      attributes(RESOURCE, attributes);
    }
    json.startArray(SCOPES);
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.field() == 2) {
        scope(cursor.from(), cursor.to());
      }
    }
    json.endArray();
    json.endObject();
  }

  private void scope(int from, int to) throws MalformedOtlpException {
    json.startObject();
    ProtoFields fields = new ProtoFields(bytes, from, to);
    if (fields.has(1)) {
      ProtoFields scope = new ProtoFields(bytes, fields.from(1), fields.to(1));
      textUnlessEmpty(NAME, scope, 1);
      textUnlessEmpty(VERSION, scope, 2);
    }
    json.startArray(SPANS);
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.field() == 2) {
        span(cursor.from(), cursor.to());
      }
    }
    json.endArray();
    json.endObject();
  }

  private void span(int from, int to) throws MalformedOtlpException {
    json.startObject();
    ProtoFields span = new ProtoFields(bytes, from, to);
    hex(SPAN_ID, span, 2);
    text(NAME, span, 5);
    hexUnlessAbsent(PARENT_SPAN_ID, span, 4);
    if (span.number(6) != 0) {
      constant(KIND, OtlpNames.kind(span.number(6)), span.number(6));
    }
    long start = span.number(7);
    long end = span.number(8);
    json.unsignedUnlessZero(START, start);
    json.unsignedUnlessZero(END, end);
    if (start != 0 && Long.compareUnsigned(end, start) > 0) {
      duration(end - start);
    }
    attributes(ATTRIBUTES, attributes(from, to, 9));
    if (span.has(11)) {
      json.startArray(EVENTS);
      WireCursor cursor = new WireCursor(bytes, from, to);
      while (cursor.next()) {
        if (cursor.field() == 11) {
          event(cursor.from(), cursor.to());
        }
      }
      json.endArray();
    }
    if (span.has(13)) {
      json.startArray(LINKS);
      WireCursor cursor = new WireCursor(bytes, from, to);
      while (cursor.next()) {
        if (cursor.field() == 13) {
          link(cursor.from(), cursor.to());
        }
      }
      json.endArray();
    }
    ProtoFields status =
        span.has(15)
            ? new ProtoFields(bytes, span.from(15), span.to(15))
            : new ProtoFields(bytes, to, to);
    json.startObject(STATUS);
    constant(CODE, OtlpNames.status(status.number(3)), status.number(3));
    text(MESSAGE, status, 2);
    json.endObject();
    json.endObject();
  }

  private void constant(SerializableString name, String constant, long number) {
    json.string(name, constant.isEmpty() ? Long.toString(number) : constant);
  }

  private void duration(long nanos) {
    if (nanos > 0 && nanos % 1_000_000 == 0) {
      json.number(DURATION_MS, nanos / 1_000_000);
    } else {
      json.real(DURATION_MS, (nanos < 0 ? nanos + 0x1p64 : nanos) / NANOS_PER_MILLI);
    }
  }

  private void event(int from, int to) throws MalformedOtlpException {
    json.startObject();
    ProtoFields event = new ProtoFields(bytes, from, to);
    text(NAME, event, 2);
    json.unsignedUnlessZero(TIME, event.number(1));
    attributes(ATTRIBUTES, attributes(from, to, 3));
    json.endObject();
  }

  private void link(int from, int to) throws MalformedOtlpException {
    json.startObject();
    ProtoFields link = new ProtoFields(bytes, from, to);
    hexUnlessAbsent(TRACE_ID, link, 1);
    hexUnlessAbsent(SPAN_ID, link, 2);
    attributes(ATTRIBUTES, attributes(from, to, 4));
    json.endObject();
  }

  private TreeMap<String, Range> attributes(int from, int to, int field)
      throws MalformedOtlpException {
    TreeMap<String, Range> attributes = new TreeMap<>();
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.field() == field) {
        ProtoFields pair = new ProtoFields(bytes, cursor.from(), cursor.to());
        String key =
            pair.has(1)
                ? new String(bytes, pair.from(1), pair.to(1) - pair.from(1), StandardCharsets.UTF_8)
                : "";
        attributes.put(key, pair.has(2) ? new Range(pair.from(2), pair.to(2)) : new Range(to, to));
      }
    }
    return attributes;
  }

  private void attributes(SerializableString name, TreeMap<String, Range> attributes)
      throws MalformedOtlpException {
    if (!attributes.isEmpty()) {
      json.startObject(name);
      values(attributes, 0);
      json.endObject();
    }
  }

  private void values(TreeMap<String, Range> attributes, int depth) throws MalformedOtlpException {
    for (Map.Entry<String, Range> attribute : attributes.entrySet()) {
      json.key(attribute.getKey());
      value(attribute.getValue().from, attribute.getValue().to, depth);
    }
  }

  private void value(int from, int to, int depth) throws MalformedOtlpException {
    if (depth > MAX_VALUE_DEPTH) {
      throw new IllegalArgumentException("attribute values are nested too deeply");
    }
    ProtoFields value = new ProtoFields(bytes, from, to);
    if (value.has(1)) {
      json.utf8(bytes, value.from(1), value.to(1));
    } else if (value.has(2)) {
      json.bool(value.number(2) != 0);
    } else if (value.has(3)) {
      json.number(value.number(3));
    } else if (value.has(4)) {
      json.real(Double.longBitsToDouble(value.number(4)));
    } else if (value.has(5)) {
      json.startArray();
      WireCursor list = new WireCursor(bytes, value.from(5), value.to(5));
      while (list.next()) {
        if (list.field() == 1) {
          value(list.from(), list.to(), depth + 1);
        }
      }
      json.endArray();
    } else if (value.has(6)) {
      json.startObject();
      values(attributes(value.from(6), value.to(6), 1), depth + 1);
      json.endObject();
    } else if (value.has(7)) {
      json.hex(bytes, value.from(7), value.to(7));
    } else {
      json.nothing();
    }
  }

  private void text(SerializableString name, ProtoFields message, int field) {
    if (message.has(field)) {
      json.utf8(name, bytes, message.from(field), message.to(field));
    } else {
      json.string(name, "");
    }
  }

  private void textUnlessEmpty(SerializableString name, ProtoFields message, int field) {
    if (message.has(field) && message.from(field) < message.to(field)) {
      json.utf8(name, bytes, message.from(field), message.to(field));
    }
  }

  private void hexUnlessAbsent(SerializableString name, ProtoFields message, int field) {
    if (message.has(field)) {
      json.hex(name, bytes, message.from(field), message.to(field));
    }
  }

  private void hex(SerializableString name, ProtoFields message, int field) {
    if (message.has(field)) {
      json.hex(name, bytes, message.from(field), message.to(field));
    } else {
      json.string(name, "");
    }
  }
}
