package io.tempo4j.query.oracle;

import com.google.protobuf.ByteString;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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

  /** Every span once as it is kept, in the order in which they count. */
  public static List<PlainSpan> distinct(List<PlainSpan> spans) {
    List<PlainSpan> stored = spans.stream().map(PlainSpan::stored).toList();
    Set<PlainSpan> seen = new HashSet<>();
    List<PlainSpan> sorted = new ArrayList<>();
    stored.stream().filter(span -> seen.add(span.canonical())).forEach(sorted::add);
    sorted.sort(Comparator.comparing(PlainSpan::traceId).thenComparing(PlainEvaluator.ORDER));
    return sorted;
  }

  /**
   * Spans as they are kept, ordered once: telling those apart that agree in all but their content
   * takes long.
   *
   * @param sources the spans in canonical form
   */
  record Kept(List<List<PlainSpan>> sources, Map<PlainSpan, Integer> ranks) {

    static Kept of(List<List<PlainSpan>> sources) {
      List<List<PlainSpan>> canonical =
          sources.stream().map(s -> s.stream().map(PlainSpan::canonical).toList()).toList();
      List<PlainSpan> all = distinct(canonical.stream().flatMap(List::stream).toList());
      Map<PlainSpan, Integer> ranks = new HashMap<>();
      all.forEach(span -> ranks.put(span.canonical(), ranks.size()));
      return new Kept(canonical, ranks);
    }

    /** Every span once, in the order in which they count. */
    List<PlainSpan> distinctOf(List<PlainSpan> some) {
      List<PlainSpan> sorted = new ArrayList<>(new LinkedHashSet<>(some));
      sorted.sort(Comparator.comparing(ranks::get));
      return sorted;
    }
  }

  /** The span in a form that equal ones have in common: the order of attributes means nothing. */
  public PlainSpan canonical() {
    Span.Builder canonical = stored().span.toBuilder();
    List<KeyValue> attributes = sorted(canonical.getAttributesList());
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
            .addAllAttributes(sorted(last(resource.getAttributesList())))
            .build(),
        resourceSchemaUrl,
        scope.toBuilder()
            .clearAttributes()
            .addAllAttributes(sorted(last(scope.getAttributesList())))
            .build(),
        scopeSchemaUrl,
        canonical.build());
  }

  /**
   * The span as it is kept: of a key that comes several times the last value counts, and a link
   * whose id is all zeros has none.
   */
  public PlainSpan stored() {
    Span.Builder stored = span.toBuilder();
    List<KeyValue> attributes = last(span.getAttributesList());
    stored.clearAttributes().addAllAttributes(attributes);
    stored
        .getEventsBuilderList()
        .forEach(event -> {
          List<KeyValue> list = last(event.getAttributesList());
          event.clearAttributes().addAllAttributes(list);
        });
    stored
        .getLinksBuilderList()
        .forEach(link -> {
          List<KeyValue> list = last(link.getAttributesList());
          link.clearAttributes().addAllAttributes(list);
          if (isZero(link.getTraceId())) {
            link.clearTraceId();
          }
          if (isZero(link.getSpanId())) {
            link.clearSpanId();
          }
        });
    return new PlainSpan(
        resource.toBuilder()
            .clearAttributes()
            .addAllAttributes(last(resource.getAttributesList()))
            .build(),
        resourceSchemaUrl,
        scope.toBuilder()
            .clearAttributes()
            .addAllAttributes(last(scope.getAttributesList()))
            .build(),
        scopeSchemaUrl,
        stored.build());
  }

  private static boolean isZero(ByteString id) {
    return id.equals(ByteString.copyFrom(new byte[id.size()]));
  }

  private static List<KeyValue> last(List<KeyValue> attributes) {
    Map<String, KeyValue> last = new LinkedHashMap<>();
    attributes.forEach(attribute -> last.put(attribute.getKey(), attribute));
    return List.copyOf(last.values());
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
      ListSource source = new ListSource("one", List.of(stored()), ListSource.Layout.BLOCK);
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
