package io.tempo4j.query.oracle;

import io.tempo4j.model.AttributeValue;
import io.tempo4j.model.GoDurationFormat;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.search.SpanMatch;
import io.tempo4j.query.search.SpansetMatch;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.traceql.Pipeline;
import io.tempo4j.traceql.TraceQl;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A search over lists of spans: evaluates everything, sorts everything, then cuts. */
public final class PlainSearch {

  /** What a search must say of one trace. */
  public record Found(
      TraceId id,
      long start,
      long duration,
      boolean hasRoot,
      String rootName,
      Set<FoundSpanset> spansets,
      int spanCount) {

    public static Found of(TraceMatch match) {
      return new Found(
          match.traceId(),
          match.startNanos(),
          match.durationNanos(),
          match.hasRoot(),
          match.rootTraceName(),
          match.spansets().stream().map(FoundSpanset::of).collect(Collectors.toSet()),
          match.serviceStats().values().stream()
              .mapToInt(TraceMatch.ServiceStats::spanCount)
              .sum());
    }
  }

  /**
   * Spans that were found together.
   *
   * @param ids of the spans by start
   * @param values what stages attached
   */
  public record FoundSpanset(List<Long> ids, List<String> values) {

    static FoundSpanset of(SpansetMatch match) {
      return new FoundSpanset(
          match.spans().stream().map(SpanMatch::spanId).toList(),
          match.attributes().stream().map(a -> a.key() + "=" + shown(a.value())).toList());
    }

    static FoundSpanset of(PlainPipeline.PlainSpanset spanset) {
      return new FoundSpanset(
          spanset.spans().stream().sorted(PlainEvaluator.KEYS).map(PlainSpan::spanId).toList(),
          spanset.values().entrySet().stream()
              .map(e -> e.getKey() + "=" + shown(e.getValue()))
              .toList());
    }

    /** Sums of floating-point numbers depend on the order in which they are added. */
    private static String shown(AttributeValue value) {
      return switch (value) {
        case AttributeValue.StringValue text -> text.value();
        case AttributeValue.IntValue number -> rounded(number.value());
        case AttributeValue.DoubleValue number -> rounded(number.value());
        case AttributeValue.BoolValue bool -> Boolean.toString(bool.value());
        default -> "other";
      };
    }

    private static String shown(Object value) {
      return switch (value) {
        case String text -> text;
        case Number number -> rounded(number.doubleValue());
        case Boolean bool -> Boolean.toString(bool);
        case PlainPipeline.Nanos nanos -> GoDurationFormat.text(nanos.value());
        default -> PlainEvaluator.word(value);
      };
    }

    private static String rounded(double number) {
      return "%.9g".formatted(number + 0.0);
    }
  }

  private final PlainSpan.Kept kept;

  public PlainSearch(List<List<PlainSpan>> sources) {
    kept = PlainSpan.Kept.of(sources);
  }

  public List<Found> search(String query, long start, long end, int limit) {
    Pipeline pipeline = (Pipeline) TraceQl.parse(query).statement();
    Map<TraceId, List<List<PlainSpan>>> traces = new TreeMap<>();
    for (List<PlainSpan> source : kept.sources()) {
      Map<TraceId, List<PlainSpan>> parts = new LinkedHashMap<>();
      source.forEach(s -> parts.computeIfAbsent(s.traceId(), id -> new ArrayList<>()).add(s));
      parts.forEach((id, part) -> traces.computeIfAbsent(id, i -> new ArrayList<>()).add(part));
    }
    List<Found> found = new ArrayList<>();
    traces.forEach((id, parts) -> {
      List<PlainSpan> seen =
          parts.stream()
              .filter(part ->
                  Long.compareUnsigned(start(part), end) <= 0
                      && Long.compareUnsigned(end(part), start) >= 0)
              .flatMap(List::stream)
              .toList();
      List<PlainPipeline.PlainSpanset> spansets =
          new PlainPipeline(kept.distinctOf(seen)).evaluate(pipeline);
      if (!spansets.isEmpty()) {
        found.add(found(id, parts.stream().flatMap(List::stream).toList(), spansets));
      }
    });
    Comparator<Found> order =
        query.endsWith("with (order=duration)")
            ? Comparator.comparing(Found::duration, Comparator.reverseOrder())
            : Comparator.comparing(Found::start, (a, b) -> Long.compareUnsigned(b, a));
    found.sort(order.thenComparing(Found::id));
    return found.subList(0, Math.min(limit, found.size()));
  }

  private Found found(TraceId id, List<PlainSpan> all, List<PlainPipeline.PlainSpanset> spansets) {
    PlainSpan root =
        all.stream()
            .filter(s -> s.parentId() == 0)
            .min(Comparator.comparing(kept.ranks()::get))
            .orElse(null);
    return new Found(
        id,
        start(all),
        GroupView.duration(start(all), end(all)),
        root != null,
        root == null ? "" : root.span().getName(),
        spansets.stream().map(FoundSpanset::of).collect(Collectors.toSet()),
        kept.distinctOf(all).size());
  }

  private static long start(List<PlainSpan> spans) {
    return spans.stream().map(PlainSpan::start).min(Long::compareUnsigned).orElseThrow();
  }

  private static long end(List<PlainSpan> spans) {
    return spans.stream().map(PlainSpan::lastMoment).max(Long::compareUnsigned).orElseThrow();
  }
}
