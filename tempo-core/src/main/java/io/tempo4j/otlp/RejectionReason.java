package io.tempo4j.otlp;

/** Why a span of a request that is taken is dropped. */
public enum RejectionReason {
  /** The trace id has not 16 bytes, or all of them are zeros. */
  INVALID_TRACE_ID,
  /** The span id has not 8 bytes, or all of them are zeros. */
  INVALID_SPAN_ID,
  /** There is a parent's id that has not 8 bytes. */
  INVALID_PARENT_SPAN_ID
}
