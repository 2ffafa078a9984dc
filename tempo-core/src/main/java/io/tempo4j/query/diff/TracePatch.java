package io.tempo4j.query.diff;

import java.util.List;

/**
 * All differences between two traces, span by span.
 *
 * @param base the one side
 * @param compare the other side
 * @param matchedSpans number of spans that both traces have
 * @param modified spans that both have and that are not the same, in the order of the other trace
 * @param added spans that the base has not, in the order of the other trace
 * @param removed spans that the other trace has not, in the order of the base
 * @param warnings what to know before this is trusted
 */
public record TracePatch(
    Side base,
    Side compare,
    int matchedSpans,
    List<ChangedSpan> modified,
    List<ComparedSpan> added,
    List<ComparedSpan> removed,
    List<DiffWarning> warnings) {

  /**
   * One of the two traces.
   *
   * @param traceId 32 hexadecimal digits; empty for a trace without spans
   * @param spanCount number of its spans
   */
  public record Side(String traceId, int spanCount) {}

  /** Copies the lists. */
  public TracePatch {
    modified = List.copyOf(modified);
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    warnings = List.copyOf(warnings);
  }

  /** Number of changed durations and statuses. */
  public int fieldChanges() {
    return count(false);
  }

  /** Number of attributes that are new, gone, or others. */
  public int attributeChanges() {
    return count(true);
  }

  private int count(boolean ofAttributes) {
    int count = 0;
    for (ChangedSpan span : modified) {
      for (SpanChange change : span.changes()) {
        count += change.isAttribute() == ofAttributes ? 1 : 0;
      }
    }
    return count;
  }
}
