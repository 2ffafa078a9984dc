package io.tempo4j.query.oracle;

import io.tempo4j.model.TraceId;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.search.SpanMatch;
import io.tempo4j.query.search.SpansetMatch;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Pipeline;
import io.tempo4j.traceql.SpansetExpression;
import io.tempo4j.traceql.TraceQl;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A search over lists of spans: evaluates everything, sorts everything, then cuts. */
public final class PlainSearch {

  /** What a search must say of one trace. */
  public record Found(
      TraceId id,
      long start,
      long duration,
      boolean hasRoot,
      String rootName,
      List<Long> matchedIds,
      int spanCount) {

    public static Found of(TraceMatch match) {
      SpansetMatch spanset = match.spansets().get(0);
      return new Found(
          match.traceId(),
          match.startNanos(),
          match.durationNanos(),
          match.hasRoot(),
          match.rootTraceName(),
          spanset.spans().stream().map(SpanMatch::spanId).toList(),
          match.serviceStats().values().stream()
              .mapToInt(TraceMatch.ServiceStats::spanCount)
              .sum());
    }
  }

  private final List<List<PlainSpan>> sources;

  public PlainSearch(List<List<PlainSpan>> sources) {
    this.sources = sources;
  }

  public List<Found> search(String query, long start, long end, int limit) {
    Pipeline pipeline = (Pipeline) TraceQl.parse(query).statement();
    FieldExpression condition = ((SpansetExpression.Filter) pipeline.stages().get(0)).condition();
    Map<TraceId, List<List<PlainSpan>>> traces = new TreeMap<>();
    for (List<PlainSpan> source : sources) {
      Map<TraceId, List<PlainSpan>> parts = new LinkedHashMap<>();
      source.forEach(s -> parts.computeIfAbsent(s.traceId(), id -> new ArrayList<>()).add(s));
      parts.forEach((id, part) -> traces.computeIfAbsent(id, i -> new ArrayList<>()).add(part));
    }
    List<Found> found = new ArrayList<>();
    traces.forEach((id, parts) -> {
      List<PlainSpan> matched = new ArrayList<>();
      for (List<PlainSpan> part : parts) {
        PlainEvaluator evaluator = new PlainEvaluator(part);
        if (Long.compareUnsigned(start(part), end) <= 0
            && Long.compareUnsigned(end(part), start) >= 0) {
          part.stream().filter(s -> evaluator.isTrue(condition, s)).forEach(matched::add);
        }
      }
      if (!matched.isEmpty()) {
        found.add(found(id, parts.stream().flatMap(List::stream).toList(), matched));
      }
    });
    found.sort(
        Comparator.comparing(Found::start, (a, b) -> Long.compareUnsigned(b, a))
            .thenComparing(Found::id));
    return found.subList(0, Math.min(limit, found.size()));
  }

  private static Found found(TraceId id, List<PlainSpan> all, List<PlainSpan> matched) {
    PlainSpan root =
        all.stream().filter(s -> s.parentId() == 0).min(PlainEvaluator.ORDER).orElse(null);
    return new Found(
        id,
        start(all),
        GroupView.duration(start(all), end(all)),
        root != null,
        root == null ? "" : root.span().getName(),
        matched.stream()
            .sorted(PlainEvaluator.ORDER)
            .map(s -> List.<Object>of(s.spanId(), s.span().getKindValue()))
            .distinct()
            .map(identity -> (Long) identity.get(0))
            .toList(),
        (int)
            all.stream()
                .map(s -> List.<Object>of(s.spanId(), s.span().getKindValue()))
                .distinct()
                .count());
  }

  private static long start(List<PlainSpan> spans) {
    return spans.stream().map(PlainSpan::start).min(Long::compareUnsigned).orElseThrow();
  }

  private static long end(List<PlainSpan> spans) {
    return spans.stream().map(PlainSpan::lastMoment).max(Long::compareUnsigned).orElseThrow();
  }
}
