package io.tempo4j.server.http;

import com.fasterxml.jackson.core.SerializableString;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.otlp.WireCursor;

/**
 * The JSON form of a trace, written straight from the wire bytes of OTLP {@code TracesData}.
 *
 * <p>Ids are base64, 64-bit numbers are strings, enums are names and zero values are left out, as
 * in the JSON mapping of protobuf; this is not OTLP's JSON, which has hexadecimal ids. {@code
 * scope} and {@code status} are always there: clients read them unasked.
 *
 * <p>Source: opentelemetry/proto/trace/v1/trace.proto, common/v1/common.proto.
 */
final class TraceJson {

  // A message is scanned once for its single fields and once for each repeated field that it has.
  // Stepping over a nested message costs a few instructions, whatever its size.

  private static final int MAX_VALUE_DEPTH = 256;

  private static final SerializableString BATCHES = JsonBody.name("batches");
  private static final SerializableString TRACE = JsonBody.name("trace");
  private static final SerializableString METRICS = JsonBody.name("metrics");
  private static final SerializableString RESOURCE_SPANS = JsonBody.name("resourceSpans");
  private static final SerializableString RESOURCE = JsonBody.name("resource");
  private static final SerializableString SCOPE_SPANS = JsonBody.name("scopeSpans");
  private static final SerializableString SCOPE = JsonBody.name("scope");
  private static final SerializableString SPANS = JsonBody.name("spans");
  private static final SerializableString SCHEMA_URL = JsonBody.name("schemaUrl");
  private static final SerializableString VERSION = JsonBody.name("version");
  private static final SerializableString TRACE_ID = JsonBody.name("traceId");
  private static final SerializableString SPAN_ID = JsonBody.name("spanId");
  private static final SerializableString TRACE_STATE = JsonBody.name("traceState");
  private static final SerializableString PARENT_SPAN_ID = JsonBody.name("parentSpanId");
  private static final SerializableString FLAGS = JsonBody.name("flags");
  private static final SerializableString NAME = JsonBody.name("name");
  private static final SerializableString KIND = JsonBody.name("kind");
  private static final SerializableString START = JsonBody.name("startTimeUnixNano");
  private static final SerializableString END = JsonBody.name("endTimeUnixNano");
  private static final SerializableString TIME = JsonBody.name("timeUnixNano");
  private static final SerializableString ATTRIBUTES = JsonBody.name("attributes");
  private static final SerializableString DROPPED_ATTRIBUTES =
      JsonBody.name("droppedAttributesCount");
  private static final SerializableString EVENTS = JsonBody.name("events");
  private static final SerializableString DROPPED_EVENTS = JsonBody.name("droppedEventsCount");
  private static final SerializableString LINKS = JsonBody.name("links");
  private static final SerializableString DROPPED_LINKS = JsonBody.name("droppedLinksCount");
  private static final SerializableString STATUS = JsonBody.name("status");
  private static final SerializableString MESSAGE = JsonBody.name("message");
  private static final SerializableString CODE = JsonBody.name("code");
  private static final SerializableString KEY = JsonBody.name("key");
  private static final SerializableString VALUE = JsonBody.name("value");
  private static final SerializableString VALUES = JsonBody.name("values");
  private static final SerializableString STRING_VALUE = JsonBody.name("stringValue");
  private static final SerializableString BOOL_VALUE = JsonBody.name("boolValue");
  private static final SerializableString INT_VALUE = JsonBody.name("intValue");
  private static final SerializableString DOUBLE_VALUE = JsonBody.name("doubleValue");
  private static final SerializableString BYTES_VALUE = JsonBody.name("bytesValue");
  private static final SerializableString ARRAY_VALUE = JsonBody.name("arrayValue");
  private static final SerializableString KVLIST_VALUE = JsonBody.name("kvlistValue");

  private final byte[] bytes;
  private final JsonBody json;

  private TraceJson(byte[] bytes, JsonBody json) {
    this.bytes = bytes;
    this.json = json;
  }

