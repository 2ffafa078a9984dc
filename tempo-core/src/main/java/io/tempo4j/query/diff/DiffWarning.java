package io.tempo4j.query.diff;

/**
 * Something to know before a comparison is trusted.
 *
 * @param code what it is, for programs: {@code high_cardinality_span_name}, {@code
 *     invalid_duration}, {@code zero_span_trace}, {@code duplicate_span_id}, {@code
 *     ambiguous_span_match} or {@code missing_blocks}
 * @param message the same for readers
 */
public record DiffWarning(String code, String message) {

  /** Whether {@code other} adds nothing to this. */
  boolean isAsGoodAs(DiffWarning other) {
    return equals(other) || (code.equals("high_cardinality_span_name") && code.equals(other.code));
  }
}
