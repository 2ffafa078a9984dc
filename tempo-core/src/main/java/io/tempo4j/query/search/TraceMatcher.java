package io.tempo4j.query.search;

import io.tempo4j.collect.IntSort;
import io.tempo4j.column.Fields;
import io.tempo4j.model.Attribute;
import io.tempo4j.query.pipeline.Spanset;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.ShownValues;
import io.tempo4j.query.scan.Value;
import io.tempo4j.query.scan.ValueTest;
import io.tempo4j.query.stitch.TraceParts;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.SpanStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes results of the traces that a search found: the only step that creates objects per span. */
final class TraceMatcher {

  private final SearchPlan plan;
  private final int spansPerSpanset;

  /** The row group of the last attributes: candidates of one come one after the other. */
  private @Nullable GroupView shownGroup;

  private @Nullable ShownValues shownValues;

  TraceMatcher(SearchPlan plan, int spansPerSpanset) {
    this.plan = plan;
    this.spansPerSpanset = spansPerSpanset;
  }

  TraceMatch match(TraceHit hit) throws IOException {
    GroupView group = hit.trace().group();
    int root = group.rootRows()[hit.trace().traceRow()];
    return new TraceMatch(
        hit.id(),
        root < 0 ? "" : serviceName(group, root),
        root < 0 ? "" : name(group, root),
        root >= 0,
        hit.startNanos(),
        GroupView.duration(hit.startNanos(), hit.endNanos()),
        spansets(hit),
        serviceStats(hit.trace()));
  }

  private static String serviceName(GroupView group, int row) throws IOException {
    return group.source().serviceName(group.required().resources()[row]);
  }

  private static String name(GroupView group, int row) throws IOException {
    return new String(group.spans().text(Fields.SPAN_NAME, row).utf8(), StandardCharsets.UTF_8);
  }

  private List<SpansetMatch> spansets(TraceHit hit) throws IOException {
    return switch (hit.matched()) {
      case TraceHit.Matched.OfFilter filter ->
          List.of(
              spanset(
                  hit.trace().group(), selectedRows(hit.trace(), filter.selected()), List.of()));
      case TraceHit.Matched.OfTrace trace -> {
        List<SpansetMatch> matches = new ArrayList<>(trace.spansets().size());
        for (Spanset spanset : trace.spansets()) {
          int[] rows = new int[spanset.size()];
          Arrays.setAll(rows, spanset::row);
          matches.add(spanset(trace.group(), rows, spanset.attributes()));
        }
        yield matches;
      }
      case TraceHit.Matched.Nothing nothing -> List.of();
    };
  }

  private static int[] selectedRows(TraceParts.Part trace, Selection selected) throws IOException {
    int[] offsets = trace.group().traceOffsets();
    int to = offsets[trace.traceRow() + 1];
    int[] rows = new int[8];
    int count = 0;
    int row = selected.next(offsets[trace.traceRow()]);
    while (row >= 0 && row < to) {
      if (count == rows.length) {
        rows = Arrays.copyOf(rows, 2 * count);
      }
      rows[count++] = row;
      row = selected.next(row + 1);
    }
    return Arrays.copyOf(rows, count);
  }

  /**
   * Spans in the order of start, id, kind and duration. Those that agree in all of it stand below
   * each other in the order of their content already, as far as they have the same parent.
   */
  private SpansetMatch spanset(GroupView group, int[] rows, List<Attribute> attributes)
      throws IOException {
    if (rows.length > 1) {
      GroupView.Required required = group.required();
      IntSort.sort(rows, 0, rows.length, (a, b) -> compare(required, a, b));
    }
    int shown = Math.min(rows.length, spansPerSpanset);
    List<SpanMatch> spans = new ArrayList<>(shown);
    for (int i = 0; i < shown; i++) {
      spans.add(spanMatch(group, rows[i]));
    }
    return new SpansetMatch(spans, rows.length, attributes);
  }

  private static int compare(GroupView.Required spans, int a, int b) {
    int order = Long.compareUnsigned(spans.starts()[a], spans.starts()[b]);
    if (order == 0) {
      order = Long.compareUnsigned(spans.ids()[a], spans.ids()[b]);
    }
    if (order == 0) {
      order = Integer.compare(spans.kinds()[a], spans.kinds()[b]);
    }
    return order != 0 ? order : Long.compareUnsigned(spans.durations()[a], spans.durations()[b]);
  }

  private SpanMatch spanMatch(GroupView group, int row) throws IOException {
    GroupView.Required required = group.required();
    return new SpanMatch(
        required.ids()[row],
        plan.showsNames() ? name(group, row) : "",
        required.starts()[row],
        Math.max(0, required.durations()[row]),
        attributes(group, row));
  }

  private List<Attribute> attributes(GroupView group, int row) throws IOException {
    if (plan.attributes().isEmpty()) {
      return List.of();
    }
    if (shownGroup != group || shownValues == null) {
      shownGroup = group;
      shownValues = new ShownValues(group, plan.pipeline().filters());
    }
    ShownValues values = shownValues;
    List<Attribute> attributes = new ArrayList<>(plan.attributes().size());
    for (int i = 0; i < plan.attributes().size(); i++) {
      FieldExpression.Reference field = plan.attributes().get(i);
      Value value = shown(values.of(field, row), plan.tests().get(i));
      if (value != null) {
        Attribute attribute = new Attribute(key(field), value.toAttribute(field.type()));
        // Not twice what was asked for with and without its scope.
        if (!attributes.contains(attribute)) {
          attributes.add(attribute);
        }
      }
    }
    return Collections.unmodifiableList(attributes);
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

  private static Map<String, TraceMatch.ServiceStats> serviceStats(TraceParts.Part trace)
      throws IOException {
    Map<String, TraceMatch.ServiceStats> stats = new TreeMap<>();
    GroupView group = trace.group();
    int[] offsets = group.traceOffsets();
    int[] statuses = group.required().statuses();
    int[] resources = group.required().resources();
    int to = offsets[trace.traceRow() + 1];
    // Spans of a resource stand together where their times allow it, so runs are counted.
    int row = offsets[trace.traceRow()];
    while (row < to) {
      int resource = resources[row];
      int spans = 0;
      int errors = 0;
      for (; row < to && resources[row] == resource; row++) {
        spans++;
        errors += statuses[row] == SpanStatus.ERROR.otlpCode() ? 1 : 0;
      }
      stats.merge(
          group.source().serviceName(resource),
          new TraceMatch.ServiceStats(spans, errors),
          TraceMatch.ServiceStats::plus);
    }
    return stats;
  }
}
