package io.tempo4j.query.oracle;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.tags.TagScope;
import io.tempo4j.query.tags.TagValue;
import io.tempo4j.traceql.AttributeScope;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Pipeline;
import io.tempo4j.traceql.SpansetExpression;
import io.tempo4j.traceql.TraceQl;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Names and values of tags from lists of spans: looks at every span and keeps what is new. */
public final class PlainTags {

  private final List<List<PlainSpan>> sources;

  public PlainTags(List<List<PlainSpan>> sources) {
    this.sources = sources;
  }

  /** Values as {@code type text}. */
  public Set<String> values(FieldExpression.Reference tag, String query, long start, long end) {
    Set<String> found = new TreeSet<>();
    forEachMatch(
        query,
        start,
        end,
        (evaluator, span) -> {
          for (FieldExpression.Reference scoped : scoped(tag)) {
            for (Object value : evaluator.valuesOf(scoped, span)) {
              List<?> scalars = value instanceof List<?> array ? array : List.of(value);
              scalars.forEach(scalar -> addText(scalar, tag, found));
            }
          }
        });
    return found;
  }

  private static List<FieldExpression.Reference> scoped(FieldExpression.Reference tag) {
    if (tag instanceof FieldExpression.Attribute attribute
        && attribute.scope() == AttributeScope.UNSCOPED) {
      return Stream.of(AttributeScope.SPAN, AttributeScope.RESOURCE)
          .<FieldExpression.Reference>map(
              scope -> new FieldExpression.Attribute(scope, attribute.name(), attribute.position()))
          .toList();
    }
    return List.of(tag);
  }

  private static void addText(Object value, FieldExpression.Reference tag, Set<String> found) {
    switch (value) {
      case String text -> {
        boolean isAbsent = text.isEmpty() || text.matches("0{16}|0{32}");
        if (!(tag instanceof FieldExpression.IntrinsicField && isAbsent)) {
          found.add(TagValue.Type.STRING.word() + " " + text);
        }
      }
      case Long number -> found.add(TagValue.Type.INT.word() + " " + number);
      case Double number -> found.add(TagValue.Type.FLOAT.word() + " " + real(number));
      case Boolean bool -> found.add(TagValue.Type.BOOL.word() + " " + bool);
      default -> {}
    }
  }

  /** The same number has the same text here, whatever the text is elsewhere. */
  public static String real(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Double.toString(number);
    }
    return (Double.compare(number, 0.0) < 0 ? "-" : "+")
        + new BigDecimal(Math.abs(number)).stripTrailingZeros().toPlainString();
  }

  /** Names by scope, fields of the data model left out. */
  public Map<TagScope, Set<String>> names(String query, long start, long end) {
    Map<TagScope, Set<String>> found = new EnumMap<>(TagScope.class);
    forEachMatch(
        query,
        start,
        end,
        (evaluator, plain) -> {
          Span span = plain.span();
          add(found, TagScope.SPAN, span.getAttributesList());
          add(found, TagScope.RESOURCE, plain.resource().getAttributesList());
          add(found, TagScope.INSTRUMENTATION, plain.scope().getAttributesList());
          span.getEventsList().forEach(e -> add(found, TagScope.EVENT, e.getAttributesList()));
          span.getLinksList().forEach(l -> add(found, TagScope.LINK, l.getAttributesList()));
        });
    return found;
  }

  private static void add(
      Map<TagScope, Set<String>> found, TagScope scope, List<KeyValue> attributes) {
    attributes.forEach(
        attribute -> found.computeIfAbsent(scope, key -> new TreeSet<>()).add(attribute.getKey()));
  }

  private void forEachMatch(
      String query, long start, long end, BiConsumer<PlainEvaluator, PlainSpan> action) {
    Pipeline pipeline = (Pipeline) TraceQl.parse(query).statement();
    FieldExpression condition = ((SpansetExpression.Filter) pipeline.stages().get(0)).condition();
    for (List<PlainSpan> source : sources) {
      Map<TraceId, List<PlainSpan>> parts = new LinkedHashMap<>();
      source.forEach(s -> parts.computeIfAbsent(s.traceId(), id -> new ArrayList<>()).add(s));
      for (List<PlainSpan> part : parts.values()) {
        long first = part.stream().map(PlainSpan::start).min(Long::compareUnsigned).orElseThrow();
        long last =
            part.stream().map(PlainSpan::lastMoment).max(Long::compareUnsigned).orElseThrow();
        if (Long.compareUnsigned(first, end) <= 0 && Long.compareUnsigned(last, start) >= 0) {
          PlainEvaluator evaluator = new PlainEvaluator(part);
          part.stream()
              .filter(span -> evaluator.isTrue(condition, span))
              .forEach(span -> action.accept(evaluator, span));
        }
      }
    }
  }
}
