package io.tempo4j.otlp;

/**
 * Receives the spans of a request from {@link OtlpDecoder}, without an object per span.
 *
 * <p>Order of calls: {@link #resource} and {@link #scope} before the spans that name their results;
 * per span any mix of attributes ({@link #spanAttributes}), {@link #endEvent} and {@link #endLink}
 * (attributes of an event or link come before its end, through {@link #eventAttributes} and {@link
 * #linkAttributes}), then exactly one of {@link #endSpan} and {@link #discardSpan}. If decoding
 * fails in the middle, no closing call comes; the owner of the sink rolls back.
 */
public interface SpanSink {

  /**
   * Takes a Resource message and its schema URL; returns the number that its spans will name.
   *
   * @throws MalformedOtlpException if the message cannot be decoded
   */
  int resource(byte[] buffer, int message, int length, int schemaUrl, int schemaUrlLength)
      throws MalformedOtlpException;

  /**
   * Takes an InstrumentationScope message and its schema URL; returns the number that its spans
   * will name.
   *
   * @throws MalformedOtlpException if the message cannot be decoded
   */
  int scope(byte[] buffer, int message, int length, int schemaUrl, int schemaUrlLength)
      throws MalformedOtlpException;

  /** Where the attributes of the current span go. */
  AttributeSink spanAttributes();

  /** Where the attributes of the current event go. */
  AttributeSink eventAttributes();

  /** Where the attributes of the current link go. */
  AttributeSink linkAttributes();

  /** Completes an event of the current span. */
  void endEvent(byte[] buffer, long timeNanos, int name, int nameLength, long droppedAttributes);

  /** Completes a link of the current span. */
  void endLink(byte[] buffer, LinkFields link);

  /** Completes the current span. */
  void endSpan(byte[] buffer, SpanFields span, int resource, int scope);

  /** Drops the current span with its attributes, events and links. */
  void discardSpan();
}
