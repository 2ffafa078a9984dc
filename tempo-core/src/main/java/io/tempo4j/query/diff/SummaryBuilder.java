package io.tempo4j.query.diff;

import io.tempo4j.model.AttributeValue;
import io.tempo4j.query.diff.TraceSummary.Direction;
import io.tempo4j.query.diff.TraceSummary.ServiceChanges;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Sums up a comparison. */
final class SummaryBuilder {

  private static final String UNKNOWN_SERVICE = "<unknown>";
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Work of a service differs much by at least this and a twentieth of what it was. */
  private static final long LEAST_DRIFT_NANOS = NANOS_PER_MILLI;

  private static final long DRIFT_SHARE = 20;

  private SummaryBuilder() {}

  /** What there is of one trace. */
  private record Totals(TraceSummary.Side side, long latencyNanos, long workNanos) {}

  /** A span by its operation and that of its parent, which is null for a root. */
  private record Placed(SpanIdentity span, @Nullable SpanIdentity parent) {}

  /** Counts of one service while they grow. */
  private static final class Counts {
    private int modified;
    private int added;
    private int removed;
    private int newErrors;
    private int resolvedErrors;
  }

  static TraceSummary summarize(ComparedTrace base, ComparedTrace compare, TracePatch patch) {
    Totals before = totals(base);
    Totals after = totals(compare);
    Set<String> restructured = restructuredServices(base, compare);
    Map<String, Counts> counts = counts(patch);
    Map<String, Long> workBefore = workByService(base);
    Map<String, Long> workAfter = workByService(compare);
    List<ServiceChanges> services = services(counts, workBefore, workAfter);
    TreeSet<String> changedServices = new TreeSet<>(restructured);
    services.forEach(service -> changedServices.add(service.name()));
    TraceSummary.Stats stats =
        new TraceSummary.Stats(
            millis(after.latencyNanos - before.latencyNanos),
            millis(after.workNanos - before.workNanos),
            compare.storedSpans() - base.storedSpans(),
            after.side.errorSpanCount() - before.side.errorSpanCount(),
            patch.matchedSpans(),
            patch.modified().size(),
            patch.added().size(),
            patch.removed().size(),
            patch.fieldChanges(),
            patch.attributeChanges());
    int smaller = Math.min(base.storedSpans(), compare.storedSpans());
    int larger = Math.max(base.storedSpans(), compare.storedSpans());
    PatternFinder patterns = new PatternFinder(patch);
    return new TraceSummary(
        before.side,
        after.side,
        Direction.of(stats.latencyDeltaMillis()),
        Direction.of(stats.workDeltaMillis()),
        Direction.of(stats.errorSpanDelta()),
        Direction.of(stats.spanCountDelta()),
        !patch.added().isEmpty() || !patch.removed().isEmpty() || !restructured.isEmpty(),
        ratio(patch.matchedSpans(), larger, larger),
        ratio(patch.matchedSpans(), smaller, larger),
        stats,
        patch.warnings(),
        List.copyOf(changedServices),
        services,
        patterns.shown(),
        patterns.omitted());
  }

  /** Of two traces without spans everything matches. */
  private static double ratio(int matched, int count, int larger) {
    return larger == 0 ? 1 : count == 0 ? 0 : (double) matched / count;
  }

  private static Totals totals(ComparedTrace trace) {
    long work = 0;
    long first = -1;
    long last = 0;
    int errors = 0;
    for (ComparedSpan span : trace.spans()) {
      work = plus(work, span.durationNanos());
      errors += span.isError() ? 1 : 0;
      if (span.hasDuration()) {
        first = Long.compareUnsigned(span.startNanos(), first) < 0 ? span.startNanos() : first;
        last = Long.compareUnsigned(span.endNanos(), last) > 0 ? span.endNanos() : last;
      }
    }
    long latency = Long.compareUnsigned(last, first) < 0 ? 0 : last - first;
    if (latency < 0) {
      latency = Long.MAX_VALUE;
    }
    SpanIdentity root =
        trace.spans().isEmpty()
            ? new SpanIdentity("", "", "")
            : trace.spans().getFirst().identity();
    TraceSummary.Side side =
        new TraceSummary.Side(
            trace.traceId(),
            root.service(),
            root.name(),
            trace.storedSpans(),
            errors,
            millis(latency),
            millis(work));
    return new Totals(side, latency, work);
  }

