package io.tempo4j.otlp;

/**
 * The scalar fields of the span that is being decoded.
 *
 * <p>One mutable instance per decoder, overwritten span by span; a {@link SpanSink} copies what it
 * keeps. Strings are ranges of the request's buffer, with length 0 where the field is absent. Ids
 * are big-endian numbers, times Unix nanoseconds (unsigned). Source:
 * opentelemetry/proto/trace/v1/trace.proto, message Span.
 */
@SuppressWarnings("PublicField") // a struct that is filled and read once per span on the hot path
public final class SpanFields {
  public long traceIdHigh;
  public long traceIdLow;
  public long spanId;

  /** 0 if the span has no parent. */
  public long parentSpanId;

  public long startNanos;
  public long endNanos;
  public int kind;
  public int statusCode;
  public int flags;
  public int nameOffset;
  public int nameLength;
  public int statusMessageOffset;
  public int statusMessageLength;
  public int traceStateOffset;
  public int traceStateLength;

  /** Unsigned 32 bits, as the other counts. */
  public long droppedAttributes;

  public long droppedEvents;
  public long droppedLinks;

  // lengths of the ids as sent, for the checks at the end of the span; -1 if absent
  int traceIdLength;
  int spanIdLength;
  int parentSpanIdLength;

  void clear() {
    traceIdHigh = 0;
    traceIdLow = 0;
    spanId = 0;
    parentSpanId = 0;
    startNanos = 0;
    endNanos = 0;
    kind = 0;
    statusCode = 0;
    flags = 0;
    nameOffset = 0;
    nameLength = 0;
    statusMessageOffset = 0;
    statusMessageLength = 0;
    traceStateOffset = 0;
    traceStateLength = 0;
    droppedAttributes = 0;
    droppedEvents = 0;
    droppedLinks = 0;
    traceIdLength = -1;
    spanIdLength = -1;
    parentSpanIdLength = -1;
  }
}
