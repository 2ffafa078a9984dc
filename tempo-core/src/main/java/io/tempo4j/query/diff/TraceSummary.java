package io.tempo4j.query.diff;

import java.util.List;
import java.util.Optional;

/**
 * Two traces compared at a glance: what became more or less, and where.
 *
 * <p>Times are whole milliseconds, rounded towards 0; differences are the other trace minus the
 * base. The <em>work</em> of spans is the sum of their durations, which may exceed the duration of
 * the trace.
 *
 * @param base the one side
 * @param compare the other side
 * @param latency how the duration of the trace changed
 * @param work how the work of its spans changed
 * @param errors how the number of failed spans changed
 * @param spanCount how the number of spans changed
 * @param isStructureChanged whether spans came, went, or have other parents
 * @param matchedSpanRatio matched spans by the larger number of spans, 0 to 1
 * @param structureOverlap matched spans by the smaller number of spans, 0 to 1
 * @param stats the differences in numbers
 * @param warnings what to know before this is trusted
 * @param changedServices all services in which something differs, by name
 * @param services those with differing spans or much more or less work; most work first
 * @param patterns alike changes together, the most frequent first; at most 20
 * @param omitted what the bound on patterns left out
 */
public record TraceSummary(
    Side base,
    Side compare,
    Direction latency,
    Direction work,
    Direction errors,
    Direction spanCount,
    boolean isStructureChanged,
    double matchedSpanRatio,
    double structureOverlap,
    Stats stats,
    List<DiffWarning> warnings,
    List<String> changedServices,
    List<ServiceChanges> services,
    List<Pattern> patterns,
    Optional<Omitted> omitted) {

  /** Copies the lists. */
  public TraceSummary {
    warnings = List.copyOf(warnings);
    changedServices = List.copyOf(changedServices);
    services = List.copyOf(services);
    patterns = List.copyOf(patterns);
  }

  /** Where a number went; not whether that is good. */
  public enum Direction {
    /** Up. */
    INCREASED,
    /** Down. */
    DECREASED,
    /** Nowhere. */
    UNCHANGED;

    static Direction of(long delta) {
      return delta > 0 ? INCREASED : delta < 0 ? DECREASED : UNCHANGED;
    }
  }

  /**
   * One of the two traces.
   *
   * @param traceId 32 hexadecimal digits; empty for a trace without spans
   * @param rootService service of the first span; empty if it has none
   * @param rootName name of the first span
   * @param durationMillis from the earliest start to the latest end
   * @param workMillis sum of the durations of all spans
   */
  public record Side(
      String traceId,
      String rootService,
      String rootName,
      int spanCount,
      int errorSpanCount,
      long durationMillis,
      long workMillis) {}

  /** The differences in numbers. */
  public record Stats(
      long latencyDeltaMillis,
      long workDeltaMillis,
      int spanCountDelta,
      int errorSpanDelta,
      int matchedSpans,
      int modifiedSpans,
      int addedSpans,
      int removedSpans,
      int fieldChanges,
      int attributeChanges) {}

  /**
   * What differs in one service.
   *
   * @param name the service; {@code <unknown>} for spans that name none
   * @param newErrors spans that fail and did not, or were not there
   * @param resolvedErrors spans that failed and do not, or are not there
   */
  public record ServiceChanges(
      String name,
      long workDeltaMillis,
      int modified,
      int added,
      int removed,
      int newErrors,
      int resolvedErrors) {}

  /** What happened to the spans of a pattern. */
  public enum State {
    /** They are new. */
    ADDED,
    /** Both traces have them, and they differ. */
    MODIFIED,
    /** They are gone. */
    REMOVED
  }

  /**
   * Spans of one operation with the same changes; of durations only the direction must be the same.
   *
   * @param count number of the spans
   * @param samples the first of them, at most 3
   * @param changes those of the first of them
   * @param durations how the durations changed, if they did
   */
  public record Pattern(
      State state,
      SpanIdentity span,
      int count,
      List<ComparedSpan> samples,
      List<SpanChange> changes,
      Optional<DurationDeltas> durations) {
    /** Copies the lists. */
    public Pattern {
      samples = List.copyOf(samples);
      changes = List.copyOf(changes);
    }
  }

  /** The smallest and the largest difference, and their sum. */
  public record DurationDeltas(long minMillis, long maxMillis, long totalMillis) {}

  /**
   * What is not among the patterns.
   *
   * @param patterns number of further patterns
   * @param spans number of their spans
   */
  public record Omitted(int patterns, int spans) {}
}