  private static Map<String, Long> workByService(ComparedTrace trace) {
    Map<String, Long> work = new HashMap<>();
    for (ComparedSpan span : trace.spans()) {
      work.merge(service(span), span.durationNanos(), SummaryBuilder::plus);
    }
    return work;
  }

  /** The services whose spans are not the same operations below the same operations. */
  private static Set<String> restructuredServices(ComparedTrace base, ComparedTrace compare) {
    Map<String, Map<Placed, Integer>> before = placements(base);
    Map<String, Map<Placed, Integer>> after = placements(compare);
    Set<String> services = new HashSet<>(before.keySet());
    services.addAll(after.keySet());
    services.removeIf(service ->
        before.getOrDefault(service, Map.of()).equals(after.getOrDefault(service, Map.of())));
    return services;
  }

  private static Map<String, Map<Placed, Integer>> placements(ComparedTrace trace) {
    Map<String, Map<Placed, Integer>> placements = new HashMap<>();
    for (ComparedSpan span : trace.spans()) {
      placements
          .computeIfAbsent(service(span), service -> new HashMap<>())
          .merge(new Placed(span.identity(), span.parentIdentity()), 1, Integer::sum);
    }
    return placements;
  }

  private static Map<String, Counts> counts(TracePatch patch) {
    Map<String, Counts> counts = new TreeMap<>();
    for (ChangedSpan changed : patch.modified()) {
      Counts of = counts.computeIfAbsent(service(changed.span()), service -> new Counts());
      of.modified++;
      for (SpanChange change : changed.changes()) {
        if (change.target() instanceof SpanChange.Target.Status) {
          of.newErrors += changed.span().isError() ? 1 : 0;
          of.resolvedErrors += isError(change.before()) ? 1 : 0;
        }
      }
    }
    for (ComparedSpan span : patch.added()) {
      Counts of = counts.computeIfAbsent(service(span), service -> new Counts());
      of.added++;
      of.newErrors += span.isError() ? 1 : 0;
    }
    for (ComparedSpan span : patch.removed()) {
      Counts of = counts.computeIfAbsent(service(span), service -> new Counts());
      of.removed++;
      of.resolvedErrors += span.isError() ? 1 : 0;
    }
    return counts;
  }

  private static boolean isError(@Nullable AttributeValue status) {
    return status instanceof AttributeValue.StringValue word && word.value().equals("error");
  }

  private static List<ServiceChanges> services(
      Map<String, Counts> counts, Map<String, Long> workBefore, Map<String, Long> workAfter) {
    Set<String> all = new TreeSet<>(counts.keySet());
    all.addAll(workBefore.keySet());
    all.addAll(workAfter.keySet());
    List<ServiceChanges> services = new ArrayList<>();
    for (String service : all) {
      long before = workBefore.getOrDefault(service, 0L);
      long delta = workAfter.getOrDefault(service, 0L) - before;
      Counts of = counts.get(service);
      if (of == null && !isMuch(delta, before)) {
        continue;
      }
      Counts known = of == null ? new Counts() : of;
      services.add(
          new ServiceChanges(
              service,
              millis(delta),
              known.modified,
              known.added,
              known.removed,
              known.newErrors,
              known.resolvedErrors));
    }
    services.sort(
        Comparator.comparingLong((ServiceChanges s) -> -Math.abs(s.workDeltaMillis()))
            .thenComparingInt(s -> -s.newErrors())
            .thenComparing(ServiceChanges::name));
    return services;
  }

  private static boolean isMuch(long delta, long before) {
    long size = Math.abs(delta);
    return size >= LEAST_DRIFT_NANOS && size >= Math.ceilDiv(before, DRIFT_SHARE);
  }

  private static String service(ComparedSpan span) {
    String service = span.identity().service();
    return service.isEmpty() ? UNKNOWN_SERVICE : service;
  }

  /** The sum of durations; at most Long.MAX_VALUE. */
  private static long plus(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  static long millis(long nanos) {
    return nanos / NANOS_PER_MILLI;
  }
}