  /** The form of {@code /api/traces/{id}}. */
  static Body version1(byte[] tracesData) {
    return JsonBody.of(json -> {
      json.startObject();
      new TraceJson(tracesData, json).traces(BATCHES);
      json.endObject();
    });
  }

  /**
   * The form of {@code /api/v2/traces/{id}}; no bytes are an empty trace.
   *
   * @param incomplete why the trace is not whole; empty if it is
   */
  static Body version2(byte[] tracesData, String incomplete) {
    return JsonBody.of(json -> {
      json.startObject();
      json.startObject(TRACE);
      if (tracesData.length > 0) {
        new TraceJson(tracesData, json).traces(RESOURCE_SPANS);
      }
      json.endObject();
      json.startObject(METRICS);
      json.endObject();
      if (!incomplete.isEmpty()) {
        json.string(STATUS, "PARTIAL");
        json.string(MESSAGE, incomplete);
      }
      json.endObject();
    });
  }

  private void traces(SerializableString name) throws MalformedOtlpException {
    json.startArray(name);
    WireCursor cursor = new WireCursor(bytes, 0, bytes.length);
    while (cursor.next()) {
      if (cursor.field() == 1) {
        resourceSpans(cursor.from(), cursor.to());
      }
    }
    json.endArray();
  }

