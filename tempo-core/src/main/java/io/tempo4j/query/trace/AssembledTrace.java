package io.tempo4j.query.trace;

/**
 * A whole trace, ready to be sent.
 *
 * @param tracesData an OTLP {@code TracesData} message; empty if the trace was not found. The array
 *     belongs to the receiver
 * @param spanCount number of spans in the message
 * @param isPartial whether spans were left out because the message would have grown too large
 */
@SuppressWarnings("ArrayRecordComponent") // handed over to the receiver
public record AssembledTrace(byte[] tracesData, int spanCount, boolean isPartial) {

  /** True if no source holds the trace. */
  public boolean isMissing() {
    return spanCount == 0 && !isPartial;
  }
}
