package io.tempo4j.query.diff;

import io.tempo4j.otlp.MalformedOtlpException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One side of a comparison: the spans of a trace in depth-first pre-order, children by start, then
 * by id.
 *
 * <p>Spans whose parent is not there are roots, too; of a cycle of parents the first span is one,
 * behind all others. Of spans that share an id the first in that order counts.
 */
final class ComparedTrace {

  private final String traceId;
  private final int storedSpans;
  private final List<ComparedSpan> spans = new ArrayList<>();

  private final Map<Long, List<RawSpan>> children = new HashMap<>();
  private final Set<Long> visited = new HashSet<>();

  /** Siblings of which some are still to be visited. */
  private static final class Level {
    private final List<RawSpan> spans;
    private final @Nullable ComparedSpan parent;
    private int next;
    private int index;

    Level(List<RawSpan> spans, @Nullable ComparedSpan parent, int index) {
      this.spans = spans;
      this.parent = parent;
      this.index = index;
    }
  }

  private ComparedTrace(SpanReading reading) {
    this.traceId = reading.traceId();
    this.storedSpans = reading.spans().size();
    Set<Long> ids = new HashSet<>();
    reading.spans().forEach(span -> ids.add(span.id()));
    for (RawSpan span : reading.spans()) {
      long parent = ids.contains(span.parentId()) ? span.parentId() : 0;
      children.computeIfAbsent(parent, id -> new ArrayList<>()).add(span);
    }
    Comparator<RawSpan> order =
        Comparator.comparing(RawSpan::startNanos, Long::compareUnsigned)
            .thenComparing(RawSpan::id, Long::compareUnsigned);
    children.values().forEach(list -> list.sort(order));
    int roots = visit(children.getOrDefault(0L, List.of()), 0);
    if (visited.size() < ids.size()) {
      List<RawSpan> all = new ArrayList<>(reading.spans());
      all.sort(order);
      visit(all, roots);
    }
  }

  /**
   * Reads a trace.
   *
   * @throws MalformedOtlpException if the bytes are no OTLP message
   */
  static ComparedTrace of(byte[] tracesData) throws MalformedOtlpException {
    return new ComparedTrace(SpanReading.of(tracesData));
  }

  /** Visits spans and all below them; the index behind the last of them. */
  private int visit(List<RawSpan> top, int firstIndex) {
    Level first = new Level(top, null, firstIndex);
    Deque<Level> open = new ArrayDeque<>();
    open.push(first);
    while (!open.isEmpty()) {
      Level level = open.peek();
      if (level.next == level.spans.size()) {
        open.pop();
        continue;
      }
      RawSpan raw = level.spans.get(level.next++);
      if (!visited.add(raw.id())) {
        continue;
      }
      ComparedSpan span = new ComparedSpan(raw, level.parent, level.index++);
      spans.add(span);
      List<RawSpan> below = raw.id() == 0 ? null : children.get(raw.id());
      if (below != null) {
        open.push(new Level(below, span, 0));
      }
    }
    return first.index;
  }

  String traceId() {
    return traceId;
  }

  /** Number of spans that the trace holds, those with the id of another included. */
  int storedSpans() {
    return storedSpans;
  }

  List<ComparedSpan> spans() {
    return spans;
  }

  /** What is odd about this side. */
  List<DiffWarning> warnings(String side) {
    List<DiffWarning> warnings = new ArrayList<>();
    for (ComparedSpan span : spans) {
      if (SpanNames.hasRequestToken(span.identity().name())) {
        warnings.add(
            new DiffWarning(
                "high_cardinality_span_name",
                "the span name '"
                    + span.identity().name()
                    + "' of service '"
                    + span.identity().service()
                    + "' seems to hold an id; spans are matched by their names, so the same"
                    + " operation may appear as removed and added"));
        break;
      }
    }
    List<SpanIdentity> endless =
        spans.stream().filter(span -> !span.hasDuration()).map(ComparedSpan::identity).toList();
    if (!endless.isEmpty()) {
      SpanIdentity one = endless.getFirst();
      warnings.add(
          new DiffWarning(
              "invalid_duration",
              "%d spans of the %s trace have no duration, '%s' of service '%s' for one; they count as 0"
                  .formatted(endless.size(), side, one.name(), one.service())));
    }
    if (storedSpans == 0) {
      warnings.add(new DiffWarning("zero_span_trace", "the " + side + " trace has no spans"));
    }
    if (storedSpans > spans.size()) {
      warnings.add(
          new DiffWarning(
              "duplicate_span_id",
              "%d spans of the %s trace have the id of another span and are left out"
                  .formatted(storedSpans - spans.size(), side)));
    }
    return warnings;
  }
}