  private void resourceSpans(int from, int to) throws MalformedOtlpException {
    json.startObject();
    ProtoFields fields = scan(from, to);
    json.startObject(RESOURCE);
    if (fields.has(1)) {
      ProtoFields resource = scan(fields.from(1), fields.to(1));
      attributes(resource, 1);
      json.numberUnlessZero(DROPPED_ATTRIBUTES, resource.number(2));
    }
    json.endObject();
    json.startArray(SCOPE_SPANS);
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.field() == 2) {
        scopeSpans(cursor.from(), cursor.to());
      }
    }
    json.endArray();
    string(SCHEMA_URL, fields, 3);
    json.endObject();
  }

  private void scopeSpans(int from, int to) throws MalformedOtlpException {
    json.startObject();
    ProtoFields fields = scan(from, to);
    json.startObject(SCOPE);
    if (fields.has(1)) {
      ProtoFields scope = scan(fields.from(1), fields.to(1));
      string(NAME, scope, 1);
      string(VERSION, scope, 2);
      attributes(scope, 3);
      json.numberUnlessZero(DROPPED_ATTRIBUTES, scope.number(4));
    }
    json.endObject();
    json.startArray(SPANS);
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.field() == 2) {
        span(cursor.from(), cursor.to());
      }
    }
    json.endArray();
    string(SCHEMA_URL, fields, 3);
    json.endObject();
  }

  private void span(int from, int to) throws MalformedOtlpException {
    json.startObject();
    ProtoFields span = scan(from, to);
    id(TRACE_ID, span, 1);
    id(SPAN_ID, span, 2);
    string(TRACE_STATE, span, 3);
    id(PARENT_SPAN_ID, span, 4);
    json.numberUnlessZero(FLAGS, span.number(16) & 0xffff_ffffL);
    string(NAME, span, 5);
    constant(KIND, span.number(6), OtlpNames.kind(span.number(6)));
    json.unsignedUnlessZero(START, span.number(7));
    json.unsignedUnlessZero(END, span.number(8));
    attributes(span, 9);
    json.numberUnlessZero(DROPPED_ATTRIBUTES, span.number(10));
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
    json.numberUnlessZero(DROPPED_EVENTS, span.number(12));
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
    json.numberUnlessZero(DROPPED_LINKS, span.number(14));
    json.startObject(STATUS);
    if (span.has(15)) {
      ProtoFields status = scan(span.from(15), span.to(15));
      string(MESSAGE, status, 2);
      constant(CODE, status.number(3), OtlpNames.status(status.number(3)));
    }
    json.endObject();
    json.endObject();
  }

  private void event(int from, int to) throws MalformedOtlpException {
    json.startObject();
    ProtoFields event = scan(from, to);
    json.unsignedUnlessZero(TIME, event.number(1));
    string(NAME, event, 2);
    attributes(event, 3);
    json.numberUnlessZero(DROPPED_ATTRIBUTES, event.number(4));
    json.endObject();
  }

  private void link(int from, int to) throws MalformedOtlpException {
    json.startObject();
    ProtoFields link = scan(from, to);
    id(TRACE_ID, link, 1);
    id(SPAN_ID, link, 2);
    string(TRACE_STATE, link, 3);
    attributes(link, 4);
    json.numberUnlessZero(DROPPED_ATTRIBUTES, link.number(5));
    json.numberUnlessZero(FLAGS, link.number(6) & 0xffff_ffffL);
    json.endObject();
  }

  private void attributes(ProtoFields message, int field) throws MalformedOtlpException {
    if (message.has(field)) {
      keyValues(ATTRIBUTES, message.start, message.end, field, 0);
    }
  }

  private void keyValues(SerializableString name, int from, int to, int field, int depth)
      throws MalformedOtlpException {
    json.startArray(name);
    WireCursor cursor = new WireCursor(bytes, from, to);
    while (cursor.next()) {
      if (cursor.field() == field) {
        json.startObject();
        WireCursor entry = new WireCursor(bytes, cursor.from(), cursor.to());
        while (entry.next()) {
          if (entry.field() == 1) {
            json.utf8(KEY, bytes, entry.from(), entry.to());
          } else if (entry.field() == 2) {
            json.startObject(VALUE);
            value(entry.from(), entry.to(), depth);
            json.endObject();
          }
        }
        json.endObject();
      }
    }
    json.endArray();
  }

  /** Alternatives of a {@code oneof} are written even when they are zero. */
  private void value(int from, int to, int depth) throws MalformedOtlpException {
    if (depth > MAX_VALUE_DEPTH) {
      throw new IllegalArgumentException("attribute values are nested too deeply");
    }
    WireCursor value = new WireCursor(bytes, from, to);
    while (value.next()) {
      switch (value.field()) {
        case 1 -> json.utf8(STRING_VALUE, bytes, value.from(), value.to());
        case 2 -> json.bool(BOOL_VALUE, value.number() != 0);
        case 3 -> json.signed(INT_VALUE, value.number());
        case 4 -> json.real(DOUBLE_VALUE, Double.longBitsToDouble(value.number()));
        case 5 -> {
          json.startObject(ARRAY_VALUE);
          json.startArray(VALUES);
          WireCursor list = new WireCursor(bytes, value.from(), value.to());
          while (list.next()) {
            if (list.field() == 1) {
              json.startObject();
              value(list.from(), list.to(), depth + 1);
              json.endObject();
            }
          }
          json.endArray();
          json.endObject();
        }
        case 6 -> {
          json.startObject(KVLIST_VALUE);
          keyValues(VALUES, value.from(), value.to(), 1, depth + 1);
          json.endObject();
        }
        case 7 -> json.base64(BYTES_VALUE, bytes, value.from(), value.to());
        default -> {}
      }
    }
  }

  private void string(SerializableString name, ProtoFields message, int field) {
    if (message.has(field) && message.to(field) > message.from(field)) {
      json.utf8(name, bytes, message.from(field), message.to(field));
    }
  }

  private void id(SerializableString name, ProtoFields message, int field) {
    if (message.has(field) && message.to(field) > message.from(field)) {
      json.base64(name, bytes, message.from(field), message.to(field));
    }
  }

  /** An enumerated value by its name, or by its number if it has none. */
  private void constant(SerializableString name, long number, String constant) {
    if (number != 0 && !constant.isEmpty()) {
      json.string(name, constant);
    } else {
      json.numberUnlessZero(name, number);
    }
  }

  private ProtoFields scan(int from, int to) throws MalformedOtlpException {
    return new ProtoFields(bytes, from, to);
  }
}
