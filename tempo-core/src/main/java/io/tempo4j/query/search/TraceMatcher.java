package io.tempo4j.query.search;

import io.tempo4j.column.Fields;
import io.tempo4j.model.Attribute;
import io.tempo4j.query.pipeline.Spanset;
import io.tempo4j.query.scan.FieldValues;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.SpanIdSet;
import io.tempo4j.query.scan.Value;
import io.tempo4j.query.scan.ValueTest;
import io.tempo4j.query.stitch.TraceParts;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.SpanStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes results of the traces that a search found: the only step that creates objects per span. */
final class TraceMatcher {

  private final SearchPlan plan;
  private final int spansPerSpanset;

  TraceMatcher(SearchPlan plan, int spansPerSpanset) {
    this.plan = plan;
    this.spansPerSpanset = spansPerSpanset;
  }

  TraceMatch match(TraceHit hit) throws IOException {
    int spanCount = 0;
    SpanRef root = null;
    for (TraceParts.Part part : hit.parts()) {
      int[] offsets = part.group().traceOffsets();
      spanCount += offsets[part.traceRow() + 1] - offsets[part.traceRow()];
      int row = part.group().rootRows()[part.traceRow()];
      if (row >= 0) {
        SpanRef candidate = SpanRef.of(part.group(), row);
        root = root == null || SpanRef.ORDER.compare(candidate, root) < 0 ? candidate : root;
      }
    }
    return new TraceMatch(
        hit.id(),
        root == null ? "" : serviceName(root.group(), root.row()),
        root == null ? "" : name(root),
        root != null,
        hit.startNanos(),
        GroupView.duration(hit.startNanos(), hit.endNanos()),
        spansets(hit),
        serviceStats(hit, spanCount));
  }

  private static String serviceName(GroupView group, int row) throws IOException {
    return group.source().serviceName(group.required().resources()[row]);
  }

  private static String name(SpanRef span) throws IOException {
    return new String(
        span.group().spans().text(Fields.SPAN_NAME, span.row()).utf8(), StandardCharsets.UTF_8);
  }

  /** A span by its row, with what orders it among the spans of its trace. */
  private record SpanRef(GroupView group, int row, long start, long id, int kind) {

    static final Comparator<SpanRef> ORDER =
        Comparator.comparing(SpanRef::start, Long::compareUnsigned)
            .thenComparing(SpanRef::id, Long::compareUnsigned)
            .thenComparingInt(SpanRef::kind);

    static SpanRef of(GroupView group, int row) throws IOException {
      GroupView.Required required = group.required();
      return new SpanRef(
          group, row, required.starts()[row], required.ids()[row], required.kinds()[row]);
    }
  }

  private List<SpansetMatch> spansets(TraceHit hit) throws IOException {
    return switch (hit.matched()) {
      case TraceHit.Matched.OfParts parts -> List.of(spanset(collect(parts), List.of()));
      case TraceHit.Matched.OfTrace trace -> {
        List<SpansetMatch> matches = new ArrayList<>(trace.spansets().size());
        for (Spanset spanset : trace.spansets()) {
          List<SpanRef> spans = new ArrayList<>(spanset.size());
          for (int i = 0; i < spanset.size(); i++) {
            spans.add(SpanRef.of(trace.group(), spanset.row(i)));
          }
          matches.add(spanset(spans, spanset.attributes()));
        }
        yield matches;
      }
    };
  }

  private SpansetMatch spanset(List<SpanRef> found, List<Attribute> attributes) throws IOException {
    List<SpanRef> distinct = found;
    if (found.size() > 1) {
      found.sort(SpanRef.ORDER);
      SpanIdSet seen = new SpanIdSet(found.size());
      distinct = new ArrayList<>(found.size());
      for (SpanRef span : found) {
        if (seen.add(span.id(), span.kind())) {
          distinct.add(span);
        }
      }
    }
    int shown = Math.min(distinct.size(), spansPerSpanset);
    List<SpanMatch> spans = new ArrayList<>(shown);
    for (SpanRef span : distinct.subList(0, shown)) {
      spans.add(spanMatch(span));
    }
    return new SpansetMatch(spans, distinct.size(), attributes);
  }

  private static List<SpanRef> collect(TraceHit.Matched.OfParts matched) throws IOException {
    List<SpanRef> spans = new ArrayList<>();
    for (int i = 0; i < matched.parts().size(); i++) {
      GroupView group = matched.parts().get(i).group();
      Selection selected = matched.selections().get(i);
      int trace = matched.parts().get(i).traceRow();
      int to = group.traceOffsets()[trace + 1];
      int row = selected.next(group.traceOffsets()[trace]);
      while (row >= 0 && row < to) {
        spans.add(SpanRef.of(group, row));
        row = selected.next(row + 1);
      }
    }
    return spans;
  }

  private SpanMatch spanMatch(SpanRef span) throws IOException {
    return new SpanMatch(
        span.id(),
        plan.showsNames() ? name(span) : "",
        span.start(),
        Math.max(0, span.group().required().durations()[span.row()]),
        attributes(span));
  }

  private List<Attribute> attributes(SpanRef span) throws IOException {
    if (plan.attributes().isEmpty()) {
      return List.of();
    }
    FieldValues fields = new FieldValues(span.group());
    // A set: an attribute may have been asked for with and without its scope.
    Set<Attribute> attributes = new LinkedHashSet<>();
    for (int i = 0; i < plan.attributes().size(); i++) {
      FieldExpression.Reference field = plan.attributes().get(i);
      Value value = shown(fields.values(field, span.row()), plan.tests().get(i));
      if (value != null) {
        attributes.add(new Attribute(key(field), value.toAttribute(field.type())));
      }
    }
    return List.copyOf(attributes);
  }

  /** Of several values the first that a condition asked for, else the first. */
  private static @Nullable Value shown(List<Value> values, List<ValueTest> tests) {
    if (values.size() > 1) {
      for (Value value : values) {
        for (ValueTest test : tests) {
          if (test.test(value)) {
            return value;
          }
        }
      }
    }
    return values.isEmpty() ? null : values.get(0);
  }

  private static String key(FieldExpression.Reference field) {
    return switch (field) {
      case FieldExpression.Attribute attribute -> attribute.name();
      case FieldExpression.ParentAttribute parent -> "parent." + parent.name();
      case FieldExpression.IntrinsicField intrinsic -> intrinsic.intrinsic().text();
    };
  }

  private static Map<String, TraceMatch.ServiceStats> serviceStats(TraceHit hit, int spanCount)
      throws IOException {
    Map<String, int[]> counts = new HashMap<>();
    SpanIdSet seen = new SpanIdSet(spanCount);
    for (TraceParts.Part part : hit.parts()) {
      GroupView group = part.group();
      int[] offsets = group.traceOffsets();
      long[] ids = group.required().ids();
      int[] kinds = group.required().kinds();
      int[] statuses = group.required().statuses();
      int[] resources = group.required().resources();
      int to = offsets[part.traceRow() + 1];
      for (int row = offsets[part.traceRow()]; row < to; row++) {
        if (seen.add(ids[row], kinds[row])) {
          String service = group.source().serviceName(resources[row]);
          int[] count = counts.get(service);
          if (count == null) {
            count = new int[2];
            counts.put(service, count);
          }
          count[0]++;
          count[1] += statuses[row] == SpanStatus.ERROR.otlpCode() ? 1 : 0;
        }
      }
    }
    Map<String, TraceMatch.ServiceStats> stats = new TreeMap<>();
    counts.forEach(
        (service, count) -> stats.put(service, new TraceMatch.ServiceStats(count[0], count[1])));
    return stats;
  }
}
