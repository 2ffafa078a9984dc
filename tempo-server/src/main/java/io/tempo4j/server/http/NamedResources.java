package io.tempo4j.server.http;

import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.otlp.WireCursor;
import io.tempo4j.otlp.WireWriter;

/**
 * Gives resources that came in without any attribute the name that SDKs give services without one:
 * Grafana drops all spans of a resource that has no attributes.
 *
 * <p>Source: opentelemetry/proto/trace/v1/trace.proto; OpenTelemetry semantic conventions, {@code
 * service.name}.
 */
final class NamedResources {

  private static final String SERVICE_NAME = "service.name";
  private static final String UNKNOWN = "unknown_service";

  private static final int RESOURCE_SPANS = 1;
  private static final int RESOURCE = 1;
  private static final int ATTRIBUTES = 1;
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int STRING_VALUE = 1;
  private static final int MAX_ATTRIBUTE_BYTES = 64;

  private NamedResources() {}

  /**
   * The trace with an attribute in every resource.
   *
   * @param tracesData OTLP {@code TracesData}; left as it is
   * @return {@code tracesData} itself if there is nothing to add, which is the rule
   * @throws MalformedOtlpException if the bytes are no protobuf message
   */
  static byte[] in(byte[] tracesData) throws MalformedOtlpException {
    int nameless = 0;
    WireCursor all = new WireCursor(tracesData, 0, tracesData.length);
    while (all.next()) {
      nameless += isNameless(tracesData, all) ? 1 : 0;
    }
    if (nameless == 0) {
      return tracesData;
    }
    WireWriter out = new WireWriter(tracesData.length + nameless * MAX_ATTRIBUTE_BYTES);
    int copied = 0;
    all = new WireCursor(tracesData, 0, tracesData.length);
    for (int start = 0; all.next(); start = all.position()) {
      if (isNameless(tracesData, all)) {
        out.raw(tracesData, copied, start - copied);
        int spans = out.begin(RESOURCE_SPANS);
        resourceSpans(tracesData, all.from(), all.to(), out);
        out.end(spans);
        copied = all.position();
      }
    }
    out.raw(tracesData, copied, tracesData.length - copied);
    return out.toByteArray();
  }

  private static boolean isNameless(byte[] tracesData, WireCursor spans)
      throws MalformedOtlpException {
    if (spans.field() != RESOURCE_SPANS) {
      return false;
    }
    ProtoFields fields = new ProtoFields(tracesData, spans.from(), spans.to());
    return !fields.has(RESOURCE)
        || !new ProtoFields(tracesData, fields.from(RESOURCE), fields.to(RESOURCE)).has(ATTRIBUTES);
  }

  private static void resourceSpans(byte[] tracesData, int from, int to, WireWriter out)
      throws MalformedOtlpException {
    ProtoFields fields = new ProtoFields(tracesData, from, to);
    int resource = out.begin(RESOURCE);
    int attribute = out.begin(ATTRIBUTES);
    out.string(KEY, SERVICE_NAME);
    int value = out.begin(VALUE);
    out.string(STRING_VALUE, UNKNOWN);
    out.end(value);
    out.end(attribute);
    if (fields.has(RESOURCE)) {
      int start = fields.from(RESOURCE);
      out.raw(tracesData, start, fields.to(RESOURCE) - start);
    }
    out.end(resource);
    WireCursor cursor = new WireCursor(tracesData, from, to);
    for (int start = from; cursor.next(); start = cursor.position()) {
      if (cursor.field() != RESOURCE) {
        out.raw(tracesData, start, cursor.position() - start);
      }
    }
  }
}
