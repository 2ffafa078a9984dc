package io.tempo4j.query.trace;

import io.tempo4j.query.Coverage;

/**
 * A trace, ready to be sent.
 *
 * @param tracesData an OTLP {@code TracesData} message; empty if the trace was not found. The array
 *     belongs to the receiver
 * @param spanCount number of spans in the message
 * @param isPartial whether spans were left out because the message would have grown too large
 * @param isFiltered whether spans were left out because they were not asked for
 * @param coverage which blocks may hold more of the trace, or the trace, and could not be read
 */
@SuppressWarnings("ArrayRecordComponent") // handed over to the receiver
public record AssembledTrace(
    byte[] tracesData, int spanCount, boolean isPartial, boolean isFiltered, Coverage coverage) {

  /** A trace of which everything that is stored was seen. */
  public AssembledTrace(byte[] tracesData, int spanCount, boolean isPartial, boolean isFiltered) {
    this(tracesData, spanCount, isPartial, isFiltered, Coverage.COMPLETE);
  }

  /** A trace of which everything was asked for. */
  public AssembledTrace(byte[] tracesData, int spanCount, boolean isPartial) {
    this(tracesData, spanCount, isPartial, false);
  }

  /** The same, of less than everything that is stored. */
  public AssembledTrace withCoverage(Coverage covered) {
    return new AssembledTrace(tracesData, spanCount, isPartial, isFiltered, covered);
  }

  /** True if no source holds the trace. */
  public boolean isMissing() {
    return spanCount == 0 && !isPartial && !isFiltered;
  }
}
