package io.tempo4j.query.oracle;

import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.Table;
import io.tempo4j.column.digest.SpanDigests;
import io.tempo4j.model.TraceId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A span as an object, with what surrounds it in OTLP. */
public record PlainSpan(
    Resource resource,
    String resourceSchemaUrl,
    InstrumentationScope scope,
    String scopeSchemaUrl,
    Span span) {

  public static PlainSpan of(Resource resource, InstrumentationScope scope, Span span) {
    return new PlainSpan(resource, "", scope, "", span);
  }

  public static List<PlainSpan> all(TracesData data) {
    List<PlainSpan> spans = new ArrayList<>();
    for (ResourceSpans rs : data.getResourceSpansList()) {
      for (ScopeSpans ss : rs.getScopeSpansList()) {
        for (Span span : ss.getSpansList()) {
          spans.add(
              new PlainSpan(
                  rs.getResource(), rs.getSchemaUrl(), ss.getScope(), ss.getSchemaUrl(), span));
        }
      }
    }
    return spans;
  }

  /** The spans as one message, every span in its own envelope. */
  public static TracesData message(Collection<PlainSpan> spans) {
    TracesData.Builder data = TracesData.newBuilder();
    for (PlainSpan span : spans) {
      data.addResourceSpans(
          ResourceSpans.newBuilder()
              .setResource(span.resource)
              .setSchemaUrl(span.resourceSchemaUrl)
              .addScopeSpans(
                  ScopeSpans.newBuilder()
                      .setScope(span.scope)
                      .setSchemaUrl(span.scopeSchemaUrl)
                      .addSpans(span.span)));
    }
    return data.build();
  }

  public TraceId traceId() {
    ByteBuffer bytes = span.getTraceId().asReadOnlyByteBuffer();
    return new TraceId(bytes.getLong(), bytes.getLong());
  }

  public long spanId() {
    return span.getSpanId().asReadOnlyByteBuffer().getLong();
  }

  public long parentId() {
    return span.getParentSpanId().isEmpty()
        ? 0
        : span.getParentSpanId().asReadOnlyByteBuffer().getLong();
  }

  public long start() {
    return span.getStartTimeUnixNano();
  }

  public long end() {
    return span.getEndTimeUnixNano();
  }

  /** When the span was over: its end, unless that lies before its start. */
  public long lastMoment() {
    return Long.compareUnsigned(end(), start()) < 0 ? start() : end();
  }

  /** Every span once, in the order in which they count. */
  public static List<PlainSpan> distinct(List<PlainSpan> spans) {
    List<PlainSpan> sorted = new ArrayList<>(spans);
    sorted.sort(Comparator.comparing(PlainSpan::traceId).thenComparing(PlainEvaluator.ORDER));
    Set<PlainSpan> seen = new HashSet<>();
    sorted.removeIf(span -> !seen.add(span.canonical()));
    return sorted;
  }

  /** The span in a form that equal ones have in common: the order of attributes means nothing. */
  public PlainSpan canonical() {
    Span.Builder canonical = span.toBuilder();
    List<KeyValue> attributes = sorted(span.getAttributesList());
    canonical.clearAttributes().addAllAttributes(attributes);
    canonical.getStatusBuilder();
    canonical
        .getEventsBuilderList()
        .forEach(event -> {
          List<KeyValue> list = sorted(event.getAttributesList());
          event.clearAttributes().addAllAttributes(list);
        });
    canonical
        .getLinksBuilderList()
        .forEach(link -> {
          List<KeyValue> list = sorted(link.getAttributesList());
          link.clearAttributes().addAllAttributes(list);
        });
    return new PlainSpan(
        resource.toBuilder()
            .clearAttributes()
            .addAllAttributes(sorted(resource.getAttributesList()))
            .build(),
        resourceSchemaUrl,
        scope.toBuilder()
            .clearAttributes()
            .addAllAttributes(sorted(scope.getAttributesList()))
            .build(),
        scopeSchemaUrl,
        canonical.build());
  }

  private static List<KeyValue> sorted(List<KeyValue> attributes) {
    List<KeyValue> sorted = new ArrayList<>(attributes);
    sorted.sort(
        Comparator.comparing(KeyValue::getKey).thenComparing(kv -> kv.getValue().toString()));
    return sorted;
  }

  /** What orders spans that agree in all that comes before. */
  String digest() {
    try {
      ListSource source = new ListSource("one", List.of(this), ListSource.Layout.BLOCK);
      RowGroup group = source.rowGroups().get(0);
      long[] digest =
          SpanDigests.of(
              new SpanDigests.Tables() {
                @Override
                public ColumnSet table(Table table) {
                  return table == Table.RESOURCE || table == Table.SCOPE
                      ? source.table(table)
                      : group.table(table);
                }

                @Override
                public int[] childOffsets(Table table) throws IOException {
                  return table == Table.EVENT ? group.eventOffsets() : group.linkOffsets();
                }

                @Override
                public int[] parentRows() throws IOException {
                  return group.parentRows();
                }
              },
              new int[] {0});
      return "%016x%016x".formatted(digest[0], digest[1]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
