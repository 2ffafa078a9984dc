package io.tempo4j.receivers;

import io.tempo4j.model.TenantId;

/**
 * Counts what receivers do. Called on event loops and workers alike: thread-safe, quick, never
 * throwing. Every request ends in exactly one {@link #request} call.
 */
public interface ReceiverMetrics {

  /**
   * A request was answered, or its client went away.
   *
   * @param transport who received it
   * @param outcome how it ended
   * @param wireBytes bytes of its body as they came, compressed or not; those read so far if it was
   *     refused before its end
   */
  void request(ReceiverTransport transport, RequestOutcome outcome, long wireBytes);

  /**
   * The spans of a message that was read and understood.
   *
   * @param transport who received them
   * @param tenant whose they are
   * @param acceptedSpans spans that were taken
   * @param refusedSpans spans that were not: dropped one by one, or all spans of a message that was
   *     refused (then as many as could be counted in it)
   * @param messageBytes size of the message as OTLP protobuf, decompressed
   */
  void spans(
      ReceiverTransport transport,
      TenantId tenant,
      int acceptedSpans,
      int refusedSpans,
      long messageBytes);

  /** Counts nothing. */
  static ReceiverMetrics noop() {
    return new ReceiverMetrics() {
      @Override
      public void request(ReceiverTransport transport, RequestOutcome outcome, long wireBytes) {}

      @Override
      public void spans(
          ReceiverTransport transport,
          TenantId tenant,
          int acceptedSpans,
          int refusedSpans,
          long messageBytes) {}
    };
  }
}
