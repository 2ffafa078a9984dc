package io.tempo4j.receivers;

import io.tempo4j.engine.AppendResult;
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
   * The spans of a message that was taken.
   *
   * @param transport who received them
   * @param tenant whose they are
   * @param result how many were taken, and how many dropped for which reason
   * @param messageBytes size of the message as OTLP protobuf, decompressed
   */
  void taken(ReceiverTransport transport, TenantId tenant, AppendResult result, long messageBytes);

  /**
   * The spans of a message that was refused as a whole.
   *
   * @param transport who received them
   * @param tenant whose they are
   * @param outcome why the message was refused
   * @param spans as many as could be counted in it
   * @param messageBytes size of the message as OTLP protobuf, decompressed
   */
  void refused(
      ReceiverTransport transport,
      TenantId tenant,
      RequestOutcome outcome,
      int spans,
      long messageBytes);

  /** Counts nothing. */
  static ReceiverMetrics noop() {
    return new ReceiverMetrics() {
      @Override
      public void request(ReceiverTransport transport, RequestOutcome outcome, long wireBytes) {}

      @Override
      public void taken(
          ReceiverTransport transport, TenantId tenant, AppendResult result, long messageBytes) {}

      @Override
      public void refused(
          ReceiverTransport transport,
          TenantId tenant,
          RequestOutcome outcome,
          int spans,
          long messageBytes) {}
    };
  }
}
