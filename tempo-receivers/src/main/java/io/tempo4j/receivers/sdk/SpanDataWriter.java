package io.tempo4j.receivers.sdk;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.tempo4j.otlp.WireWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Writes spans of the SDK as an OTLP {@code ExportTraceServiceRequest}, grouped by resource and
 * scope in the order in which these come first. Defaults and what is absent are left out.
 *
 * <p>Source: opentelemetry/proto/trace/v1/trace.proto.
 */
final class SpanDataWriter {

  private static final int HAS_IS_REMOTE = 0x100;
  private static final int IS_REMOTE = 0x200;

  private final WireWriter out;
  private final AttributesWriter attributes;

  private SpanDataWriter(WireWriter out) {
    this.out = out;
    this.attributes = new AttributesWriter(out);
  }

  static void write(Collection<SpanData> spans, WireWriter out) {
    Map<Resource, Map<InstrumentationScopeInfo, List<SpanData>>> groups = new LinkedHashMap<>();
    for (SpanData span : spans) {
      groups
          .computeIfAbsent(span.getResource(), resource -> new LinkedHashMap<>())
          .computeIfAbsent(span.getInstrumentationScopeInfo(), scope -> new ArrayList<>())
          .add(span);
    }
    SpanDataWriter writer = new SpanDataWriter(out);
    groups.forEach(writer::resourceSpans);
  }

  private void resourceSpans(
      Resource resource, Map<InstrumentationScopeInfo, List<SpanData>> scopes) {
    int group = out.begin(1);
    int owner = out.begin(1);
    attributes.write(1, resource.getAttributes());
    out.end(owner);
    scopes.forEach(this::scopeSpans);
    text(3, resource.getSchemaUrl());
    out.end(group);
  }

  private void scopeSpans(InstrumentationScopeInfo scope, List<SpanData> spans) {
    int group = out.begin(2);
    int owner = out.begin(1);
    text(1, scope.getName());
    text(2, scope.getVersion());
    attributes.write(3, scope.getAttributes());
    out.end(owner);
    spans.forEach(this::span);
    text(3, scope.getSchemaUrl());
    out.end(group);
  }

  private void span(SpanData span) {
    int message = out.begin(2);
    SpanContext context = span.getSpanContext();
    SpanContext parent = span.getParentSpanContext();
    ids(context);
    traceState(context);
    if (parent.isValid()) {
      out.bytes(4, parent.getSpanIdBytes(), 0, 8);
    }
    text(5, span.getName());
    out.varint(6, span.getKind().ordinal() + 1);
    out.fixed64(7, span.getStartEpochNanos());
    out.fixed64(8, span.getEndEpochNanos());
    attributes.write(9, span.getAttributes());
    dropped(10, span.getTotalAttributeCount() - span.getAttributes().size());
    span.getEvents().forEach(this::event);
    dropped(12, span.getTotalRecordedEvents() - span.getEvents().size());
    span.getLinks().forEach(this::link);
    dropped(14, span.getTotalRecordedLinks() - span.getLinks().size());
    status(span.getStatus());
    out.fixed32(16, flags(context, parent));
    out.end(message);
  }

  private void event(EventData event) {
    int message = out.begin(11);
    out.fixed64(1, event.getEpochNanos());
    text(2, event.getName());
    attributes.write(3, event.getAttributes());
    dropped(4, event.getDroppedAttributesCount());
    out.end(message);
  }

  private void link(LinkData link) {
    int message = out.begin(13);
    SpanContext context = link.getSpanContext();
    ids(context);
    traceState(context);
    attributes.write(4, link.getAttributes());
    dropped(5, link.getTotalAttributeCount() - link.getAttributes().size());
    out.fixed32(6, flags(context, context));
    out.end(message);
  }

  private void status(StatusData status) {
    if (status.getStatusCode() != StatusCode.UNSET || !status.getDescription().isEmpty()) {
      int message = out.begin(15);
      text(2, status.getDescription());
      out.varint(3, status.getStatusCode().ordinal());
      out.end(message);
    }
  }

  private void ids(SpanContext context) {
    if (!context.getTraceId().equals(TraceId.getInvalid())) {
      out.bytes(1, context.getTraceIdBytes(), 0, 16);
    }
    if (!context.getSpanId().equals(SpanId.getInvalid())) {
      out.bytes(2, context.getSpanIdBytes(), 0, 8);
    }
  }

  private void traceState(SpanContext context) {
    if (!context.getTraceState().isEmpty()) {
      StringJoiner members = new StringJoiner(",");
      context.getTraceState().forEach((key, value) -> members.add(key + "=" + value));
      out.string(3, members.toString());
    }
  }

  /** The flags of {@code context}, with two bits that say whether {@code source} was remote. */
  private static int flags(SpanContext context, SpanContext source) {
    return context.getTraceFlags().asByte() & 0xff
        | HAS_IS_REMOTE
        | (source.isRemote() ? IS_REMOTE : 0);
  }

  private void dropped(int field, int count) {
    if (count > 0) {
      out.varint(field, count);
    }
  }

  private void text(int field, @Nullable String text) {
    if (text != null && !text.isEmpty()) {
      out.string(field, text);
    }
  }
}
