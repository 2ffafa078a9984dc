package io.tempo4j.query.trace;

/**
 * A trace, ready to be sent.
 *
 * @param tracesData an OTLP {@code TracesData} message; empty if the trace was not found. The array
 *     belongs to the receiver
 * @param spanCount number of spans in the message
 * @param isPartial whether spans were left out because the message would have grown too large
 * @param isFiltered whether spans were left out because they were not asked for
 */
@SuppressWarnings("ArrayRecordComponent") // handed over to the receiver
public record AssembledTrace(
    byte[] tracesData, int spanCount, boolean isPartial, boolean isFiltered) {

  /** A trace of which everything was asked for. */
  public AssembledTrace(byte[] tracesData, int spanCount, boolean isPartial) {
    this(tracesData, spanCount, isPartial, false);
  }

  /** True if no source holds the trace. */
  public boolean isMissing() {
    return spanCount == 0 && !isPartial && !isFiltered;
  }
}
