package io.tempo4j.query.diff;

import io.tempo4j.model.AttributeValue;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryContext;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Two traces, compared: a base, and another that is asked what is different in it.
 *
 * <p>Spans of the two match if they agree in service, name and kind; among several those are
 * preferred that have the same parent and are the same. Ids and times of day mean nothing.
 * Durations and magnitudes may differ a little without being different. Immutable.
 */
public final class TraceComparison {

  private final TracePatch patch;
  private final TraceSummary summary;

  private final Coverage coverage;

  private TraceComparison(TracePatch patch, TraceSummary summary, Coverage coverage) {
    this.patch = patch;
    this.summary = summary;
    this.coverage = coverage;
  }

  /**
   * Compares two traces.
   *
   * @param base OTLP {@code TracesData} of one trace
   * @param compare OTLP {@code TracesData} of another, or of the same
   * @param context may end the comparison before its time
   * @throws MalformedOtlpException if the bytes are no such messages
   * @throws io.tempo4j.query.QueryStoppedException if {@code context} says so
   */
  public static TraceComparison of(byte[] base, byte[] compare, QueryContext context)
      throws MalformedOtlpException {
    return of(base, compare, Coverage.COMPLETE, context);
  }

  /**
   * As {@link #of(byte[], byte[], QueryContext)}, of traces that may lack spans of some blocks,
   * about which there is a warning.
   */
  public static TraceComparison of(
      byte[] base, byte[] compare, Coverage coverage, QueryContext context)
      throws MalformedOtlpException {
    ComparedTrace before = ComparedTrace.of(base);
    context.check();
    ComparedTrace after = ComparedTrace.of(compare);
    context.check();
    TracePatch patch = patch(before, after, SpanMatching.of(before, after, context), coverage);
    context.check();
    return new TraceComparison(patch, SummaryBuilder.summarize(before, after, patch), coverage);
  }

  /** All differences, span by span. */
  public TracePatch patch() {
    return patch;
  }

  /** The differences at a glance. */
  public TraceSummary summary() {
    return summary;
  }

  /** Which blocks may hold more of the traces and could not be read. */
  public Coverage coverage() {
    return coverage;
  }

  private static TracePatch patch(
      ComparedTrace base, ComparedTrace compare, SpanMatching matching, Coverage coverage) {
    List<ChangedSpan> modified = new ArrayList<>();
    List<ComparedSpan> added = new ArrayList<>();
    for (ComparedSpan span : compare.spans()) {
      ComparedSpan before = matching.baseOf(span);
      if (before == null) {
        added.add(span);
        continue;
      }
      List<SpanChange> changes = changes(before, span);
      if (!changes.isEmpty()) {
        modified.add(new ChangedSpan(span, changes));
      }
    }
    List<ComparedSpan> removed =
        base.spans().stream().filter(span -> !matching.isMatched(span)).toList();
    return new TracePatch(
        new TracePatch.Side(base.traceId(), base.storedSpans()),
        new TracePatch.Side(compare.traceId(), compare.storedSpans()),
        matching.matchedSpans(),
        modified,
        added,
        removed,
        warnings(base, compare, coverage));
  }

  private static List<DiffWarning> warnings(
      ComparedTrace base, ComparedTrace compare, Coverage coverage) {
    List<DiffWarning> warnings = new ArrayList<>(base.warnings("base"));
    for (DiffWarning warning : compare.warnings("compared")) {
      // One name that seems to hold an id is enough.
      if (warnings.stream().noneMatch(known -> known.isAsGoodAs(warning))) {
        warnings.add(warning);
      }
    }
    if (!coverage.isComplete()) {
      warnings.add(new DiffWarning("missing_blocks", coverage.explanation()));
    }
    int ambiguous = SpanMatching.ambiguousIdentities(base, compare);
    if (ambiguous > 0) {
      warnings.add(
          new DiffWarning(
              "ambiguous_span_match",
              ambiguous
                  + " operations have several spans that could be matched in other ways; the"
                  + " matching with few changes need not be that of what happened"));
    }
    return warnings;
  }

  private static List<SpanChange> changes(ComparedSpan before, ComparedSpan after) {
    List<SpanChange> changes = new ArrayList<>();
    if (!SpanValues.sameDuration(before, after)) {
      changes.add(
          new SpanChange(new SpanChange.Target.Duration(), duration(before), duration(after)));
    }
    if (!before.status().equals(after.status())) {
      changes.add(
          new SpanChange(
              new SpanChange.Target.Status(),
              new AttributeValue.StringValue(before.status()),
              new AttributeValue.StringValue(after.status())));
    }
    SortedMap<String, AttributeValue> values = before.attributes();
    SortedMap<String, AttributeValue> others = after.attributes();
    TreeSet<String> keys = new TreeSet<>(values.keySet());
    keys.addAll(others.keySet());
    for (String key : keys) {
      AttributeValue value = values.get(key);
      AttributeValue other = others.get(key);
      if (value == null || other == null || !SpanValues.same(key, value, other)) {
        changes.add(new SpanChange(new SpanChange.Target.SpanAttribute(key), value, other));
      }
    }
    return changes;
  }

  private static AttributeValue.@org.jspecify.annotations.Nullable IntValue duration(
      ComparedSpan span) {
    return span.hasDuration() ? new AttributeValue.IntValue(span.durationNanos()) : null;
  }
}
